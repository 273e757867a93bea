"""The territories: regions, departments, groupings, communes, districts and free ones."""

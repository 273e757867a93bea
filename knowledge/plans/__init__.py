"""Strategic plans and local health contracts, their actions, their generations."""

"""The catalogue: one record for each public page, one rule of visibility, one clock."""

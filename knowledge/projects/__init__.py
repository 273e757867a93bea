"""Project sheets: what was done, where, for whom, with which results."""

"""Partners: their keys and rates, what they have used, where they are told of changes."""

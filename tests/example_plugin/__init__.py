"""A complete content type in a few lines: what a plugin author copies to begin."""

"""Methodology guides: chapters, edition, citation, downloads."""

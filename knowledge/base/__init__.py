"""What every knowledge page has: descriptors, authors, downloads, licence, review date."""

"""The documentalist's desk: what visitors search for, why a page is a hit, and editors' picks."""

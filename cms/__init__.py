"""The house itself: pages, the catalogue of records, and every way in or out of it."""

"""Bibliographic records and thematic files (dossiers)."""

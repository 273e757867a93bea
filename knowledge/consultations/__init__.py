"""Consultations: what was asked, who answered, what came out of it."""

"""Organisations and people: who does what, and how to reach them."""

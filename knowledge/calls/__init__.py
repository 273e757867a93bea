"""Calls for projects, which close by themselves at their hour."""

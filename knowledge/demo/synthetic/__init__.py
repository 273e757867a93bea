"""Thousands of pages of every installed type, made up: to look at and to measure with."""

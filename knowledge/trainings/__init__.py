"""Trainings and their sessions."""

"""Background work of the languages."""

from .jobs import translate_tree

__all__ = ["translate_tree"]

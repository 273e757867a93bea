"""How plain text with lists is shown."""

from django import template

from ..written import Piece, pieces

register = template.Library()
register.filter("pieces", pieces)

__all__ = ["Piece", "register"]

"""What the results show to those who work in the admin."""

from uuid import UUID

from django import template

from ..desk.why import address
from ..query import SearchQuery

register = template.Library()


@register.simple_tag
def why_address(query: SearchQuery, uid: UUID) -> str:
    """Where it is said why a record is a hit of a search."""
    return address(query, uid)

"""Time zones by the names that readers use."""

from typing import Any

from django import template

from cms.core.moments import ZONES

register = template.Library()


@register.filter
def zone_name(zone: str) -> Any:
    """What its time is called ("heure de Paris"); a zone without a name here is its own name."""
    return ZONES.get(zone, zone)

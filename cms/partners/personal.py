"""Whom we write to at a partner's: shown and erased with the other data of a person."""

from typing import Any

from .models import Partner


def export(email: str) -> list[dict[str, Any]]:
    """What is kept of somebody."""
    found = Partner.objects.filter(contact_email__iexact=email.strip())
    return [dict(row) for row in found.values("name", "contact_name", "contact_email")]


def erase(email: str) -> int:
    """Forget the person; the partner stays."""
    found = Partner.objects.filter(contact_email__iexact=email.strip())
    return found.update(contact_name="", contact_email="")

"""What the search keeps of people: the searches of which they want news."""

from typing import Any

from .models import SavedSearch


def export(email: str) -> list[dict[str, Any]]:
    """Somebody's saved searches, without the words of their links."""
    rows = SavedSearch.objects.filter(email__iexact=email.strip()).order_by("pk")
    return [
        {
            "parameters": row.parameters,
            "language": row.locale,
            "frequency": row.frequency,
            "created_at": row.created_at.isoformat(),
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        }
        for row in rows
    ]


def erase(email: str) -> int:
    """The number of saved searches that are gone."""
    return SavedSearch.objects.filter(email__iexact=email.strip()).delete()[0]

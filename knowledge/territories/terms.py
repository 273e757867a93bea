"""Territories as the catalogue stores them: every name, everything that covers them, in two
queries."""

from collections.abc import Iterable

from cms.core.records import Term

from .inclusion import Lines, Node, covering, inside, lines
from .models import Territory

__all__ = ["SCHEME", "Lines", "Node", "covering", "inside", "lines", "terms_many"]

SCHEME = "territory"


def terms_many(ids: Iterable[int], known: Lines | None = None) -> dict[int, Term]:
    """The territories as terms, by key. Two queries, or one with lines `known` already. They are
    found by their other names, their official code, and communes by their postal codes."""
    found = lines(ids) if known is None else known
    if not found:
        return {}
    rows = Territory.objects.filter(pk__in=found).values_list(
        "pk", "other_names", "code", "postal_codes"
    )
    others = {
        number: tuple(filter(None, (*names, code, *postal))) for number, names, code, postal in rows
    }
    return {
        number: Term(
            scheme=SCHEME,
            id=line[0].slug,
            labels={"fr": line[0].name},
            alternatives={"fr": others[number]} if others.get(number) else {},
            ancestors=tuple(node.slug for node in line[1:]),
        )
        for number, line in found.items()
    }

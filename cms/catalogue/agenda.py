"""Replaced by the agenda's keeper."""

from dataclasses import dataclass


@dataclass
class AgendaPage:
    total: int = 0
    number: int = 1
    count: int = 1


def agenda(scope: object, choice: object, page: int, now: object = None) -> AgendaPage:
    return AgendaPage()

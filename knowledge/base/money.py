"""Amounts in euros as readers see them."""

from decimal import Decimal

from django.utils import formats

NBSP = "\u00a0"


def euros(amount: Decimal | int) -> str:
    """ "12 500 €", "12 500,50 €" in French: cents only where there are some."""
    decimals = 0 if amount == int(amount) else 2
    shown = formats.number_format(amount, decimals, use_l10n=True, force_grouping=True)
    return f"{shown}{NBSP}€".replace("\u202f", NBSP)


def number(amount: Decimal | None) -> int | float | None:
    """An amount as JSON has it: without cents where there are none."""
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)

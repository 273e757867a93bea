"""What of a visitor's text is compared and kept."""

import re

from ..analysis import prepared, title_key

LONGEST = 80  # characters of a text that is kept: longer ones tell stories
MOST_WORDS = 12

_EXCLUDED = re.compile(r"-(?=[^\W\d_\s]|[\"«“])")
_YEARS = re.compile(r"\b(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d\b")
# What may name or reach somebody: an address, an account, and eight digits or more however they
# are separated (telephone, social security, bank account, date of birth).
_PERSONAL = re.compile(r"@|://|\bwww\.|\d(?:[\s./_()-]{0,3}\d){7,}", re.IGNORECASE)


def text_key(text: str) -> str:
    """A query's text as two searches are compared: folded words with single spaces; what is left
    out keeps its "-". "Médico-Social" and "medico social" are one text."""
    parts = []
    for token in prepared(text).split():
        if bare := title_key(token):
            parts.append(f"-{bare}" if _EXCLUDED.match(token) else bare)
    return " ".join(parts)


def may_be_kept(text: str) -> bool:
    """Whether a text can be written down: short, and without what may reach or identify
    somebody. What it says in words cannot be judged here: see `SearchedText.shown`."""
    if len(text) > LONGEST or len(text.split()) > MOST_WORDS:
        return False
    return not _PERSONAL.search(_YEARS.sub(" ", text))

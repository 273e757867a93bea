"""Texts on their way into other formats."""

import re
import unicodedata

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """The text without what XML cannot write."""
    # All that is printable can be written, and most texts are: a look spares the search.
    return text if text.isprintable() else _UNWRITABLE.sub("", text)


def one_line(text: str) -> str:
    """The text on one line, its spaces single, without what XML cannot write; no-break spaces
    stay."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return re.sub(r"[ \t\r\n\f\v\u0085\u2028\u2029]+", " ", writable(text)).strip(" ")


def ascii_only(text: str) -> str:
    """The text without accents, and without what has no counterpart in ASCII."""
    plain_ligatures = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae")
    found = unicodedata.normalize("NFKD", plain_ligatures)
    return found.encode("ascii", "ignore").decode()

"""How to cite a guide: “Auteurs. Titre. Édition, année.”"""

from collections.abc import Sequence


def citation(authors: Sequence[str], title: str, edition: str, year: str) -> str:
    """Authors, title, then edition and year; what is unknown is left out."""
    parts = [", ".join(authors), title.strip(), ", ".join(filter(None, [edition, year]))]
    return " ".join(_ended(part) for part in parts if part)


def _ended(part: str) -> str:
    return part if part.endswith((".", "!", "?", "…")) else f"{part}."

"""What the page says of misspelled words.

Engines correct to stems ("cartographi"); a reader is shown the word of a result that has it.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import unescape

from django.utils.html import strip_tags

from .analysis import folded, words
from .engines.spelling import distance
from .result import Corrected, Hit, RawResult


def corrected(found: RawResult, shown: Sequence[Hit]) -> list[Corrected]:
    """Each word that was searched for in another spelling, with that spelling as the hits shown
    have it; nothing where nothing was found."""
    if not shown or not found.corrections:
        return []
    known = sorted({word.lower() for hit in shown for word in _words(hit)})
    return [
        Corrected(typed, _nearest(typed, stems, known))
        for typed, stems in found.corrections.items()
        if stems
    ]


def _nearest(typed: str, stems: Sequence[str], known: Iterable[str]) -> str:
    """The known word nearest to the typed one, of those with one of the stems; else a stem."""
    # Stemmers also change a stem's last letter ("maraîchage": maraichaj).
    starts = tuple(folded(stem)[:-1] for stem in stems if len(stem) > 3)
    alike = [word for word in known if folded(word).startswith(starts)] if starts else []
    return min(alike, key=lambda word: distance(folded(typed), folded(word)), default=stems[0])


def _words(hit: Hit) -> Iterator[str]:
    for text in (hit.title, hit.summary):
        yield from words(text)
    for html in (hit.extract_html, *hit.labels):
        yield from words(unescape(strip_tags(html)))

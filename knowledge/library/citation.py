"""How to cite a document, after ISO 690 as French libraries write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cms.core.citing import Words, words

MOST_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation is made of; "" for what is unknown. `authors` as printed; `host_title` is
    the periodical or the book in which it stands; `publishers` are names; `language`: of the
    citation's own words."""

    title: str
    authors: Sequence[str] = ()
    medium: str = ""
    edition: str = ""
    place: str = ""
    publishers: Sequence[str] = ()
    year: str = ""
    host_title: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    extent: str = ""
    series: str = ""
    series_number: str = ""
    isbn: str = ""
    issn: str = ""
    doi: str = ""
    link: str = ""
    language: str = "fr"

    @property
    def words(self) -> Words:
        return words(self.language)


def citation(reference: Reference) -> str:
    """The reference in one line, unknown parts left out:

    “Auteurs. Titre. Édition. Lieu : Éditeur, année, étendue. (Collection, n° 3). ISBN …” for a
    document that stands alone, “Auteurs. Titre. Revue, année, vol. 2, n° 3, p. 4-9. ISSN …” for
    one that stands in another.
    """
    parts = [
        _names(reference.authors),
        " ".join(filter(None, [reference.title.strip(), _bracketed(reference.medium)])),
        reference.edition,
        _hosted(reference) if reference.host_title else _published(reference),
        _series(reference),
        f"ISBN {reference.isbn}" if reference.isbn else "",
        f"ISSN {reference.issn}" if reference.issn else "",
        f"DOI {reference.doi}" if reference.doi else "",
        reference.words.address(reference.link) if reference.link else "",
    ]
    return " ".join(ended(part) for part in parts if part)


def ended(part: str) -> str:
    """A part with its full stop, unless it ends by itself; an address has none, so that it can
    be copied."""
    if "://" in part or part.endswith((".", "!", "?", "…")):
        return part
    return f"{part}."


def elsewhere(title: str, site: str, year: str, address: str, language: str = "fr") -> str:
    """The citation of a page that is no document: “Titre [en ligne]. Site, année. Adresse”."""
    return citation(
        Reference(
            title=title,
            medium=words(language).online,
            publishers=[site],
            year=year,
            link=address,
            language=language,
        )
    )


def _names(authors: Sequence[str]) -> str:
    if len(authors) > MOST_AUTHORS:
        return f"{authors[0]} et al."
    return ", ".join(authors)


def _published(reference: Reference) -> str:
    publishers = ", ".join(reference.publishers)
    printed = reference.words.colon.join(filter(None, [reference.place, publishers]))
    volume = f"vol. {reference.volume}" if reference.volume else ""
    issue = f"{reference.words.issue} {reference.issue}" if reference.issue else ""
    return ", ".join(filter(None, [printed, reference.year, volume, issue, reference.extent]))


def _hosted(reference: Reference) -> str:
    found = [
        reference.host_title,
        reference.year,
        f"vol. {reference.volume}" if reference.volume else "",
        f"{reference.words.issue} {reference.issue}" if reference.issue else "",
        f"p. {reference.pages}" if reference.pages else "",
    ]
    return ", ".join(filter(None, found))


def _series(reference: Reference) -> str:
    if not reference.series:
        return ""
    number = reference.series_number and f"{reference.words.issue} {reference.series_number}"
    return f"({', '.join(filter(None, [reference.series, number]))})"


def _bracketed(text: str) -> str:
    return f"[{text}]" if text else ""

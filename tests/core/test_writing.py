"""How texts, sizes and dates are written on French pages."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from lxml import html

from cms.core.body import picture_address, thumbnail_address
from cms.core.documents import CustomDocument
from cms.core.records import Download, PartialDate
from cms.core.templatetags import relais
from search.result import Facet, FacetValue


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    with translation.override("fr"):
        yield


@dataclass
class Body:
    title: str
    url: str = ""
    locale: str = "fr"


@dataclass(frozen=True, slots=True)
class Slotted:
    title: str
    url: str = ""
    locale: str = "fr"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pourquoi ? Parce que !", "Pourquoi\u00a0? Parce que\u00a0!"),
        ("Évaluer : comment ; avec qui", "Évaluer\u00a0: comment\u00a0; avec qui"),
        ("dit « CLS » ou «ASV»", "dit «\u00a0CLS\u00a0» ou «\u00a0ASV\u00a0»"),
        ("l'accès et l’offre", "l’accès et l’offre"),
        ("1 240 rendez-vous en 2024", "1\u00a0240 rendez-vous en 2024"),
        ("https://example.org/a?b=1 à 10:30", "https://example.org/a?b=1 à 10:30"),
        ("déjà\u00a0: bien", "déjà\u00a0: bien"),
        ("Plan 2023-2026", "Plan 2023-\u20602026"),
        ("ISSN 0395-2037, page 1985-20001", "ISSN 0395-2037, page 1985-20001"),
    ],
)
def test_french_signs_keep_to_their_words(typed: str, printed: str) -> None:
    assert relais.typo(typed) == printed


def test_markup_is_left_alone_and_stays_safe() -> None:
    html = mark_safe("<a title='a ? b' href='/x ; y'>l&#x27;eau <mark>douce ?</mark></a>")
    written = relais.typo(html)
    assert written == "<a title='a ? b' href='/x ; y'>l’eau <mark>douce\u00a0?</mark></a>"
    assert isinstance(written, SafeString)


def test_a_no_break_space_of_rich_text_is_not_doubled() -> None:
    html = mark_safe("<p>dit «&nbsp;oui&nbsp;» : et toi&nbsp;?</p>")
    assert relais.typo(html) == "<p>dit «\u00a0oui\u00a0»\u00a0: et toi\u00a0?</p>"


def test_an_extract_says_where_it_was_cut() -> None:
    cut = relais.excerpt(mark_safe("qu’est le <mark>CLS</mark> et"))
    assert cut == "… qu’est le <mark>CLS</mark> et …"
    assert isinstance(cut, SafeString)
    assert relais.excerpt("Une phrase entière.") == "Une phrase entière."
    assert relais.excerpt("") == ""
    assert relais.excerpt("Deux jours\nUn lieu.\nUne salle") == "Deux jours · Un lieu.\nUne salle …"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("", "Attention"),
        ("données personnelles", "Attention\u00a0: données personnelles"),
        ("Attention aux faux consensus", "Attention aux faux consensus"),
    ],
)
def test_a_call_out_says_once_what_it_is(title: str, written: str) -> None:
    assert relais.callout_title({"kind": "warning", "title": title}) == written


def test_a_text_that_is_not_safe_does_not_become_safe() -> None:
    assert not isinstance(relais.typo("<b>non ?</b>"), SafeString)


def test_other_languages_keep_their_own_typography() -> None:
    with translation.override("en"):
        assert relais.typo("Why ? It's free") == "Why ? It's free"


@pytest.mark.parametrize("kind", [Body, Slotted])
def test_what_is_in_another_language_says_so_whatever_holds_it(kind: type) -> None:
    assert relais.link_to(kind("Agir", "/agir/")) == '<a href="/agir/">Agir</a>'
    with translation.override("en"):
        assert relais.in_its_language("Agir", kind("Agir")) == '<span lang="fr">Agir</span>'
        link = relais.link_to(kind("Agir", "/agir/"))
        assert link.startswith('<a href="/agir/" lang="fr" hreflang="fr">Agir</a>')
    assert relais.foreign(None) == ""


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0\u00a0o"),
        (999, "999\u00a0o"),
        (850_400, "850\u00a0ko"),
        (2_100_000, "2,1\u00a0Mo"),
        (48_000_000, "48\u00a0Mo"),
        (3_200_000_000, "3,2\u00a0Go"),
    ],
)
def test_a_weight_is_written_in_french_units(size: int, written: str) -> None:
    assert relais.file_size(size) == written


@pytest.mark.django_db
def test_a_download_says_its_format_weight_pages_and_foreign_language() -> None:
    found = Download(1, "Trame", "/documents/1/t.pdf", "t.pdf", "application/pdf", 2_100_000, 48,
                     "fr", "")  # fmt: skip
    assert relais.file_facts(found) == "PDF, 2,1\u00a0Mo, 48\u00a0p."
    document = CustomDocument(file="documents/notes.csv", file_size=1200, language="en")
    assert relais.file_facts(document) == "CSV, 1\u00a0ko, anglais"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (PartialDate(dt.date(2019, 1, 1), "year"), "2019"),
        (PartialDate(dt.date(2025, 3, 1), "month"), "mars 2025"),
        (PartialDate(dt.date(2025, 3, 1)), "1er\u00a0mars 2025"),
        ("2025-03", "mars 2025"),
        ("bientôt", "bientôt"),
        (dt.datetime(2025, 3, 31, 23, 30, tzinfo=dt.UTC), "1er\u00a0avril 2025"),
        (None, ""),
    ],
)
def test_a_date_is_as_precise_as_its_source(value: object, written: str) -> None:
    assert relais.partial_date(value) == written


def test_ordinals_are_raised_and_the_rest_is_escaped() -> None:
    assert relais.ordinals("2e édition <revue>") == "2<sup>e</sup> édition &lt;revue&gt;"
    assert relais.ordinals("PIREnt 3 e") == "PIREnt 3 e"


def test_the_thumbnail_of_a_picture_is_signed_for_its_own_size() -> None:
    image = type("Image", (), {"pk": 12})()
    small = thumbnail_address(picture_address(image, 1200))
    assert "/12/fill-288x204" in small
    assert small != thumbnail_address(picture_address(type("Image", (), {"pk": 13})(), 1200))
    assert thumbnail_address("https://example.org/x.png") == "https://example.org/x.png"


def test_nothing_in_the_boxes_of_a_facet_is_markup_but_the_boxes() -> None:
    hostile = """"'><script>alert(1)</script>&"""
    value = FacetValue(hostile, hostile, 1_234, True, 0, hostile)
    text = relais.boxes(Facet("x", "x", hostile, [value]), [value], hostile)
    [item] = html.fragments_fromstring(text)
    assert [one.tag for one in item.iter()] == ["li", "label", "input", *["span"] * 4]
    box, name = item.find(".//input"), item.find(".//span")
    assert {box.get(one) for one in ("form", "name", "value")} == {hostile}
    assert (name.get("lang"), name.text, "checked" in box.attrib) == (hostile, hostile, True)

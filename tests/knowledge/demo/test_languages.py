"""The demo in three languages: no page says in one what its address promises in another."""

import pytest
from lxml import html
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.languages.carrying import freshness
from knowledge.demo import loader, types
from search.analysis import folded, words
from search.stopwords import ENGLISH_STOP, FRENCH_STOP, SPANISH_STOP
from tests.factories import HomePageFactory

pytestmark = pytest.mark.django_db

STOP = {"fr": FRENCH_STOP, "en": ENGLISH_STOP, "es": SPANISH_STOP}
ONLY = {
    code: {word for word in own if len(word) > 2}
    - {word for other, theirs in STOP.items() if other != code for word in theirs}
    for code, own in STOP.items()
}


def counted(text):
    """How many words of each language a text has that no other has."""
    found = [folded(word) for word in words(text)]
    return {code: sum(word in own for word in found) for code, own in ONLY.items()}


def said(document):
    """What a page says in the language that it claims: parts marked otherwise left out."""
    tree = html.document_fromstring(document)
    language = tree.get("lang")
    for part in tree.xpath("//script | //style | //*[@lang]"):
        if part is not tree and (part.tag in ("script", "style") or part.get("lang") != language):
            part.drop_tree()
    return language, tree.xpath("//main")[0].text_content()


def test_no_page_of_the_demo_is_in_another_language_than_it_says(
    monkeypatch, client, django_capture_on_commit_callbacks
):
    HomePageFactory()
    monkeypatch.setattr(types, "LOADERS", ())
    monkeypatch.setattr(loader, "call_command", lambda *given, **more: None)
    with django_capture_on_commit_callbacks(execute=True):
        loader.load(lambda text: None)
    while touches.flush().left:
        pass
    for code, count in (("en", 1), ("es", 1)):
        assert Record.objects.filter(locale=code, gone_at=None).count() == count
        pages = Page.objects.filter(locale__language_code=code, live=True, alias_of=None)
        assert pages.count() == 6
        assert not any(freshness(page).outdated for page in pages)
    pages = Page.objects.filter(live=True, depth__gt=1).select_related("locale")
    addresses = [page.url for page in pages if page.url]
    addresses += [f"{prefix}{name}/" for prefix in ("/", "/en/", "/es/")
                  for name in ("recherche", "carte", "themes", "proposer")]  # fmt: skip
    for address in addresses:
        found = client.get(address)
        assert found.status_code == 200, address
        language, text = said(found.content.decode())
        assert found["Content-Language"] == language
        by_language = counted(text)
        own = by_language.pop(language)
        assert max(by_language.values()) <= max(1, own // 8), (address, own, by_language)

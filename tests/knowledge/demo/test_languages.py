"""The whole demo in three languages: no page says in one what its address promises in another.

Besides what the demo translates, the page of each type with most ties is put into English and
Spanish, with words of these languages in the place of each text: what is left of another language
is the templates', or what a page shows of others.
"""

from collections import Counter

import pytest
from lxml import html
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Link, Record
from cms.languages.carrying import freshness
from knowledge.base.models import PageAuthor, PageOrganisation
from knowledge.demo import loader
from search.analysis import folded, words
from search.stopwords import ENGLISH_STOP, FRENCH_STOP, SPANISH_STOP
from tests.factories import HomePageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

STOP = {"fr": FRENCH_STOP, "en": ENGLISH_STOP, "es": SPANISH_STOP}
ONLY = {
    code: {folded(word) for word in own if len(word) > 2}
    - {folded(word) for other, theirs in STOP.items() if other != code for word in theirs}
    for code, own in STOP.items()
}
SAID = {
    "en": "This is what the text would say had it been written by those who have it in their own",
    "es": "Esto es lo que dirá el texto cuando lo hayan escrito los que tienen sus propias",
}
REGIONS = ("11", "24", "52", "75")  # where the demo's places are
SHORT = {"en": "what there is", "es": "lo que hay"}
FIXED = ("recherche/", "recherche/?q=sante", "carte/", "themes/", "proposer/", "panier/")
# Names of places are in no language; a list of marks for programs is read by nobody.
ASIDE = "//script | //style | //svg | //*[@class='Z3988']"


def counted(text):
    """How many words of each language a text has that no other has."""
    found = [folded(word) for word in words(text)]
    return {code: sum(word in own for word in found) for code, own in ONLY.items()}


def texts(document):
    """(language, text) of everything that a page says or reads aloud, each in the language that
    the nearest element names."""
    tree = html.document_fromstring(document)
    for skipped in tree.xpath(ASIDE):
        skipped.drop_tree()
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        spoken = next(one.get("lang") for one in (node, *node.iterancestors()) if one.get("lang"))
        parts = [node.text, *(child.tail for child in node)]
        parts += [node.get(name) for name in ("alt", "aria-label", "placeholder", "title")]
        if node.get("name") == "description":
            parts.append(node.get("content"))
        yield from ((spoken[:2], part) for part in parts if part and part.strip())


def strangers(document, names):
    """What a page says in another language than it claims, names of people and bodies apart. One
    word may be a name; two are a sentence."""
    for spoken, text in texts(document):
        for name in names:
            text = text.replace(name, "")
        by_language = counted(text)
        own = by_language.pop(spoken, 0)
        if max(by_language.values()) > own + 1:
            yield spoken, " ".join(text.split())


def translate(page, locale):
    """Every text of a page in words of a language, published."""
    translate_object(page.specific, [locale])
    made = Translation.objects.get(source__object_id=page.translation_key, target_locale=locale)
    code = locale.language_code
    segments = StringSegment.objects.filter(source=made.source).exclude(context__path="slug")
    rows = segments.values_list("string_id", "context_id", "string__data")
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of_id=string,
                context_id=context,
                locale=locale,
                data=SAID[code] if len(text) > 100 else SHORT[code],
                translation_type="manual",
            )
            for string, context, text in rows
        ],
        ignore_conflicts=True,
    )
    made.save_target(publish=False)
    found = Page.objects.get(translation_key=page.translation_key, locale=locale)
    found.get_latest_revision().publish()


def showing_most(records):
    """{type: page} with the most ties: the same at each run, and the one that shows most of
    other pages."""
    ties = Counter(
        number for ends in Link.objects.values_list("page_id", "target_id") for number in ends
    )
    rows = records.values_list("type", "page_id", "url")
    return {kind: page for kind, page, _url in sorted(rows, key=lambda row: (ties[row[1]], row[2]))}


@pytest.fixture
def demo(django_capture_on_commit_callbacks):
    HomePageFactory()
    with django_capture_on_commit_callbacks(execute=True):
        loader.load(lambda text: None, regions=REGIONS)
    while touches.flush().left:
        pass


def test_no_page_of_the_demo_is_in_another_language_than_it_says(
    demo, client, django_capture_on_commit_callbacks
):
    for code in ("en", "es"):
        pages = Page.objects.filter(locale__language_code=code, live=True, alias_of=None)
        assert pages.count() == 6
        assert not any(freshness(page).outdated for page in pages)
    live = Record.objects.filter(gone_at=None)
    first = showing_most(live.filter(locale="fr"))
    with django_capture_on_commit_callbacks(execute=True):
        for locale in Locale.objects.filter(language_code__in=("en", "es")):
            for page in Page.objects.filter(pk__in=first.values()):
                if not page.get_translations().filter(locale=locale, alias_of=None).exists():
                    translate(page, locale)
    while touches.flush().left:
        pass
    for code in ("en", "es"):
        assert set(live.filter(locale=code).values_list("type", flat=True)) == set(first)
    bodies = live.filter(type__in=("organisation", "person"))
    names = {
        *PageAuthor.objects.values_list("name", flat=True),
        *PageOrganisation.objects.exclude(name="").values_list("name", flat=True),
        *bodies.values_list("title", flat=True),
    }
    pages = Page.objects.filter(live=True, depth__gt=1, alias_of=None).select_related("locale")
    addresses = [page.url for page in pages if page.url]
    addresses += [f"{prefix}{name}" for prefix in ("/", "/en/", "/es/") for name in FIXED]
    wrong = {}
    for address in addresses:
        found = client.get(address)
        assert found.status_code == 200, address
        if said := sorted(set(strangers(found.content.decode(), names))):
            wrong[address] = said
    assert wrong == {}

"""At the foot of a record's page: what is near it, and nothing that is there already."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Link, Record
from knowledge.base.models import PageTerritory
from search import sync
from search.related import MOST, related
from tests import factories as make
from tests import synthetic
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.territory_factories import TerritoryFactory


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        rare = [corpus.term("themes", "rare", "Rare"), corpus.term("territory", "epci-1", "Brenne")]
        for number in range(60):
            corpus.add(f"Recueil {number}", name=f"recueil-{number}", terms=[
                corpus.term("publics", "tous", "Tous")
            ])  # fmt: skip
        corpus.add("Jardin partagé", name="jardin", terms=rare, body="Le compostage au potager.")
        corpus.add("Verger communal", name="verger", terms=rare)
        corpus.add("Rucher", name="rucher", terms=rare[:1])
        corpus.add("Compost", name="compost", body="Compostage, potager, jardin : trois mots.")
        corpus.add("Un seul mot", name="seul", body="Il parle de compostage.")
        corpus.add("Shared garden", name="jardin", locale="en", terms=rare)
        corpus.add("Orchard", name="orchard", locale="en", terms=rare)
        index_everything()
        yield


def near(name: str, locale: str = "fr", **options: object) -> list[str]:
    key = uuid.uuid5(corpus.NAMESPACE, name)
    return [record.title for record in related(key, locale, **options)]


def test_what_shares_rare_terms_and_places_comes_before_what_shares_words(records):
    assert near("jardin") == ["Verger communal", "Rucher", "Compost"]


def test_never_itself_its_translation_or_another_language(records):
    assert near("jardin", "en") == ["Orchard"]
    assert near("orchard", "en") == ["Shared garden"]


def test_what_everything_has_makes_nothing_near(records):
    assert near("recueil-1") == []


def test_what_the_page_shows_already_is_left_out(records):
    assert near("jardin", without=["/guides/verger/"]) == ["Rucher", "Compost"]


def test_what_is_gone_is_left_out_at_once_and_a_page_without_a_record_has_none(records):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cms_catalogue_record SET gone_at = now() WHERE title = 'Rucher'")
    assert near("jardin") == ["Verger communal", "Compost"]
    assert near("rucher") == []
    assert near("nulle-part") == []


def test_what_it_is_tied_to_is_left_out_whichever_end_says_so(records):
    pages = [make.SectionPageFactory(title=title) for title in ("Jardin", "Verger", "Rucher")]
    for name, page in zip(("jardin", "verger", "rucher"), pages, strict=True):
        key = uuid.uuid5(corpus.NAMESPACE, name)
        Page.objects.filter(pk=page.pk).update(translation_key=key)
    Link.objects.create(page_id=pages[0].pk, relation="supersedes", target_id=pages[1].pk)
    Link.objects.create(page_id=pages[2].pk, relation="supersedes", target_id=pages[0].pk)
    assert near("jardin") == ["Compost"]


def test_there_are_six_at_most_and_the_queries_are_always_two(records):
    near("jardin")
    with CaptureQueriesContext(connection) as few:
        near("jardin")
    synthetic.store(200, size=1_500)
    for number in range(9):
        corpus.add(f"Autre jardin {number}", name=f"autre-{number}", terms=[
            corpus.term("themes", "rare", "Rare")
        ])  # fmt: skip
    sync.follow_postgres()
    with CaptureQueriesContext(connection) as many:
        assert len(near("jardin")) == MOST
    assert len(few) == len(many) == 2


def test_terms_are_neither_words_of_the_text_nor_spellings(records):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_stem WHERE text LIKE '%#%' OR text LIKE '%=%'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT length FROM search_entry WHERE title_key IN ('rucher', 'compost')")
        # "Rucher" has one word in its title and two labels of a word each.
        assert min(length for (length,) in cursor.fetchall()) < 8


def test_the_page_shows_them_after_those_that_were_chosen(db):
    with override_settings(ELASTICSEARCH_URL=""):
        theme = make.ConceptFactory(label="Jardins partagés")
        place = TerritoryFactory(name="Parc de la Brenne")
        chosen = make.GuidePageFactory(title="Guide choisi", concepts=[theme])
        near_by = make.GuidePageFactory(title="Guide proche", concepts=[theme])
        for number in range(6):
            make.GuidePageFactory(title=f"Loin {number}")
        page = make.GuidePageFactory(title="Guide lu", concepts=[theme], related=[chosen])
        for one in (near_by, page):
            PageTerritory.objects.create(page=one, territory=place)
        while touches.flush().left:
            pass
        sync.follow_postgres()
        assert Record.objects.filter(title="Guide proche", gone_at__isnull=True).exists()
        text = Client().get(page.url).content.decode()
    foot = text.partition('id="proches"')[2].partition("</section>")[0]
    assert "Guide proche" in foot
    assert "Guide choisi" not in foot
    assert "Guide lu" not in foot
    assert text.index('id="lire-aussi"') < text.index('id="proches"')

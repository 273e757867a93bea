"""Made-up pages of every type: whole, the same again, and no list the slower for them."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.catalogue import clock
from cms.catalogue.checking import problems
from cms.catalogue.models import Record
from knowledge.base.models import PageAuthor
from knowledge.demo.synthetic.writing import SECTION, Writer, page_models
from tests.example_plugin.models import RecipePage
from tests.factories import HomePageFactory, UserFactory

FEW, MANY = 100, 300


def load(count, **options):
    call_command("load_corpus", synthetic=count, verbosity=0, **options)


def queries(address):
    """How many queries an anonymous reader's request costs, its caches warm."""
    client = Client()
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def addresses():
    """Each exit, and one page of each type: the first that was made."""
    section = Page.objects.get(slug=f"{SECTION}-guide")
    pages = {
        f"page of type {kind}": Record.objects.filter(type=kind, gone_at=None)
        .order_by("page_id")
        .first()
        .url
        for kind in sorted(Record.objects.values_list("type", flat=True).distinct())
    }
    return {
        "section": section.get_url(),
        "search": "/recherche/?q=santé",
        "API list": "/api/v1/records?limit=20",
        "API search": "/api/v1/search?q=santé",
        **pages,
    }


@pytest.fixture(scope="module")
def counted(module_db):
    """(query counts with few records, with many), for each address."""
    HomePageFactory()
    load(FEW)
    asked = addresses()
    few = {name: queries(address) for name, address in asked.items()}
    load(MANY)
    return few, {name: queries(address) for name, address in asked.items()}


def test_queries_do_not_grow_with_the_number_of_records(counted):
    few, many = counted
    assert len(few) == 4 + len(page_models())
    exits = [name for name in few if not name.startswith("page of type")]
    assert {name: many[name] for name in exits} == {name: few[name] for name in exits}
    # A page may have received its first tie, its first action… from one of the others meanwhile.
    assert {name: cost for name, cost in many.items() if cost > few[name] + 2} == {}


def test_every_type_is_there_and_the_tree_is_whole(counted):
    kinds = {model.record_type.name for model in page_models()}
    assert "recipe" in kinds  # also one that no room names
    for kind in kinds:
        rows = Record.objects.filter(type=kind, gone_at=None)
        assert rows.count() >= MANY // len(kinds)
        assert all(row.title and row.summary and row.url for row in rows)
    assert Record.objects.filter(gone_at=None).count() == MANY
    assert not any(Page.find_problems())
    assert problems() == []


def test_made_up_pages_open_in_their_forms(counted):
    client = Client()
    client.force_login(UserFactory())
    for model in page_models():
        page = model.objects.order_by("pk").first()
        assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_the_same_seed_makes_the_same_once(counted):
    version = clock.now()
    load(MANY)
    assert clock.now() == version
    before = [row.title for row in Record.objects.order_by("page_id")]
    Page.objects.get(slug=f"{SECTION}-guide").get_descendants().delete()
    load(MANY)
    after = [row.title for row in Record.objects.filter(gone_at=None).order_by("page_id")]
    assert sorted(after) == sorted(before)


def test_another_seed_makes_others(counted):
    load(20, seed=2)
    assert Record.objects.filter(gone_at=None).count() == MANY + 20
    assert not any(Page.find_problems())


def test_a_reader_finds_what_was_made_up(counted):
    page = Client().get("/recherche/?q=sommeil")
    assert "sommeil" in page.content.decode()
    assert page.context["result"].total > 5


def test_a_type_may_say_itself_how_it_is_made_up(counted, monkeypatch):
    def synthetic(number, random):
        return {"minutes": number + 1000}, [PageAuthor(name=f"Recette de {number}")]

    monkeypatch.setattr(RecipePage, "synthetic", staticmethod(synthetic), raising=False)
    writer = Writer()
    number = writer.models.index(RecipePage)
    load(len(writer.models), seed=3)
    page = RecipePage.objects.get(minutes__gte=1000)
    assert page.minutes == number + 1000
    assert f"Recette de {number}" in [author.name for author in page.authors.all()]


def test_what_cannot_be_loaded_is_said(module_db, tmp_path):
    for arguments in ([], [str(tmp_path), "--synthetic", "3"], ["--synthetic", "0"]):
        with pytest.raises(CommandError):
            call_command("load_corpus", *arguments)

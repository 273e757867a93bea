"""Loading a corpus: whole, again, after a fault, and with real data where it is at hand."""

import gzip
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Page

from cms.catalogue import clock, touches
from cms.catalogue.models import Record
from knowledge.guides.corpus import reading, writing
from knowledge.guides.corpus.chapters import chapters
from knowledge.guides.models import GuidePage
from knowledge.thesaurus.models import Concept
from tests.factories import HomePageFactory, UserFactory

DOCS = [
    {
        "id": f"F{number}",
        "title": f"Fiche {number} : l'accès aux droits",
        "text": "Première phrase.\nQui est concerné\nTout le monde < 30 ans.\nÀ noter\nfin",
        "description": "Une fiche. " * 40,
        "audience": ["particuliers"],
        "breadcrumb": ["Accueil", "Social", f"Aides {number % 2}"],
        "date": "2020-01-01",
    }
    for number in range(7)
]


@pytest.fixture
def corpus(tmp_path):
    with gzip.open(tmp_path / "docs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(doc) + "\n" for doc in DOCS)
    return tmp_path


@pytest.fixture
def home(db):
    return HomePageFactory()


def test_a_corpus_becomes_real_guides_once(corpus, home, client, monkeypatch):
    monkeypatch.setattr("knowledge.demo.management.commands.load_corpus.BATCH", 3)
    call_command("load_corpus", corpus)
    assert GuidePage.objects.count() == 7
    assert not any(Page.find_problems())
    assert Record.objects.filter(type="guide", gone_at=None).count() == 7
    assert {row.label("fr") for row in Concept.objects.all()} == {
        "Social", "Aides 0", "Aides 1", "particuliers",
    }  # fmt: skip
    guide = GuidePage.objects.first()
    assert guide.get_parent().numchild == 7
    assert [chapter.title for chapter in guide.chapters.all()] == [
        "Présentation", "Qui est concerné",
    ]  # fmt: skip
    assert len(guide.summary) <= 300
    version = clock.now()
    call_command("load_corpus", corpus)
    assert clock.now() == version
    assert GuidePage.objects.count() == 7

    client.force_login(UserFactory())
    address = reverse("wagtailadmin_pages:edit", args=[guide.pk])
    assert client.get(address).status_code == 200
    assert Page.objects.search("droits").count() == 7


def test_a_load_cut_short_is_completed(corpus, home):
    docs = reading.read(corpus)
    shelf = writing.section()
    writing.write(docs[2:5], shelf, {})
    call_command("load_corpus", corpus)
    assert GuidePage.objects.count() == 7
    assert not any(Page.find_problems())
    assert Record.objects.filter(type="guide", gone_at=None).count() == 7


def test_a_guide_added_by_hand_beside_them_is_kept(corpus, home):
    shelf = writing.section()
    shelf.add_child(instance=GuidePage(title="À la main", slug="a-la-main", locale=shelf.locale))
    call_command("load_corpus", corpus)
    assert not any(Page.find_problems())
    assert shelf.get_children().count() == 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b"', "line 2"),
        ('{"id": "b", "text": "x"}', "“title” is missing"),
        ('{"id": "b", "title": 3}', "“title” is not a text"),
        ('{"id": "a", "title": "Encore"}', "line 1 already"),
        ('{"id": "b", "title": "T", "date": "mardi"}', "line 2"),
        ("[1]", "JSON object"),
    ],
)
def test_a_garbled_line_is_named(tmp_path, line, said):
    first = json.dumps({"id": "a", "title": "Un", "text": "Texte"})
    (tmp_path / "docs.jsonl").write_text(f"{first}\n{line}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("load_corpus", tmp_path)
    assert not GuidePage.objects.exists()


@pytest.mark.django_db
def test_a_missing_or_broken_file_is_said(tmp_path, corpus):
    with pytest.raises(CommandError, match=r"docs\.jsonl"):
        call_command("load_corpus", tmp_path / "nowhere")
    whole = (corpus / "docs.jsonl.gz").read_bytes()
    (corpus / "docs.jsonl.gz").write_bytes(whole[:-20])
    with pytest.raises(CommandError, match="after line"):
        call_command("load_corpus", corpus)
    (corpus / "docs.jsonl.gz").write_bytes(b"not gzip at all")
    with pytest.raises(CommandError, match="after line 0"):
        call_command("load_corpus", corpus)


def test_markup_in_a_text_is_text():
    ((_title, blocks),) = chapters("<script>alert(1)</script> & <b>.", writing.NAMESPACE)
    assert blocks[0]["value"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;.</p>"


@pytest.mark.shared
def test_the_real_corpus_is_read_whole(shared_data):
    docs = reading.read(shared_data / "ir" / "servicepublic")
    assert len(docs) == 3657
    assert all(doc.title and doc.themes for doc in docs)
    assert all(chapters(doc.text, writing.NAMESPACE) for doc in docs[:300])


def test_identifiers_that_differ_by_signs_only_have_two_addresses(tmp_path, home):
    docs = [{"id": name, "title": "Aides", "text": "Une phrase."} for name in ("A.1", "A1", "a1")]
    lines = "".join(json.dumps(doc) + "\n" for doc in docs)
    (tmp_path / "docs.jsonl").write_text(lines, encoding="utf-8")
    call_command("load_corpus", tmp_path)
    slugs = sorted(GuidePage.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 3
    assert slugs[0] == "aides-a1"
    assert Record.objects.filter(gone_at=None).values("url").distinct().count() == 3
    (tmp_path / "docs.jsonl").write_text(lines.replace("a1", "a_1"), encoding="utf-8")
    call_command("load_corpus", tmp_path)
    assert set(slugs) < set(GuidePage.objects.values_list("slug", flat=True))


def test_projecting_looks_at_all_that_waits_a_few_times_only(corpus, home, monkeypatch):
    asked = []
    flush = touches.flush

    def counted(**options):
        asked.append(options)
        return flush(**options)

    monkeypatch.setattr(touches, "BATCH", 1)
    monkeypatch.setattr(touches, "flush", counted)
    call_command("load_corpus", corpus)
    assert Record.objects.filter(gone_at=None).count() == 7
    assert len(asked) == 1

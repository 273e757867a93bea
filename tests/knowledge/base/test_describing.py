"""Describing pages costs the same number of queries whatever their number."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from cms.catalogue import touches
from cms.catalogue.checking import problems
from cms.catalogue.models import Dependency, Record
from cms.catalogue.rendering import BASE
from cms.core.records import record_uid
from knowledge.base.models import PageDescriptor
from knowledge.guides.models import GuidePage
from knowledge.thesaurus.models import Concept
from tests.factories import (
    ConceptFactory,
    DocumentFactory,
    GuidePageFactory,
    HomePageFactory,
    ImageFactory,
    SectionPageFactory,
    locale,
)

pytestmark = pytest.mark.django_db


def full_guides(number: int) -> list[int]:
    """Ids of guides that use everything; files are shared, concepts are not."""
    top, other = ConceptFactory(label="Santé"), GuidePageFactory()
    picture, inside, chosen = ImageFactory(), DocumentFactory(), DocumentFactory()
    chapters = [
        ("Un", [("image", {"image": picture.pk}), ("paragraph", "<p>Texte</p>")]),
        ("Deux", [("download", {"document": inside.pk})]),
    ]
    return [
        GuidePageFactory(
            hero_image=picture,
            chapters=chapters,
            concepts=[ConceptFactory(label=f"Sujet {n}", alternatives=[f"S{n}"], broader=top)],
            authors=["Une autrice", "Un auteur"],
            documents=[chosen],
            related=[other],
        ).pk
        for n in range(number)
    ]


def test_queries_do_not_grow_with_the_batch():
    numbers = full_guides(50)
    Site.get_site_root_paths()  # cached for all that follows
    cost = {}
    for size in (1, 10, 50):
        pages = list(GuidePage.objects.filter(pk__in=numbers[:size]).select_related("locale"))
        with CaptureQueriesContext(connection) as queries:
            drafts = GuidePage.describe_many(pages)
        assert len(drafts) == size
        assert all(draft.downloads and draft.terms and draft.authors for draft in drafts)
        cost[size] = len(queries)
    assert len(set(cost.values())) == 1, cost
    assert cost[1] <= 16


def live_json(page: Page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk).json.replace(BASE, ""))


def test_a_new_name_of_a_broader_concept_reaches_the_records_below():
    top = ConceptFactory(label="Santé")
    low = ConceptFactory(label="Prévention", broader=top)
    guide = GuidePageFactory(concepts=[low])
    touches.flush()
    version = Record.objects.get(page_id=guide.pk).version
    assert set(
        Dependency.objects.filter(page_id=guide.pk, kind="concept").values_list(
            "object_id", flat=True
        )
    ) == {top.pk, low.pk}
    label = low.labels.get(kind="preferred")
    label.label = "Prévention en santé"
    label.save()
    assert live_json(guide)["concepts"][0]["label"] == "Prévention en santé"
    Concept.objects.filter(pk=top.pk).update(broader=ConceptFactory(slug="tout", label="Tout"))
    touches.flush()
    record = Record.objects.get(page_id=guide.pk)
    assert record.version > version
    assert "themes:tout" in record.terms_broader


def test_chosen_downloads_come_first_under_their_own_title():
    inside, chosen = DocumentFactory(title="Dans le texte"), DocumentFactory(title="Annexe")
    guide = GuidePageFactory(
        chapters=[("Un", [("download", {"document": inside.pk})])], documents=[chosen]
    )
    guide.downloads.update(title="La grille")
    titles = [found["title"] for found in live_json(guide)["downloads"]]
    assert titles == ["La grille", "Dans le texte"]


def test_related_pages_are_named_by_identifiers_of_live_pages_only():
    shown, draft = GuidePageFactory(), GuidePageFactory(live=False)
    guide = GuidePageFactory(related=[shown, draft])
    assert live_json(guide)["data"]["related"] == [str(record_uid(shown.translation_key, "fr"))]
    draft.live = True
    draft.save()
    assert len(live_json(guide)["data"]["related"]) == 2


def test_a_related_page_without_a_public_record_is_not_shown(rf):
    section = SectionPageFactory()
    public, private = GuidePageFactory(parent=section), GuidePageFactory(live=False)
    guide = GuidePageFactory(related=[public, private, section])
    touches.flush()
    related = guide.get_context(rf.get("/"))["related"]
    assert [record.page_id for record in related] == [public.pk]


def test_relations_survive_revisions_copies_and_translations():
    concept = ConceptFactory(label="Santé")
    guide = GuidePageFactory(
        title="Évaluer", concepts=[concept], authors=["Une autrice"],
        documents=[DocumentFactory()], related=[GuidePageFactory()],
    )  # fmt: skip
    again = guide.save_revision().as_object()
    copy = guide.copy(update_attrs={"slug": "copie"})
    english = locale("en")
    guide.get_parent().get_parent().specific.copy_for_translation(english)
    translated = guide.copy_for_translation(english, copy_parents=True)
    for page in (again, copy, translated):
        assert [row.concept_id for row in page.descriptors.all()] == [concept.pk]
        assert [row.name for row in page.authors.all()] == ["Une autrice"]
        assert page.downloads.count() == page.related_pages.count() == 1
        assert [chapter.title for chapter in page.chapters.all()] == ["Commencer"]
    assert translated.chapters.get().locale == english
    assert translated.chapters.get().translation_key == guide.chapters.get().translation_key


def test_a_draft_that_names_a_deleted_concept_still_opens():
    concept = ConceptFactory(label="Éphémère")
    guide = GuidePageFactory(concepts=[concept])
    revision = guide.save_revision()
    PageDescriptor.objects.filter(page=guide.pk).delete()
    concept.delete()
    assert list(revision.as_object().descriptors.all()) == []


@pytest.mark.parametrize("draft_first", [True, False])
def test_a_related_page_translated_later_is_named_in_its_new_language(draft_first):
    english = locale("en")
    HomePageFactory().copy_for_translation(english).save_revision().publish()
    section = SectionPageFactory()
    target = GuidePageFactory(parent=section)
    english_section = section.copy_for_translation(english)
    english_section.save_revision().publish()
    source = GuidePageFactory(parent=english_section, related=[target])
    assert live_json(source)["data"]["related"] == [str(record_uid(target.translation_key, "fr"))]
    translated = target.copy_for_translation(english)
    if draft_first:
        touches.flush()
    translated.save_revision().publish()
    assert live_json(source)["data"]["related"] == [str(record_uid(target.translation_key, "en"))]
    assert problems() == []
    GuidePage.objects.get(pk=translated.pk).unpublish()
    assert live_json(source)["data"]["related"] == [str(record_uid(target.translation_key, "fr"))]

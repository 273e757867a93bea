"""Every field says whether it is language; translators see words and nothing else."""

import random
import string

import pytest
from django.core import checks
from wagtail.models import Page
from wagtail_localize.models import StringSegment, Translation
from wagtail_localize.operations import translate_object
from wagtail_localize.segments.extract import extract_segments

from cms.core import policy
from cms.languages import exchange
from knowledge.guides.models import GuideChapter
from tests import factories as make

pytestmark = pytest.mark.django_db

LINK = "https://partenaire.example.org/fiche"
BODY = [
    ("heading", "Un intertitre"),
    ("paragraph", f'<p>Un <b>texte</b> avec un <a href="{LINK}">lien</a>.</p>'),
    ("list", {"ordered": True, "items": ["<p>Une ligne</p>", "<p>Une autre</p>"]}),
    ("table", {
        "columns": [{"type": "text", "heading": "Public"}, {"type": "text", "heading": "2024"}],
        "rows": [{"values": ["Habitants", "1 240"]}, {"values": ["Élus", "une dizaine"]}],
        "caption": "Qui est venu",
    }),
    ("video", {"url": "https://video.example.org/1", "title": "Le film", "transcript": ""}),
    ("figures", {"items": [
        {"value": "1 240", "unit": "heures", "label": "de médiation", "source": "Bilan"},
        {"value": "12 à 15", "unit": "", "label": "ateliers", "source": ""},
    ]}),
    ("callout", {"kind": "warning", "title": "Attention", "content": "<p>Prévenir.</p>"}),
    ("map", {"title": "Où", "points": [
        {"label": "La mairie", "latitude": "46.6", "longitude": "1.2"},
    ]}),
    ("cards", {"items": [{"title": "Une carte", "summary": "", "page": None, "url": LINK}]}),
    ("timeline", {"items": [{"date": "mars 2024", "title": "Début", "content": "<p>Réunion</p>"}]}),
]  # fmt: skip


def said(page):
    return [s.string.data for s in extract_segments(page) if hasattr(s, "string")]


def test_a_field_without_policy_is_refused(monkeypatch):
    kept = [one for one in GuideChapter.override_translatable_fields if one.field_name != "title"]
    monkeypatch.setattr(GuideChapter, "override_translatable_fields", kept)
    found = [one for one in checks.run_checks() if one.id == "cms_core.E010"]
    assert [one.msg.split()[0] for one in found] == ["knowledge_guides.GuideChapter.title"]


def test_a_row_with_language_is_translatable():
    assert [
        one for one in checks.run_checks() if one.id in ("cms_core.E010", "cms_core.E011")
    ] == []
    assert any(issubclass(model, Page) for model in policy.translated_models())


def test_translators_see_words_of_every_block_and_nothing_else():
    guide = make.GuidePageFactory(title="Guide", chapters=[("Chapitre", BODY)])
    texts = said(guide)
    assert {"Un intertitre", "Une ligne", "Public", "Habitants", "une dizaine", "Qui est venu",
            "Le film", "heures", "12 à 15", "Prévenir.", "La mairie", "Une carte", "mars 2024",
            "Réunion"} <= set(texts)  # fmt: skip
    assert {"1 240", "2024", "46.6", LINK, "https://video.example.org/1", "warning"} & set(
        texts
    ) == set()
    kinds = {type(segment).__name__ for segment in extract_segments(guide)}
    assert kinds == {"StringSegmentValue", "TemplateSegmentValue"}


def test_blocks_stored_without_identifiers_keep_the_same_ones():
    guide = make.GuidePageFactory(chapters=[("Chapitre", BODY)])
    first = [segment.path for segment in extract_segments(guide)]
    again = [segment.path for segment in extract_segments(type(guide).objects.get(pk=guide.pk))]
    assert first == again


def said_otherwise(text):
    return text.replace("a", "ä", 1)


@pytest.mark.parametrize("seed", range(8))
def test_every_text_survives_its_way_out_and_back(seed):
    """Property: for random pages, each string goes out as PO and comes back to where it was."""
    chance = random.Random(seed)

    def words():
        signs = string.ascii_letters + "éèàç’«» &<>\"\\'%; 0123"
        text = "".join(chance.choice(signs) for _n in range(chance.randint(1, 30)))
        return f"a{' '.join(text.split())}z"

    def shuffled(value):
        if isinstance(value, dict):
            return {
                name: part if name in ("url", "kind", "type", "latitude", "longitude", "page")
                else shuffled(part) for name, part in value.items()
            }  # fmt: skip
        if isinstance(value, list):
            return [shuffled(part) for part in value for _n in range(chance.randint(1, 2))]
        if isinstance(value, str) and value and not value.startswith("<"):
            return words()
        return value

    def table(value):
        width = chance.randint(1, 3)
        return {
            "columns": [{"type": "text", "heading": words()} for _n in range(width)],
            "rows": [{"values": [words() for _n in range(width)]} for _n in range(2)],
            "caption": words(),
        }

    blocks = [
        (kind, table(value) if kind == "table" else shuffled(value))
        for kind, value in chance.sample(BODY, chance.randint(1, len(BODY)))
    ]
    english = make.locale("en")
    make.HomePageFactory().copy_for_translation(english)
    guide = make.GuidePageFactory(title=words(), summary=words(), chapters=[(words(), blocks)])
    translate_object(guide, [english])
    made = Translation.objects.get()
    po = exchange.export(made)
    for entry in po:
        entry.msgstr = said_otherwise(entry.msgid)
    reading = exchange.read(made, str(po).encode())
    assert (reading.errors, reading.warnings) == ([], [])
    exchange.write(made, reading, None)
    segments = StringSegment.objects.filter(source=made.source).exclude(context__path="slug")
    expected = [
        said_otherwise(text)
        for text in segments.order_by("order").values_list("string__data", flat=True)
    ]
    made.save_target(publish=True)
    page = Page.objects.get(translation_key=guide.translation_key, locale=english).specific
    page = page.get_latest_revision_as_object()
    extracted = [
        s.string.data for s in extract_segments(page)
        if hasattr(s, "string") and s.path != "slug"
    ]  # fmt: skip
    assert extracted == expected

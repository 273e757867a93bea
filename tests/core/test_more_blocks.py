"""Figures, galleries, questions, cards, testimonials, contacts, timelines and maps: what they say,
what they show, and what they keep to themselves."""

import json
import re
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.blocks import StreamBlockValidationError
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail_localize.models import (
    OverridableSegment,
    StringSegment,
    StringTranslation,
    Translation,
)
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from cms.core import body, sketch
from cms.core.blocks import BodyBlock, WebAddressBlock
from cms.core.body import References
from knowledge.demo.blocks import stream
from knowledge.demo.library import Library
from tests import admin
from tests import factories as make

HOSTILE = '<script>alert(1)</script><p onclick="alert(1)">Bonjour <b>à tous</b></p>'
VOCABULARY = BodyBlock()


def saved(kind: str, value: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "value": value}]


def says(kind: str, value: Any, targets: References | None = None) -> Any:
    (block,) = body.describe(VOCABULARY, saved(kind, value), targets or References())
    return block["value"]


def searched(kind: str, value: Any) -> str:
    return " ".join(text for _weight, text in body.texts(VOCABULARY, saved(kind, value)))


def points_to(kind: str, value: Any) -> set[body.Reference]:
    return body.references(VOCABULARY, saved(kind, value))


def item(value: Any) -> dict[str, Any]:
    """A value as Wagtail stores it in a list: an id by which a translation knows it."""
    return {"type": "item", "id": str(uuid.uuid4()), "value": value}


def drawn(kind: str, value: Any) -> str:
    """The HTML of a block alone, as a reader's page shows it."""
    return str(VOCABULARY.to_python(saved(kind, value))[0].render({}))


# What they say, without a query: these tests have no database.


def test_figures_say_their_values_as_printed_whatever_way_they_are_stored():
    figure = {"value": "1 240", "unit": "rendez-vous", "label": "en 2024", "source": "ARS"}
    for stored in (figure, item(figure)):
        assert says("figures", {"items": [stored]}) == {"items": [figure]}
        assert searched("figures", {"items": [stored]}) == "1 240 rendez-vous en 2024 ARS"
    assert points_to("figures", {"items": [figure]}) == set()


def test_a_gallery_points_to_its_pictures_and_is_found_by_its_captions():
    pictures = {"items": [item({"image": 3, "caption": "Le parc"}), item({"image": 4})]}
    assert points_to("gallery", pictures) == {("image", 3), ("image", 4)}
    assert searched("gallery", pictures) == "Le parc"
    assert says("gallery", pictures) == {"items": []}


def test_a_question_says_its_answer_clean_and_its_links_resolved():
    value = {"question": "Qui ?", "answer": HOSTILE + '<a linktype="page" id="7">ici</a>'}
    assert points_to("question", value) == {("page", 7)}
    known = References(addresses={("page", 7): "/guides/a/"})
    assert says("question", value, known)["answer"] == (
        '<p>Bonjour <b>à tous</b></p><a href="/guides/a/">ici</a>'
    )
    assert searched("question", value) == "Qui ? Bonjour à tous ici"


def test_a_testimonial_says_who_speaks_and_from_where():
    value = {"text_quoted": "On m’a écoutée.", "author": "Inès", "role": "habitante",
             "territory": "Trégor"}  # fmt: skip
    assert says("testimonial", value) == value
    assert searched("testimonial", value) == "On m’a écoutée. Inès habitante Trégor"
    assert points_to("testimonial", value) == set()


def test_a_timeline_keeps_the_order_and_the_dates_of_its_source():
    link = '<a linktype="document" id="5">x</a>'
    steps = [
        {"date": "mars 2024", "title": "Signature", "content": HOSTILE},
        {"date": "", "title": "Bilan", "content": link},
    ]
    value = {"items": [item(step) for step in steps]}
    assert points_to("timeline", value) == {("document", 5)}
    first, second = says("timeline", value)["items"]
    assert first == {"date": "mars 2024", "title": "Signature",
                     "content": "<p>Bonjour <b>à tous</b></p>"}  # fmt: skip
    assert (second["date"], second["title"]) == ("", "Bilan")
    assert searched("timeline", value) == "mars 2024 Signature Bonjour à tous Bilan x"


def test_cards_and_contacts_name_only_pages_of_which_the_address_is_known():
    cards = {"items": [
        item({"title": "", "summary": "À lire", "page": 7, "url": ""}),
        item({"title": "Le site", "summary": "", "page": None, "url": "https://example.org/"}),
        item({"title": "", "summary": "Perdue", "page": 8, "url": ""}),
        item({"title": "Nos mots", "summary": "", "page": 8, "url": ""}),
    ]}  # fmt: skip
    known = References(addresses={("page", 7): "/a/"}, titles={7: "Le guide"})
    assert points_to("cards", cards) == {("page", 7), ("page", 8)}
    assert says("cards", cards, known)["items"] == [
        {"title": "Le guide", "summary": "À lire", "url": "/a/"},
        {"title": "Le site", "summary": "", "url": "https://example.org/"},
        {"title": "Nos mots", "summary": "", "url": ""},
    ]
    contact = {"page": 7, "content": "<p>01 00 00 00 00</p>"}
    assert points_to("contact", contact) == {("page", 7)}
    assert says("contact", contact, known)["page"] == {"title": "Le guide", "url": "/a/"}
    assert says("contact", contact)["page"] is None
    assert searched("contact", contact) == "01 00 00 00 00"


def test_a_map_says_degrees_as_numbers_and_leaves_out_points_that_are_nowhere():
    bad = ("", None, "abc", "NaN", "Infinity", "91", [], "<b>")
    points = [item({"label": "Rennes", "latitude": "48.1173", "longitude": "-1.6778"})]
    points += [item({"label": "Nulle part", "latitude": x, "longitude": "0"}) for x in bad]
    value = {"title": "Trois lieux", "points": points}
    assert says("map", value)["points"] == [
        {"label": "Rennes", "latitude": 48.1173, "longitude": -1.6778}
    ]
    assert searched("map", {**value, "points": points[:1]}) == "Trois lieux Rennes"
    html = drawn("map", value)
    assert "Rennes" in html
    assert "Nulle part" not in html
    assert not drawn("map", {**value, "points": points[1:]}).strip()


def test_a_map_of_places_far_apart_has_the_outlines_of_the_land(monkeypatch):
    asked = []

    def keeper(*box):
        asked.append(box)
        return [[(0, 46), (1, 46), (1, 47), (0, 47), (0, 46)], [(9, 9), (9, 9.0001), (9, 9)]]

    monkeypatch.setattr(sketch, "lands", [keeper])
    drawn_ = sketch.draw([(46.0, 0.0), (47.0, 1.0)])
    ((south, west, north, east),) = asked
    assert south < 46 < 47 < north
    assert west < 0 < 1 < east
    # The corners of the square are where the two places are; what is smaller than a dot is left.
    (_, x, y), (_, x2, y2) = drawn_.dots
    assert drawn_.land == f"M{x},{y}L{x2},{y}L{x2},{y2}L{x},{y2}L{x},{y}Z"
    assert sketch.draw([(46.0, 0.0), (46.01, 0.0)]).land == ""
    assert len(asked) == 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://x.fr", None, 3]
)
def test_what_is_no_web_address_reads_as_nothing(address):
    assert WebAddressBlock().to_python(address) == ""
    card = {"title": "x", "summary": "", "page": None, "url": address}
    assert says("cards", {"items": [card]})["items"][0]["url"] == ""
    assert says("video", {"url": address, "title": "V", "transcript": ""})["url"] == ""


def test_incomplete_or_empty_values_do_no_harm():
    kinds = ("figures", "gallery", "question", "cards", "testimonial", "contact", "timeline", "map")
    for kind in kinds:
        says(kind, {})
        assert searched(kind, {}) == ""
        assert points_to(kind, {}) == set()


def test_every_block_of_the_menu_stands_in_a_group_and_groups_in_the_order_of_use():
    groups = [(str(name), len(found)) for name, found in VOCABULARY.grouped_child_blocks()]
    assert len(groups) == 4
    assert all(name for name, _count in groups)
    assert [count for _name, count in groups] == [6, 5, 5, 2]
    assert all(block.meta.icon != "placeholder" for block in VOCABULARY.child_blocks.values())


# What the form refuses, at the field.


def refused(kind: str, value: Any) -> dict[str, Any]:
    """The fields of the first item of a list that are refused, with what is said."""
    with pytest.raises(StreamBlockValidationError) as caught:
        VOCABULARY.clean(VOCABULARY.to_python(saved(kind, value)))
    (inside,) = caught.value.block_errors.values()
    for name in ("items", "points"):
        if name in inside.block_errors:
            inside = inside.block_errors[name].block_errors[0]
    return inside.block_errors


@pytest.mark.django_db
def test_a_card_leads_to_one_place_and_has_words():
    page = make.SectionPageFactory()
    both = {"title": "x", "summary": "", "page": page.pk, "url": "https://example.org"}
    assert set(refused("cards", {"items": [both]})) == {"url"}
    assert set(refused("cards", {"items": [{**both, "page": None, "url": ""}]})) == {"page"}
    assert set(refused("cards", {"items": [{**both, "page": None, "title": ""}]})) == {"title"}
    assert set(refused("contact", {"page": None, "content": ""})) == {"page"}


def test_a_latitude_beyond_the_poles_is_refused():
    block = VOCABULARY.child_blocks["map"].child_blocks["points"].child_block
    block = block.child_blocks["latitude"]
    assert block.clean(block.to_python("-90")) == -90
    for degrees in ("90.1", "-91"):
        with pytest.raises(Exception, match="90"):
            block.field.clean(degrees)
    with pytest.raises(Exception, match="URL"):
        WebAddressBlock().field.clean("ftp://example.org/x")


# What a reader sees.


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("figures", {"items": [dict.fromkeys(("value", "unit", "label", "source"), HOSTILE)]}),
        ("question", {"question": HOSTILE, "answer": HOSTILE}),
        ("testimonial", dict.fromkeys(("text_quoted", "author", "role", "territory"), HOSTILE)),
        ("timeline", {"items": [dict.fromkeys(("date", "title", "content"), HOSTILE)]}),
        ("cards", {"items": [{"title": HOSTILE, "summary": HOSTILE, "page": None,
                              "url": 'https://example.org/"onclick="alert(1)'}]}),
        ("contact", {"page": None, "content": HOSTILE}),
        ("map", {"title": HOSTILE,
                 "points": [{"label": HOSTILE, "latitude": "1", "longitude": "2"}]}),
    ],
)  # fmt: skip
def test_nothing_hostile_is_shown_as_markup(kind, value):
    html = drawn(kind, value)
    assert "<script" not in html
    assert not re.search(r"<[^>]*\sonclick=", html)
    assert "Bonjour" in html


def test_markup_says_what_things_are(settings):
    figure = {"value": "87", "unit": "%", "label": "satisfaits", "source": "Enquête 2023"}
    html = drawn("figures", {"items": [figure, {**figure, "unit": "", "source": ""}]})
    listed = ElementTree.fromstring(html.replace("&nbsp;", " "))
    assert listed.tag == "dl"
    assert [[child.tag for child in row] for row in listed] == [["dt", "dd", "dd"], ["dt", "dd"]]
    assert [row[1].findtext("small") for row in listed] == ["%", None]

    html = drawn("question", {"question": "Qui ?", "answer": "<p>Moi</p>"})
    details = ElementTree.fromstring(html.replace("&nbsp;", " "))
    assert (details.tag, details[0].tag) == ("details", "summary")

    said = {"text_quoted": "Oui", "author": "Inès", "role": "élue", "territory": "Trégor"}
    figure = ElementTree.fromstring(drawn("testimonial", said))
    assert [child.tag for child in figure] == ["blockquote", "figcaption"]
    assert " ".join("".join(figure[1].itertext()).split()) == "Inès, élue, Trégor"
    said |= {"author": "", "role": ""}
    figure = ElementTree.fromstring(drawn("testimonial", said))
    assert "".join(figure[1].itertext()).strip() == "Trégor"
    assert "figcaption" not in drawn("testimonial", {**said, "territory": ""})

    steps = [{"date": "", "title": "Un", "content": ""}, {"date": "2024", "title": "Deux"}]
    listed = ElementTree.fromstring(drawn("timeline", {"items": steps}))
    assert (listed.tag, [child.tag for child in listed]) == ("ol", ["li", "li"])


def test_a_map_is_a_drawing_with_the_same_points_as_text():
    places = [("Rennes", "48.1173", "-1.6778"), ("Brest", "48.3904", "-4.4861")]
    points = [
        {"label": label, "latitude": north, "longitude": east} for label, north, east in places
    ]
    html = drawn("map", {"title": "Deux villes", "points": points})
    figure = ElementTree.fromstring(html)
    picture, listed = figure.find("svg"), figure.find("ol")
    assert picture.get("aria-hidden") == "true"
    assert [found.text for found in picture.findall("text")][:2] == ["1", "2"]
    rennes, brest = picture.findall("circle")
    assert int(rennes.get("cx")) > int(brest.get("cx"))
    assert int(rennes.get("cy")) > int(brest.get("cy"))
    assert len(listed) == 2
    assert "48,1173" in "".join(listed[0].itertext())
    assert "<svg" not in drawn("map", {"title": "Une ville", "points": points[:1]})


@pytest.mark.parametrize(
    "places",
    [
        [(48.0, -1.0), (48.0, -1.001)],
        [(48.0, -1.0), (49.0, -1.0)],
        [(-90.0, -180.0), (90.0, 180.0)],
        [(48.0, -1.0), (48.1, -1.2), (47.9, 3.0)],
    ],
)
def test_dots_stay_on_the_drawing_and_its_scale_is_a_round_length(places):
    found = sketch.draw(places)
    assert len(found.dots) == len(places)
    for _number, x, y in found.dots:
        assert sketch.MARGIN - 1 <= x <= sketch.WIDTH - sketch.MARGIN + 1
        assert sketch.MARGIN - 1 <= y <= found.height - sketch.MARGIN + 1
    assert str(found.distance).rstrip("0") in {"1", "2", "5"}
    assert 0 < found.bar <= sketch.WIDTH / 4 + 1


def test_places_that_are_one_have_no_drawing():
    assert sketch.draw([]) is None
    assert sketch.draw([(48.0, -1.0)]) is None
    assert sketch.draw([(48.0, -1.0), (48.00001, -1.0)]) is None


# On real pages.


@pytest.fixture
def section() -> Page:
    make.HomePageFactory(title="Relais")
    return make.SectionPageFactory(title="Guides", slug="guides")


def html(client: Client, page: Page) -> str:
    touches.flush()
    response = client.get(page.url)
    assert response.status_code == 200
    shown = response.content.decode()
    return shown[shown.index("<article") : shown.index("</article>")]


def card(page: Page, title: str = "") -> dict[str, Any]:
    return {"title": title, "summary": "", "page": page.pk, "url": ""}


@pytest.mark.django_db
@pytest.mark.parametrize("editor", [False, True])
def test_a_page_that_is_not_public_is_neither_named_nor_linked(client, section, editor):
    if editor:
        client.force_login(make.UserFactory())
    private = make.GuidePageFactory(parent=section, title="Canari réservé", slug="canari-a")
    restriction = PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = make.GuidePageFactory(parent=section, title="Canari brouillon", slug="canari-b",
                                  live=False)  # fmt: skip
    public = make.GuidePageFactory(parent=section, title="Page ouverte", slug="ouvert")
    pages = (private, draft, public)
    cards = [card(page) for page in pages] + [card(private, "Nos mots")]
    blocks = [("cards", {"items": cards})]
    blocks += [("contact", {"page": page.pk, "content": ""}) for page in pages]
    blocks += [("contact", {"page": private.pk, "content": "<p>Un mot</p>"})]
    guide = make.GuidePageFactory(parent=section, slug="a", chapters=[("Un", blocks)])

    shown = html(client, guide)
    assert "anari" not in shown
    assert shown.count('<a href="/guides/ouvert/">Page ouverte</a>') == 2
    assert "<strong>Nos mots</strong>" in shown
    assert shown.count('class="callout contact"') == 2
    record = Record.objects.get(page_id=guide.pk)
    assert "anari" not in f"{record.json}{record.document}"
    answer = json.loads(record.json.replace(BASE, "https://relais.example.org"))
    assert answer["body"][1]["value"]["items"] == [
        {
            "title": "Page ouverte",
            "summary": "",
            "url": "https://relais.example.org/guides/ouvert/",
        },
        {"title": "Nos mots", "summary": "", "url": ""},
    ]

    restriction.delete()
    assert html(client, guide).count('href="/guides/canari-a/"') == 4
    assert "Canari réservé" in Record.objects.get(page_id=guide.pk).json


@pytest.mark.django_db
def test_a_page_that_takes_another_title_takes_it_in_the_contacts_of_others(section):
    named = make.GuidePageFactory(parent=section, title="Ancien nom", slug="nom")
    contact = [("contact", {"page": named.pk, "content": ""})]
    guide = make.GuidePageFactory(parent=section, slug="a", chapters=[("Un", contact)])
    touches.flush()
    assert "Ancien nom" in Record.objects.get(page_id=guide.pk).json
    Page.objects.filter(pk=named.pk).update(title="Nouveau nom")
    touches.flush()
    said = Record.objects.get(page_id=guide.pk).json
    assert "Nouveau nom" in said
    assert "Ancien nom" not in said


@pytest.mark.django_db
def test_a_gallery_leaves_out_what_is_kept_from_visitors(client, section):
    closed = Collection.get_first_root_node().add_child(name="Interne")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    hidden = make.ImageFactory(alt_text="Canari texte", collection=closed)
    seen = make.ImageFactory(alt_text="Le parc", credit="Atelier")
    both = [{"image": hidden.pk, "caption": "Canari légende"},
            {"image": seen.pk, "caption": "Le parc"}]  # fmt: skip
    blocks = [("gallery", {"items": both}), ("gallery", {"items": both[:1]})]
    guide = make.GuidePageFactory(parent=section, chapters=[("Un", blocks)])
    shown = html(client, guide)
    assert "Canari" not in shown
    assert shown.count('<ul class="gallery">') == 1
    assert shown.count("<figure>") == 1
    assert 'alt="Le parc"' in shown
    assert "Atelier" in shown[shown.index("<figcaption>") :]
    assert "Canari" not in json.dumps(Record.objects.get(page_id=guide.pk).json)


def everything(pages: list[Page], images: list[Any]) -> list[tuple[str, Any]]:
    """Each block once and a contact for each page, as stored."""
    figures = [{"value": "1 240", "unit": "heures", "label": "en un an", "source": "ARS, 2024"}]
    pictures = [{"image": found.pk, "caption": "Vue"} for found in images]
    cards = [{**card(page), "summary": "À lire"} for page in pages]
    cards += [{"title": "Là", "summary": "", "page": None, "url": "https://example.org/a"}]
    steps = [
        {"date": "mars 2024", "title": "Signature", "content": "<p>À Lannion.</p>"},
        {"date": "2025", "title": "Bilan", "content": ""},
    ]
    points = [
        {"label": "Rennes", "latitude": "48.1173", "longitude": "-1.6778"},
        {"label": "Brest", "latitude": "48.3904", "longitude": "-4.4861"},
    ]
    said = {"text_quoted": "Oui.", "author": "Inès", "role": "élue", "territory": "Trégor"}
    return [
        ("figures", {"items": [item(value) for value in figures]}),
        ("gallery", {"items": [item(value) for value in pictures]}),
        ("question", {"question": "Qui ?", "answer": "<p>Toutes et tous.</p>"}),
        ("cards", {"items": [item(value) for value in cards]}),
        ("testimonial", said),
        *(("contact", {"page": page.pk, "content": "<p>Écrire.</p>"}) for page in pages),
        ("timeline", {"items": [item(value) for value in steps]}),
        ("map", {"title": "Lieux", "points": [item(value) for value in points]}),
    ]


def without_ids(value: Any) -> Any:
    """A stored body without the ids that Wagtail gives."""
    if isinstance(value, dict):
        if value.get("type") == "item":
            return without_ids(value["value"])
        return {name: without_ids(part) for name, part in value.items() if name != "id"}
    return [without_ids(part) for part in value] if isinstance(value, list) else value


@pytest.mark.django_db
def test_what_an_editor_opens_and_saves_is_what_was_there(client, section):
    client.force_login(make.UserFactory())
    page = make.SectionPageFactory(title="Voisins", slug="voisins")
    blocks = everything([page], [make.ImageFactory(), make.ImageFactory()])
    section = section.specific
    section.body = [{"type": kind, "value": value} for kind, value in blocks]
    section.save_revision().publish()
    section = type(section).objects.get(pk=section.pk)
    before = without_ids(list(section.body.raw_data))
    admin.edit(client, section)
    after = type(section).objects.get(pk=section.pk)
    assert without_ids(list(after.body.raw_data)) == before
    assert [block["type"] for block in before] == [kind for kind, _value in blocks]
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[section.pk]))
    assert "Lannion" in edit.content.decode()


@pytest.mark.django_db
def test_queries_grow_neither_with_cards_nor_with_pictures(client, section):
    pages = [make.GuidePageFactory(parent=section, slug=f"o{n}") for n in range(8)]
    images = [make.ImageFactory() for _ in range(8)]
    few = make.GuidePageFactory(
        parent=section, chapters=[("Un", everything(pages[:1], images[:1]))]
    )
    many = make.GuidePageFactory(parent=section, chapters=[("Un", everything(pages, images))])
    html(client, few)
    shown, cost, described = html(client, many), [], []
    assert shown.count('href="/guides/o7/"') == 2
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(page.url)
        cost.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            type(page).describe_many([type(page).objects.get(pk=page.pk)])
        described.append(len(queries))
    assert cost[0] == cost[1], cost
    assert described[0] == described[1], described


@pytest.mark.django_db
def test_a_translation_takes_every_block_and_offers_words_only(section):
    english = make.locale("en")
    make.HomePageFactory().copy_for_translation(english).save_revision().publish()
    images = [make.ImageFactory(), make.ImageFactory()]
    section = section.specific
    section.body = json.dumps(
        [
            {"type": kind, "value": value, "id": str(uuid.uuid4())}
            for kind, value in everything([section], images)
        ]
    )
    section.save_revision().publish()
    translate_object(section, [english])
    translation = Translation.objects.get(source__object_id=section.translation_key)
    offered = {found.string.data for found in StringSegment.objects.filter(
        source=translation.source)}  # fmt: skip
    assert {"heures", "Vue", "Qui ?", "mars 2024", "Signature", "Rennes", "Inès"} <= offered
    assert not offered & {"1 240", "2025", "48.1173", "https://example.org/a"}
    assert not OverridableSegment.objects.filter(source=translation.source).exists()

    for place, segment in enumerate(StringSegment.objects.filter(source=translation.source)):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string, context=segment.context, locale=english,
            defaults={"data": f"word {place}"},
        )  # fmt: skip
    translation.save_target(publish=True)

    # The source changes: the translation follows and keeps its words.
    raw = json.loads(json.dumps(section.body.get_prep_value()))
    gallery = raw[1]["value"]["items"]
    gallery.append(item({"image": images[0].pk, "caption": "Autre vue"}))
    section.body = json.dumps(raw)
    section.save_revision().publish()
    translation.source.update_from_db()
    translation = Translation.objects.get(pk=translation.pk)
    with pytest.raises(ValidationError):  # not with a caption that is still in French
        translation.save_target(publish=True)
    new = StringSegment.objects.get(source=translation.source, string__data="Autre vue")
    StringTranslation.objects.create(
        translation_of=new.string, context=new.context, locale=english, data="Another view"
    )
    translation.save_target(publish=True)
    made = type(section).objects.get(translation_key=section.translation_key, locale=english)
    said = body.describe(
        made.body.stream_block, made.body.raw_data, References.load(
            body.references(made.body.stream_block, made.body.raw_data))
    )  # fmt: skip
    assert [block["type"] for block in said] == [block["type"] for block in raw]
    pictures = said[1]["value"]["items"]
    assert [found["image"]["image_id"] for found in pictures] == [
        images[0].pk, images[1].pk, images[0].pk,
    ]  # fmt: skip
    assert pictures[0]["caption"].startswith("word")
    assert pictures[2]["caption"] == "Another view"
    assert said[0]["value"]["items"][0]["value"] == "1 240"
    assert said[-1]["value"]["points"][0]["latitude"] == 48.1173


def test_the_demo_writes_the_same_in_yaml():
    library = Library(images={"parc.jpg": 3}, guides={"diagnostic": 9})
    figure = {"value": 87, "unit": "%", "label": "satisfaits"}
    link = '<p><a href="guide:diagnostic">ici</a></p>'
    raw = stream(
        [
            {"figures": [figure]},
            {"gallery": [{"file": "parc.jpg", "caption": "Le parc"}]},
            {"question": {"question": "Qui ?", "answer": link}},
            {"cards": [{"guide": "diagnostic", "text": "À lire"},
                       {"title": "Ailleurs", "url": "https://example.org"}]},
            {"testimonial": {"text": "Oui.", "author": "Inès"}},
            {"contact": {"guide": "diagnostic", "text": "<p>Écrire.</p>"}},
            {"timeline": [{"date": 2024, "title": "Bilan"}]},
            {"map": {"title": "Lieux", "points": [["Rennes", 48.1173, -1.6778]]}},
        ],
        library,
    )  # fmt: skip
    assert body.references(VOCABULARY, raw) == {("image", 3), ("page", 9)}
    known = References(addresses={("page", 9): "/g/"}, titles={9: "Le guide"})
    said = {block["type"]: block["value"] for block in body.describe(VOCABULARY, raw, known)}
    assert said["figures"]["items"][0]["value"] == "87"
    assert said["question"]["answer"] == '<p><a href="/g/">ici</a></p>'
    assert [found["url"] for found in said["cards"]["items"]] == ["/g/", "https://example.org"]
    assert said["contact"]["page"]["title"] == "Le guide"
    assert said["timeline"]["items"][0]["date"] == "2024"
    assert said["map"]["points"][0]["longitude"] == -1.6778


@pytest.mark.django_db
def test_a_text_taken_out_again_is_no_text():
    """The editor leaves an empty paragraph behind."""
    steps = VOCABULARY.child_blocks["timeline"].child_blocks["items"].child_block
    content = steps.child_blocks["content"]
    for left in ("<p></p>", '<p data-block-key="ab"> </p>', ""):
        posted = content.value_from_form(left)
        assert not posted
    assert content.value_from_form("<p>Oui</p>").source == "<p>Oui</p>"
    empty = {"page": None, "content": content.value_from_form("<p></p>").source}
    assert set(refused("contact", empty)) == {"page"}


@pytest.mark.parametrize("kind", ["figures", "gallery", "cards", "timeline", "contact"])
def test_a_draft_may_be_incomplete_and_what_is_published_may_not(kind):
    value = VOCABULARY.to_python(saved(kind, {"items": []}))
    VOCABULARY.clean_deferred(value)
    with pytest.raises(StreamBlockValidationError):
        VOCABULARY.clean(value)

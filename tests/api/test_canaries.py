"""What is not public is never seen at any address of the API."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction

from cms.api import openapi, v1
from cms.catalogue import touches
from cms.core.records import record_uid
from search.sync import follow_postgres
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.directory_factories import OrganisationPageFactory, PersonPageFactory, agreement
from tests.factories import DocumentFactory, GuidePageFactory, SectionPageFactory, locale
from tests.plan_factories import ActionPageFactory, PlanPageFactory

pytestmark = pytest.mark.django_db

PHONE = "01 00 00 00 99"


@pytest.fixture
def hidden():
    """(uids, paths) of what nobody may read: each says CANARI, or is a number not agreed to."""
    section = SectionPageFactory(title="Guides", slug="guides")
    closed = SectionPageFactory(title="CANARI réservé", slug="canari-reserve")
    closed.view_restrictions.create(restriction_type="login")
    made = {"title": "CANARI", "summary": "CANARI", "authors": ["CANARI"]}
    private = GuidePageFactory(parent=section, slug="canari-prive", **made)
    private.view_restrictions.create(restriction_type="password", password="x")
    cabinet = Collection.get_first_root_node().add_child(name="CANARI")
    CollectionViewRestriction.objects.create(collection=cabinet, restriction_type="login")
    secret = DocumentFactory(title="CANARI", texts=["CANARI"], collection=cabinet)
    chapters = [("Faire", [("download", {"document": secret.pk, "title": "Pièce"}),
                           ("cards", {"items": [{"title": "", "summary": "", "url": "",
                                                 "page": private.pk}]})])]  # fmt: skip
    public = GuidePageFactory(
        parent=section, title="Public", slug="public", documents=[secret], chapters=chapters,
        related=[private], supersedes=private,
    )  # fmt: skip
    shown = GuidePageFactory(parent=section, slug="canari-puis-rien", supersedes=public, **made)
    person = PersonPageFactory(
        first_name="Alix", last_name="Fictif", mobile=PHONE, **agreement(email="alix@example.org")
    )
    plan = PlanPageFactory(title="Contrat")
    pages = [
        GuidePageFactory(parent=section, live=False, slug="canari-brouillon", **made),
        private,
        GuidePageFactory(parent=closed, slug="canari-dessous", **made),
        shown,
        GuidePageFactory(
            parent=section, live=False, expired=True, slug="canari-expire",
            expire_at=timezone.now() - dt.timedelta(days=1), **made,
        ),
        EventPageFactory(parent=closed, title="CANARI", dates=[date(to_come("01-12"))]),
        OrganisationPageFactory(parent=closed, title="CANARI", latitude=46.0, longitude=1.0),
        ActionPageFactory(parent=plan, title="CANARI", live=False, part=plan.parts.first()),
    ]  # fmt: skip
    touches.flush()
    follow_postgres()
    public.title = "CANARI à relire"  # a draft of a live page
    public.save_revision()
    english = public.copy_for_translation(locale("en"), copy_parents=True)
    english.title = "CANARI in English"
    english.save()
    paths = [page.get_url_parts()[2] for page in pages]
    shown.unpublish()
    touches.flush()
    follow_postgres()
    uids = [record_uid(page.translation_key, "fr") for page in pages]
    uids.append(record_uid(english.translation_key, "en"))
    seen = [record_uid(one.translation_key, "fr") for one in (public, person, plan)]
    return uids, seen, paths


EXPAND = "expand=concepts,organisations,territories,translations&facets=type,year,organisation"
QUERIES = {
    "records": ("", EXPAND, "q=canari", f"q=canari&{EXPAND}", "has=translations", "near=46,1",
                "bbox=0,45,2,47", "q=99"),
    "organisations": ("", EXPAND),
    "search": ("", "q=canari", "q=public"),
    "suggest": ("q=canari", "q=can", "q=publ"),
    "agenda": ("", "from=2020-01-01", "q=canari"),
    "map": ("", "q=canari"),
    "changes": ("", "since=0&limit=100"),
    "dump.ndjson": ("", "locale=fr", "locale=en"),
    "by-path": ("path=/guides/public/",),
}  # fmt: skip


def test_no_operation_shows_what_is_not_public(hidden, partner):
    uids, seen, paths = hidden
    described = {path.removeprefix("/api/v1/") for path in json.loads(openapi.committed())["paths"]}
    assert described == {str(one.pattern).replace("<str:", "{").replace(">", "}")
                         for one in v1.urlpatterns}  # fmt: skip
    asked = []
    for path in json.loads(openapi.committed())["paths"]:
        name = path.removeprefix("/api/v1/")
        if "{uid}" in name:
            for uid in (*uids, *seen):
                here = name.replace("{uid}", str(uid))
                formats = ("", "?format=html", "?format=markdown", "?expand=organisations")
                asked += [f"{here}{one}" for one in (formats if "tree" not in name else ("",))]
        else:
            asked += [f"{name}?{query}" for query in QUERIES.get(name, ("",))]
        for uid in uids:
            if name in ("records", "organisations", "agenda", "map"):
                asked += [f"{name}?linked_to={uid}", f"{name}?translation_of={uid}"]
    asked += [f"by-path?path={path}" for path in paths]
    assert len(asked) > 150
    for address in asked:
        response = partner.get(address)
        body = b"".join(response)
        assert response.status_code in (200, 400, 401, 404, 405, 410), address
        text = body.lower().replace(b"canari\xc2\xa0\xc2\xbb", b"")  # what was asked, said back
        text = text.replace(b"/canari-", b"") if address.startswith("by-path") else text
        assert b"canari" not in text.replace(b"q=canari", b""), (address, body[:2_000])
        assert PHONE.encode() not in body, address
        assert PHONE.replace(" ", "").encode() not in body, address
        if address.startswith("by-path?path=/") and "public" not in address:
            assert response.status_code == 404, address
        if any(str(uid) in address for uid in uids) and "_" not in address:
            assert response.status_code in (404, 410), address


def test_what_is_public_is_seen_at_its_addresses(hidden, partner):
    _uids, (public, person, plan), _paths = hidden
    assert {one["uid"] for one in partner.items("records")} >= {str(public), str(person)}
    assert partner.read(f"records/{person}")["data"]["contact"]
    assert partner.read(f"plans/{plan}/tree")["total"] == 0
    answer = partner.read(f"records/{public}")
    assert answer["related"] == []
    assert answer["downloads"] == []

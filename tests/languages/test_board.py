"""The board with as many pages as a large centre has: 5,000, in three languages."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from cms.languages import board
from cms.languages.models import Carried
from tests import factories as make

pytestmark = pytest.mark.django_db

MANY = 5000
STATES = {"missing": 1000, "draft": 1000, "outdated": 1000, "complete": 2000}


def copied(model, template, values, count=MANY):
    """Rows by the thousand, without the ORM: those of `values` are SQL of a number `n`."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [field.column for field in fields]
    chosen = [values.get(column, f'"{column}"') for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(map(quoted, columns))})"
            f" SELECT {', '.join(chosen)} FROM {model._meta.db_table} template,"
            f" generate_series(1, {count}) n WHERE template.{model._meta.pk.column} = %s",
            [template.pk],
        )


def quoted(name):
    return f'"{name}"'


@pytest.fixture
def centre(home, english, spanish):
    """5,000 guides; in each other language a fifth of them is not begun, a fifth a draft, a fifth
    older than its source, the others complete."""
    home.copy_for_translation(spanish).save_revision().publish()
    guide = make.GuidePageFactory(title="Guide", slug="guide")
    place = "'0001000{}' || upper(to_hex(16384 + n))"
    key = "md5('page ' || n)::uuid"
    copied(
        Page, guide,
        {"path": place.format(1), "slug": "'guide-' || n", "depth": "3",
         "translation_key": key, "title": "'Guide ' || n", "live_revision_id": "100000 + n",
         "latest_revision_id": "NULL"},
    )  # fmt: skip
    for number, locale in enumerate((english, spanish), start=2):
        copied(
            Page, guide,
            {"path": place.format(number), "slug": "'guide-' || n", "depth": "3",
             "translation_key": key, "title": "'Guide ' || n", "locale_id": str(locale.pk),
             "live": "n > 1000", "live_revision_id": f"{number}000000 + n",
             "latest_revision_id": "NULL"},
            MANY - 1000,
        )  # fmt: skip
    return guide


def carry(guide, locale):
    """What each translation carries: the third thousand an earlier version of its source, which
    is named and never read."""
    kind = ContentType.objects.get_for_model(Page)
    sources = Page.objects.filter(locale=guide.locale)
    known = {
        key: (pk, number)
        for key, pk, number in sources.values_list("translation_key", "pk", "live_revision_id")
    }
    pages = Page.objects.filter(locale=locale, live=True, slug__startswith="guide-")
    rows = pages.order_by("live_revision_id").values_list(
        "pk", "live_revision_id", "translation_key"
    )
    revisions, carried = [], []
    for place, (pk, number, key) in enumerate(rows):
        source, newest = known[key]
        revisions.append(
            Revision(
                pk=number, content_type=kind, base_content_type=kind, object_id=str(pk),
                content={}, created_at=timezone.now(),
            )
        )  # fmt: skip
        carried.append(
            Carried(
                page_id=pk, revision_id=number, source_id=source, digest="", total=9,
                source_revision=1 if place < 1000 else newest, translated=9,
            )
        )  # fmt: skip
    Revision.objects.bulk_create(revisions)
    Carried.objects.bulk_create(carried)


def test_the_board_opens_in_few_queries_at_five_thousand_pages(
    client, centre, english, spanish, django_assert_max_num_queries
):
    for locale in (english, spanish):
        carry(centre, locale)
    client.force_login(make.UserFactory())
    address = reverse("languages_board")
    client.get(address)
    with django_assert_max_num_queries(15):
        shown = client.get(address)
    lines = [line for line in shown.context["lines"] if line.kind == centre.content_type_id]
    assert {line.locale.language_code for line in lines} == {"en", "es"}
    for line in lines:
        counted = {cell.state: cell.count for cell in line.cells}
        counted["missing"] -= 1  # the guide that all others are copies of
        assert counted == STATES
    for state in STATES:
        chosen = f"?locale={english.pk}&kind={centre.content_type_id}&state={state}&p=20"
        with django_assert_max_num_queries(15):
            listed = client.get(address + chosen)
        assert len(listed.context["rows"]) == board.SIZE

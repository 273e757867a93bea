import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cms.catalogue import projection, touches
from cms.catalogue.models import Dependency, Record, Touch
from knowledge.guides.models import GuidePage
from tests import admin
from tests.factories import (
    ConceptFactory,
    DocumentFactory,
    GuidePageFactory,
    HomePageFactory,
    ImageFactory,
    SectionPageFactory,
)


def live_titles() -> set[str]:
    return set(Record.objects.filter(gone_at__isnull=True).values_list("title", flat=True))


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_batch():
    section = SectionPageFactory()

    def project(count: int) -> int:
        concepts = [ConceptFactory() for _ in range(3)]
        pages = [
            GuidePageFactory(
                parent=section, concepts=concepts, documents=[DocumentFactory()],
                hero_image=ImageFactory(),
            )
            for _ in range(count)
        ]  # fmt: skip
        touches.flush()
        Record.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            projection.project([page.pk for page in pages])
        return len(queries)

    assert project(2) == project(40)


@pytest.mark.django_db
def test_one_page_that_cannot_be_described_spoils_no_other(monkeypatch):
    section = SectionPageFactory()
    good = GuidePageFactory(parent=section, title="Bonne")
    bad = GuidePageFactory(parent=section, title="Mauvaise", documents=[DocumentFactory()])
    touches.flush()
    used = set(Dependency.objects.values_list("page_id", "kind", "object_id"))
    describe = GuidePage.describe_many.__func__

    def fail_on_one(model, pages):
        if any(page.pk == bad.pk for page in pages):
            raise ZeroDivisionError
        return describe(model, pages)

    monkeypatch.setattr(GuidePage, "describe_many", classmethod(fail_on_one))
    Page.objects.filter(pk__in=[good.pk, bad.pk]).update(title="Renommée")
    touches.flush()
    assert live_titles() == {"Renommée", "Mauvaise"}, "the bad one keeps the record it had"
    assert set(Dependency.objects.values_list("page_id", "kind", "object_id")) == used
    assert not Touch.objects.exists(), "and does not stop the others for ever"


@pytest.mark.django_db
def test_control_characters_and_markup_in_texts_stay_text():
    GuidePageFactory(
        title="Titre \x01 & <b>",
        summary="\x00nul"[1:],
        chapters=[("Chapitre", '<p onclick="x()">a<script>alert(1)</script></p>')],
    )
    touches.flush()
    record = Record.objects.get()
    assert record.title == "Titre  & <b>"
    assert record.json.count("\x01") == 1, "only the address of the page carries the marker"
    assert "alert(1)" not in record.json
    assert "onclick" not in record.json


@pytest.mark.django_db
def test_hostile_rich_text_never_reaches_a_reader(client):
    page = GuidePageFactory(
        chapters=[
            (
                "Chapitre",
                [
                    ("paragraph", "<p>avant<script>alert(1)</script><img src=x onerror=alert(1)>"),
                    ("callout", {"kind": "warning", "title": "Attention",
                                 "content": "<p><iframe src=//example.org></iframe></p>"}),
                    ("list", {"items": ['<a href="javascript:alert(1)">clic</a>']}),
                ],
            )
        ]
    )  # fmt: skip
    touches.flush()
    for answer in (client.get(page.url).content.decode(), Record.objects.get().json):
        assert "avant" in answer
        for hostile in ("<script>alert", "onerror", "<iframe", "javascript:alert"):
            assert hostile not in answer


@pytest.mark.django_db
def test_check_finds_what_is_missing_outdated_or_left_over_and_rebuild_mends_it(capsys):
    section = SectionPageFactory()
    pages = [GuidePageFactory(parent=section, title=name) for name in ("un", "deux", "trois")]
    touches.flush()
    call_command("catalogue", "check")

    Record.objects.filter(page_id=pages[0].pk).delete()
    Record.objects.filter(page_id=pages[1].pk).update(digest="old")
    Page.objects.filter(pk=pages[2].pk).update(live=False)
    Touch.objects.all().delete()  # as if the trigger had been missing
    with pytest.raises(CommandError, match="3 records differ"):
        call_command("catalogue", "check")
    found = capsys.readouterr().out
    assert all(word in found for word in ("missing", "outdated", "leftover"))

    call_command("catalogue", "rebuild")
    call_command("catalogue", "check")
    assert live_titles() == {"un", "deux"}


@pytest.mark.django_db
def test_a_rebuild_that_changes_nothing_moves_no_version():
    GuidePageFactory()
    touches.flush()
    before = Record.objects.values_list("uid", "version").get()
    call_command("catalogue", "rebuild")
    assert Record.objects.values_list("uid", "version").get() == before


@pytest.mark.django_db
def test_a_section_of_many_pages_vanishes_within_the_request_and_returns_by_batches(monkeypatch):
    monkeypatch.setattr(touches, "BATCH", 5)
    section = SectionPageFactory()
    for _ in range(23):
        GuidePageFactory(parent=section)
    touches.flush()
    assert len(Record.objects.filter(gone_at__isnull=True)) == 23

    rule = PageViewRestriction.objects.create(page=section, restriction_type="login")
    flushed = touches.flush(batches=1)
    assert not Record.objects.filter(gone_at__isnull=True).exists()
    assert flushed.done.retired == 23
    assert not Dependency.objects.filter(page_id__in=[p.pk for p in GuidePage.objects.all()])

    touches.flush()
    rule.delete()
    assert touches.flush(batches=1).left
    assert 0 < Record.objects.filter(gone_at__isnull=True).count() < 23
    touches.flush()
    assert Record.objects.filter(gone_at__isnull=True).count() == 23


def in_thread(work) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.usefixtures("transactional_db")
def test_of_two_projections_of_a_page_the_later_state_wins(monkeypatch):
    """The first has read the page, then waits; the page changes and is projected again."""
    HomePageFactory()
    page = GuidePageFactory(title="ancien")
    touches.flush()
    has_read, may_go_on = threading.Event(), threading.Event()
    write = projection._write

    def slow_write(rows):
        if rows and rows[0].title == "avant":
            has_read.set()
            may_go_on.wait(10)
        return write(rows)

    monkeypatch.setattr(projection, "_write", slow_write)
    Page.objects.filter(pk=page.pk).update(title="avant")
    first = in_thread(touches.flush)
    assert has_read.wait(10)
    Page.objects.filter(pk=page.pk).update(title="après")
    second = in_thread(touches.flush)
    second.join(0.5)
    assert second.is_alive(), "it waits for the first"
    may_go_on.set()
    first.join(10)
    second.join(10)
    assert Record.objects.get(gone_at__isnull=True).title == "après"


@pytest.mark.usefixtures("transactional_db")
def test_a_projection_killed_in_the_middle_loses_nothing(monkeypatch):
    HomePageFactory()
    GuidePageFactory(title="attendu")

    class Killed(BaseException):
        pass

    def killed(rows):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(projection, "_write", killed)
        with pytest.raises(Killed):
            touches.flush()
    assert Touch.objects.exists()
    touches.flush()
    assert live_titles() == {"attendu"}


@pytest.mark.usefixtures("transactional_db")
def test_a_change_that_is_rolled_back_leaves_no_trace():
    HomePageFactory()
    page = GuidePageFactory(title="avant")
    touches.flush()
    with transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title="jamais")
        transaction.set_rollback(True)
    assert not Touch.objects.exists()


@pytest.mark.django_db
def test_a_draft_that_is_not_json_is_that_pages_own_misfortune(monkeypatch, admin_client):
    section = SectionPageFactory()
    GuidePageFactory(parent=section, title="Bonne")
    bad = GuidePageFactory(parent=section, title="Mauvaise")
    complete = GuidePage.describe_many.__func__

    def not_json(model, pages):
        drafts = complete(model, pages)
        for draft in drafts:
            if draft.page_id == bad.pk:
                draft.data["set"] = {1, 2}
        return drafts

    monkeypatch.setattr(GuidePage, "describe_many", classmethod(not_json))
    touches.flush()
    assert live_titles() == {"Bonne"}


@pytest.mark.django_db
def test_an_editor_is_never_told_of_a_catalogue_that_does_not_follow(monkeypatch, admin_client):
    page = GuidePageFactory()

    def broken(**options):
        raise ZeroDivisionError

    monkeypatch.setattr(touches, "flush", broken)
    for _twice in range(2):  # the second time the worker is asked already
        admin.page_action(admin_client, "unpublish", page)
        Page.objects.update(live=True)


@pytest.mark.django_db
def test_a_link_to_a_page_that_is_not_public_keeps_its_address_to_itself():
    section = SectionPageFactory()
    secret = GuidePageFactory(parent=section, slug="canari")
    page = GuidePageFactory(
        parent=section,
        chapters=[("Liens", f'<p><a linktype="page" id="{secret.pk}">voir</a></p>')],
    )
    touches.flush()
    assert "canari" in Record.objects.get(page_id=page.pk).json
    rule = PageViewRestriction.objects.create(page=secret, restriction_type="login")
    touches.flush()
    record = Record.objects.get(page_id=page.pk)
    assert "canari" not in record.json
    assert "voir" in record.json
    rule.delete()
    touches.flush()
    assert "canari" in Record.objects.get(page_id=page.pk).json


@pytest.mark.django_db
def test_the_pages_of_a_language_go_with_its_home_page():
    english = Locale.objects.create(language_code="en")
    home = HomePageFactory()
    page = GuidePageFactory(parent=SectionPageFactory(parent=home))
    translated = home.copy_for_translation(english)
    section = page.get_parent().copy_for_translation(english)
    copy = page.copy_for_translation(english)
    Page.objects.filter(pk__in=[translated.pk, section.pk, copy.pk]).update(live=True)
    touches.flush()
    assert Record.objects.filter(locale="en", gone_at__isnull=True).count() == 1
    Page.objects.filter(pk=translated.pk).update(live=False)
    touches.flush()
    assert Record.objects.filter(locale="en", gone_at__isnull=True).count() == 0
    assert Record.objects.filter(locale="fr", gone_at__isnull=True).count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_a_flush_that_waited_for_another_goes_on_with_what_is_left(monkeypatch):
    """The other process takes the touches that this one waits for; newer ones must not stay."""
    HomePageFactory()
    page = GuidePageFactory(title="ancien")
    touches.flush()
    has_taken, may_go_on = threading.Event(), threading.Event()
    write = projection._write

    def slow_write(rows):
        if rows and rows[0].title == "avant" and not has_taken.is_set():
            has_taken.set()
            may_go_on.wait(10)
        return write(rows)

    monkeypatch.setattr(projection, "_write", slow_write)
    Page.objects.filter(pk=page.pk).update(title="avant")
    first = in_thread(touches.flush)
    assert has_taken.wait(10)
    second = in_thread(touches.flush)
    second.join(0.5)
    Page.objects.filter(pk=page.pk).update(title="après")
    may_go_on.set()
    first.join(10)
    second.join(10)
    assert Record.objects.get(gone_at__isnull=True).title == "après"


@pytest.mark.django_db
def test_what_another_process_did_to_the_root_of_the_site_is_seen():
    home = HomePageFactory()
    page = GuidePageFactory(parent=SectionPageFactory(parent=home))
    touches.flush()
    before = Record.objects.get().url
    Site.get_site_root_paths()  # kept by this process…
    home.slug = "une-autre-racine"
    home.save()  # …while the home page moves
    Page.objects.filter(pk=page.pk).update(title="Autre")
    touches.flush()
    assert Record.objects.get().url == before

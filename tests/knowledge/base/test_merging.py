"""A page marked as the duplicate of another: nothing that others knew of it is lost."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission, Page, PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.replacing import uses
from knowledge.base import merging
from knowledge.base.models import PageIdentifier, PageOrganisation, PageRelated
from knowledge.guides.models import GuidePage, GuideTool
from tests.factories import (
    ConceptFactory,
    ConceptSchemeFactory,
    GuidePageFactory,
    SectionPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def pair():
    """A duplicate and the page to keep, with what they share and what they do not."""
    first, second = ConceptFactory(label="Évaluation"), ConceptFactory(label="Diagnostic")
    other = GuidePageFactory(title="Guide voisin")
    duplicate = GuidePageFactory(
        title="Évaluer (copie)", slug="copie", concepts=[first, second], related=[other]
    )
    kept = GuidePageFactory(title="Évaluer", slug="evaluer", concepts=[first])
    PageOrganisation.objects.create(page=duplicate, role="publisher", name="Relais")
    PageIdentifier.objects.create(page=duplicate, scheme="hal", value="hal-1")
    return duplicate, kept


def concepts(page) -> list[str]:
    return [str(row.concept) for row in page.descriptors.all()]


def test_the_kept_page_receives_what_it_lacks(pair, user):
    duplicate, kept = pair
    uid = Record.objects.filter(page_id=duplicate.pk).values_list("uid", flat=True)
    touches.flush()
    old = str(uid.get())
    merging.merge(duplicate, kept, user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert concepts(kept) == ["Évaluation", "Diagnostic"]
    assert [row.related.title for row in kept.related_pages.all()] == ["Guide voisin"]
    assert [row.name for row in kept.organisations.all()] == ["Relais"]
    identifiers = {(row.scheme, row.value) for row in kept.identifiers.all()}
    assert ("hal", "hal-1") in identifiers
    assert ("relais", old) in identifiers
    assert any(scheme == "url" and value.endswith("/copie/") for scheme, value in identifiers)
    assert not kept.has_unpublished_changes


def test_readers_of_the_duplicate_are_led_to_the_other(pair, user, client):
    duplicate, kept = pair
    touches.flush()
    record = Record.objects.get(page_id=duplicate.pk)
    address, uid = record.url, record.uid
    Redirect.add_redirect("/tres-vieux", redirect_to=duplicate)
    merging.merge(duplicate, kept, user)
    touches.flush()
    response = client.get(address)
    assert response.status_code == 301
    assert response["Location"].endswith("/evaluer/")
    assert client.get("/tres-vieux")["Location"].endswith("/evaluer/")
    assert client.get(f"/api/v1/records/{uid}").status_code == 410


def test_pages_that_pointed_to_the_duplicate_point_to_the_other(pair, user):
    duplicate, kept = pair
    reader = GuidePageFactory(title="Lecteur", related=[duplicate])
    both = GuidePageFactory(title="Les deux", related=[duplicate, kept])
    newer = GuidePageFactory(title="Plus récent", supersedes=duplicate)
    GuideTool.objects.create(page=reader, locale=reader.locale, title="Ici", tool_page=duplicate)
    for page in (reader, both, newer):
        page.save_revision()
    merging.merge(duplicate, kept, user)
    for page in (reader, both, newer):
        GuidePage.objects.get(pk=page.pk).get_latest_revision().publish()
        page.refresh_from_db()
    assert [row.related_id for row in reader.related_pages.all()] == [kept.pk]
    assert [row.tool_page_id for row in reader.tools.all()] == [kept.pk]
    assert {row.related_id for row in both.related_pages.all()} == {kept.pk}
    assert newer.supersedes_id == kept.pk


def test_the_kept_page_is_not_tied_to_itself(pair, user):
    duplicate, kept = pair
    PageRelated.objects.create(page=kept, related=duplicate)
    PageRelated.objects.create(page=duplicate, related=kept)
    GuidePage.objects.filter(pk=kept.pk).update(supersedes=duplicate)
    GuidePage.objects.get(pk=kept.pk).save_revision()
    merging.merge(duplicate, kept, user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert kept.supersedes_id is None
    assert [row.related.title for row in kept.related_pages.all()] == ["Guide voisin"]


def test_what_is_being_written_on_the_kept_page_stays_a_draft(pair, user):
    duplicate, kept = pair
    draft = GuidePage.objects.get(pk=kept.pk)
    draft.title = "Titre en cours"
    draft.save_revision()
    merging.merge(duplicate, GuidePage.objects.get(pk=kept.pk), user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert kept.title == "Évaluer"
    assert concepts(kept) == ["Évaluation", "Diagnostic"]
    latest = kept.get_latest_revision_as_object()
    assert latest.title == "Titre en cours"
    assert concepts(latest) == ["Évaluation", "Diagnostic"]
    kept.get_latest_revision().publish()
    assert GuidePage.objects.get(pk=kept.pk).descriptors.count() == 2


def test_a_vocabulary_that_takes_one_value_keeps_it(user):
    scheme = ConceptSchemeFactory(slug="etapes", multiple=False)
    one, two = (
        ConceptFactory(label="Un", scheme=scheme),
        ConceptFactory(label="Deux", scheme=scheme),
    )
    duplicate, kept = GuidePageFactory(concepts=[one]), GuidePageFactory(concepts=[two])
    merging.merge(duplicate, kept, user)
    assert concepts(GuidePage.objects.get(pk=kept.pk)) == ["Deux"]


def test_an_error_leaves_everything_as_it_was(pair, user, monkeypatch):
    duplicate, kept = pair
    monkeypatch.setattr(merging, "_lead", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merging.merge(duplicate, kept, user)
    assert GuidePage.objects.get(pk=duplicate.pk).live
    assert concepts(GuidePage.objects.get(pk=kept.pk)) == ["Évaluation"]


def address(page) -> str:
    return reverse("relais_duplicate", args=[page.pk])


def test_an_editor_sees_what_will_happen_then_confirms(pair, user, client):
    duplicate, kept = pair
    GuidePageFactory(title="Lecteur", related=[duplicate])
    linking = GuidePageFactory(
        title="Texte lié",
        chapters=[("Un", f'<p><a linktype="page" id="{duplicate.pk}">ici</a></p>')],
    )
    linking.save()
    client.force_login(user)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[duplicate.pk])).content.decode()
    assert address(duplicate) in edit
    assert client.get(address(duplicate)).status_code == 200
    shown = client.post(address(duplicate), {"kept": kept.pk})
    html = shown.content.decode()
    for text in ("Diagnostic", "Lecteur", "/copie/", "hal-1"):
        assert text in html, text
    assert GuidePage.objects.get(pk=duplicate.pk).live
    done = client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    assert done.status_code == 302
    assert not GuidePage.objects.get(pk=duplicate.pk).live


def test_pages_that_cannot_be_merged_are_refused_at_the_field(pair, user, client):
    duplicate, _kept = pair
    client.force_login(user)
    draft = GuidePageFactory(live=False)
    for wrong in (duplicate.pk, SectionPageFactory().pk, draft.pk, "abc", ""):
        response = client.post(address(duplicate), {"kept": wrong, "confirmed": "on"})
        assert response.status_code == 200
        assert "kept" in response.context["form"].errors
    assert GuidePage.objects.get(pk=duplicate.pk).live
    assert client.get(address(SectionPageFactory())).status_code == 404


def test_only_those_who_publish_both_may_merge(pair, client):
    duplicate, kept = pair
    group = Group.objects.create(name="Rubrique seule")
    codes = ("change_page", "publish_page")
    kind = ContentType.objects.get_for_model(Page)
    for permission in Permission.objects.filter(content_type=kind, codename__in=codes):
        GroupPagePermission.objects.create(group=group, page=duplicate, permission=permission)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    editor = UserFactory(is_superuser=False, is_staff=False)
    editor.groups.add(group)
    client.force_login(editor)
    response = client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    assert "kept" in response.context["form"].errors
    assert client.get(address(kept)).status_code == 302  # sent away by the admin
    assert GuidePage.objects.get(pk=duplicate.pk).live


def test_nothing_uses_the_duplicate_any_more(pair, user):
    duplicate, kept = pair
    owner = GuidePage.objects.get(pk=GuidePageFactory(related=[duplicate]).pk)
    owner.save_revision().publish()
    assert uses(duplicate) == [owner]
    merging.merge(duplicate, kept, user)
    assert uses(duplicate) == []
    assert owner in uses(kept)


def test_readers_are_not_led_to_a_page_that_is_not_public(pair):
    duplicate, kept = pair
    assert merging.refusal(duplicate, kept) == ""
    PageViewRestriction.objects.create(page=kept, restriction_type="login")
    assert merging.refusal(duplicate, kept)

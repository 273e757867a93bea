"""The front page of the admin says what waits."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission

from tests.factories import DocumentFactory, GuidePageFactory, ImageFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_what_is_due_unpublished_unreadable_or_doubtful_is_listed(admin_client):
    GuidePageFactory(title="Guide à revoir", review_date=dt.date(2020, 1, 1))
    GuidePageFactory(title="Guide récent", review_date=dt.date(2090, 1, 1))
    GuidePageFactory(title="Guide en cours", has_unpublished_changes=True)
    DocumentFactory(title="Affiche numérisée", texts=[""])
    ImageFactory(title="Portrait", consent="unknown")
    shown = admin_client.get("/admin/").content.decode()
    for expected in ("Guide à revoir", "Guide en cours", "Affiche numérisée", "Portrait"):
        assert expected in shown
    assert "Guide récent" not in shown


def test_nothing_is_said_of_pages_that_somebody_may_not_edit(client):
    GuidePageFactory(title="Guide à revoir", review_date=dt.date(2020, 1, 1))
    group = Group.objects.create(name="Lecteurs")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    reader = UserFactory(is_superuser=False, is_staff=False)
    reader.groups.add(group)
    client.force_login(reader)
    shown = client.get("/admin/").content.decode()
    assert "Guide à revoir" not in shown
    assert "Rien" in shown

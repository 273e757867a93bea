import pytest
from django.contrib.auth.models import Permission
from wagtail.models import GroupPagePermission

from cms.submissions import spam
from tests.factories import HomePageFactory, SectionPageFactory
from tests.submission_factories import commune, editor


@pytest.fixture
def people(monkeypatch):
    """Forms are filled at the speed of a test and not taken for a machine's."""
    monkeypatch.setattr(spam, "FASTEST", 0)


@pytest.fixture
def rosnay():
    return commune()


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Projets", slug="projets")


@pytest.fixture
def noa(client, shelf):
    """An editor who may write under the home page, signed in."""
    user = editor(first_name="Noa", last_name="Fictive")
    of_pages = Permission.objects.filter(content_type__app_label="wagtailcore")
    for name in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=user.groups.get(),
            page=HomePageFactory(),
            permission=of_pages.get(codename=name),
        )
    client.force_login(user)
    return user

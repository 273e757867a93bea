"""A language that is removed: refused while pages speak it, gone without a trace otherwise."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import translation
from django.utils.html import conditional_escape
from wagtail.models import Locale, Page
from wagtail_localize.locales.views import DeleteView

from cms.catalogue import touches
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make.UserFactory())
    return client


def removed(admin, locale):
    """What somebody reads who removes a language in the admin."""
    address = reverse("wagtaillocales:delete", args=[locale.pk])
    return admin.post(address, follow=True).content.decode()


def test_a_language_in_use_stays_and_the_editor_is_told_why(admin, guide, english, into):
    page = into(guide, english)
    touches.flush()
    shown = removed(admin, english)
    with translation.override("fr"):
        assert conditional_escape(DeleteView.cannot_delete_message) in shown
    assert Locale.objects.filter(pk=english.pk).exists()
    assert admin.get(page.url).status_code == 200
    with pytest.raises(ProtectedError):  # nor by any other way
        english.delete()


def test_a_language_without_pages_goes_and_leaves_everything_else(admin, guide, english, into):
    page = into(guide, english)
    Page.objects.filter(locale=english, depth=2).first().delete()
    touches.flush()
    assert not Page.objects.filter(locale=english).exists()
    shown = removed(admin, english)
    assert not Locale.objects.filter(pk=english.pk).exists()
    assert 'class="messages"' in shown
    assert admin.get(guide.url).status_code == 200
    assert admin.get(page.url).status_code == 404
    assert admin.get(reverse("languages_board")).status_code == 200
    assert 'hreflang="en"' not in admin.get(guide.url).content.decode()

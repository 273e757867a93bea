"""Two translators on one page: nothing of the first is lost without a word to the second."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import PageLogEntry
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.languages import writing
from tests import factories as make
from tests.languages.conftest import translated

pytestmark = pytest.mark.django_db


class Desk:
    """Somebody in front of the form of a translation."""

    def __init__(self, name, made):
        self.client, self.made = Client(), made
        self.user = make.UserFactory(username=name)
        self.client.force_login(self.user)

    def open(self):
        page = self.made.get_target_instance()
        assert (
            self.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        )

    def save(self, text, method="put"):
        segment = self.made.source.stringsegment_set.get(context__path="title")
        names = [self.made.pk, segment.pk]
        address = reverse("wagtail_localize:edit_string_translation", args=names)
        body = urlencode({"value": text})
        return getattr(self.client, method)(address, body, "application/x-www-form-urlencoded")


def stored():
    return StringTranslation.objects.get(context__path="title").data


@pytest.fixture
def made(guide, english):
    translate_object(guide, [english])
    return Translation.objects.get()


def test_the_second_is_told_and_sees_both_texts(made):
    first, second = Desk("camille", made), Desk("dominique", made)
    first.open()
    second.open()
    assert first.save("French canary").status_code == 201
    answer = second.save("Canary of France").json()
    assert stored() == answer["data"] == "French canary"
    assert "camille" in answer["error"]
    assert "Canary of France" in answer["error"]


def test_saved_again_it_replaces_the_other_which_stays_in_the_history(made, guide):
    first, second = Desk("camille", made), Desk("dominique", made)
    second.open()
    first.open()
    first.save("French canary")
    second.save("Canary of France")
    assert second.save("Canary of France").json()["error"] is None
    assert stored() == "Canary of France"
    entry = PageLogEntry.objects.get(action=writing.REPLACED)
    assert (entry.page_id, entry.user) == (translated(guide, "en").pk, second.user)
    assert entry.data["text"] == "French canary"
    history = second.client.get(reverse("wagtailadmin_pages:history", args=[entry.page_id]))
    assert "French canary" in history.content.decode()


def test_the_first_is_told_too_when_the_second_has_replaced_it(made):
    first, second = Desk("camille", made), Desk("dominique", made)
    first.open()
    first.save("French canary")
    second.open()  # it sees what the first wrote
    assert second.save("Canary of France").json()["error"] is None
    assert first.save("The canary").json()["data"] == "Canary of France"


def test_one_alone_is_never_asked(made):
    desk = Desk("camille", made)
    desk.open()
    for text in ("One", "Two", "Three"):
        assert desk.save(text).json()["error"] is None
    assert stored() == "Three"
    assert desk.save("", "delete").status_code == 200
    assert desk.save("", "delete").status_code == 404
    assert not PageLogEntry.objects.filter(action=writing.REPLACED).exists()


def test_emptying_what_somebody_else_just_wrote_is_refused_once(made):
    first, second = Desk("camille", made), Desk("dominique", made)
    second.open()
    first.open()
    first.save("French canary")
    assert second.save("", "delete").status_code == 409
    assert stored() == "French canary"
    assert second.save("", "delete").status_code == 200
    assert PageLogEntry.objects.get(action=writing.REPLACED).data["text"] == "French canary"


def test_a_script_is_said_at_the_text(made):
    desk = Desk("camille", made)
    desk.open()
    assert desk.save("<script>alert(1)</script>").json()["error"]
    assert StringTranslation.objects.get(context__path="title").has_error


def test_who_may_not_edit_the_page_writes_nothing(made):
    desk = Desk("camille", made)
    desk.user.is_superuser = False
    desk.user.save()
    assert desk.save("French canary").status_code in (302, 403)
    assert not StringTranslation.objects.exists()


def test_a_session_remembers_a_bounded_number_of_translations(rf, made):
    request = rf.get("/")
    request.session = {}
    for number in range(writing.KEPT * 2):
        writing.opened(request, Translation(pk=number))
    assert len(request.session[writing.SEEN]) == writing.KEPT

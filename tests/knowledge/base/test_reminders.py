"""Reviewers are reminded once of each review date that has come."""

import datetime as dt

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.mail import send_mail
from wagtail.models import Page
from wagtail.users.models import UserProfile

from knowledge.base.models import ReviewReminder
from knowledge.base.reminders import remind
from knowledge.base.tasks import remind_reviewers
from tests.factories import GuidePageFactory, UserFactory
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db


def day(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def test_one_message_lists_all_the_pages_of_a_reviewer_with_links(mailoutbox):
    noa, lou = UserFactory(first_name="Noa"), UserFactory()
    first = GuidePageFactory(title="Bâtir un budget", reviewer=noa, review_date=day(-9))
    second = TrainingPageFactory(title="Évaluer & agir", reviewer=noa, review_date=day(0))
    GuidePageFactory(title="Plus tard", reviewer=noa, review_date=day(1))
    GuidePageFactory(title="Ailleurs", reviewer=lou, review_date=day(-1))
    remind_reviewers()
    assert sorted(message.to for message in mailoutbox) == sorted([[noa.email], [lou.email]])
    text = next(message.body for message in mailoutbox if message.to == [noa.email])
    for page in (first, second):
        address = settings.WAGTAILADMIN_BASE_URL + reverse(
            "wagtailadmin_pages:edit", args=[page.pk]
        )
        assert address in text
    assert text.index("Bâtir un budget") < text.index("Évaluer & agir")
    assert "Noa" in text
    assert "Plus tard" not in text
    assert "Ailleurs" not in text


def test_a_date_is_told_once_and_another_one_again(mailoutbox):
    noa = UserFactory()
    page = GuidePageFactory(reviewer=noa, review_date=day(-2))
    assert remind() == 1
    assert remind() == 0
    page.review_date = day(-1)
    page.save()
    assert remind() == 1
    assert len(mailoutbox) == 2


def test_without_a_reviewer_who_can_be_written_to_the_owner_is_told(mailoutbox):
    owner, gone = UserFactory(), UserFactory(is_active=False)
    GuidePageFactory(title="Un", owner=owner, review_date=day(-1))
    GuidePageFactory(title="Deux", owner=owner, reviewer=gone, review_date=day(-1))
    remind()
    assert [message.to for message in mailoutbox] == [[owner.email]]


def test_a_page_that_nobody_keeps_waits_for_somebody(mailoutbox):
    page = GuidePageFactory(reviewer=UserFactory(email=""), review_date=day(-1))
    assert remind() == 0
    assert not ReviewReminder.objects.exists()
    page.reviewer = UserFactory()
    page.save()
    assert remind() == 1
    assert len(mailoutbox) == 1


def test_drafts_and_aliases_are_nobodys_task(mailoutbox):
    noa = UserFactory()
    GuidePageFactory(live=False, reviewer=noa, review_date=day(-1))
    page = GuidePageFactory(title="Vrai", reviewer=noa, review_date=day(-1))
    page.create_alias(parent=page.get_parent(), update_slug="copie", user=noa)
    assert Page.objects.filter(alias_of=page).exists()
    remind()
    assert mailoutbox[0].body.count("Vrai") == 1


def test_a_message_that_cannot_be_sent_is_tried_again_and_stops_no_other(mailoutbox, monkeypatch):
    unreachable, noa = UserFactory(), UserFactory()
    GuidePageFactory(reviewer=unreachable, review_date=day(-2))
    GuidePageFactory(reviewer=noa, review_date=day(-1))

    def refuse(subject, text, recipients):
        if recipients == [unreachable.email]:
            raise OSError("no such mailbox today")
        send_mail(subject, text, recipients)

    with monkeypatch.context() as broken:
        broken.setattr("knowledge.base.reminders.send_mail", refuse)
        assert remind() == 1
    assert [message.to for message in mailoutbox] == [[noa.email]]
    assert remind() == 1
    assert mailoutbox[-1].to == [unreachable.email]


def test_each_is_written_to_in_their_language(mailoutbox):
    french, english = UserFactory(), UserFactory()
    UserProfile.objects.create(user=english, preferred_language="en")
    GuidePageFactory(reviewer=french, review_date=dt.date(2020, 3, 1))
    GuidePageFactory(reviewer=english, review_date=dt.date(2020, 3, 1))
    remind()
    bodies = {message.to[0]: message.body for message in mailoutbox}
    assert "mars 2020" in bodies[french.email]
    assert "mars" not in bodies[english.email]

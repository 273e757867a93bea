"""Calls for projects for tests."""

import datetime as dt

import factory
from django.utils import timezone
from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.calls.models import CallPage
from tests.factories import PageFactory, SectionPageFactory


class CallPageFactory(PageFactory):
    """Open for ten days more, unless told."""

    class Meta:
        model = CallPage

    title = factory.Sequence("Appel {}".format)
    summary = "Pour qui veut essayer."
    opens_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=10))

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="appels").first() or SectionPageFactory(
            title="Appels à projets", slug="appels"
        )

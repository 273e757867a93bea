"""What several pages share says who uses it before it is deleted."""

import pytest
from django.urls import reverse

from knowledge.base.models import (
    FundingStatement,
    KeyFigure,
    PageFigure,
    PageFunding,
    PageTestimonial,
    Testimonial,
)
from tests.factories import DocumentFactory, GuidePageFactory, ImageFactory, UserFactory

pytestmark = pytest.mark.django_db


def figure(page):
    made = KeyFigure.objects.create(value="12", label="contrats")
    PageFigure.objects.create(page_id=page.pk, figure=made)
    return made


def quotation(page):
    made = Testimonial.objects.create(quote="Cela change tout.", consent="not_needed")
    PageTestimonial.objects.create(page_id=page.pk, testimonial=made)
    return made


def funding(page):
    made = FundingStatement.objects.create(name="FEADER", statement="Cofinancé.")
    PageFunding.objects.create(page_id=page.pk, statement=made)
    return made


@pytest.mark.parametrize("make", [figure, quotation, funding])
def test_a_shared_content_says_who_uses_it_before_it_is_deleted(client, make):
    client.force_login(UserFactory())
    thing = make(GuidePageFactory(title="Le guide qui s’en sert"))
    name = f"wagtailsnippets_knowledge_base_{thing._meta.model_name}"
    asked = client.get(reverse(f"{name}:delete", args=[thing.pk])).content.decode()
    usage = reverse(f"{name}:usage", args=[thing.pk])
    assert usage in asked
    assert "Le guide qui s’en sert" in client.get(usage).content.decode()


def test_a_picture_and_a_file_say_who_uses_them(client):
    client.force_login(UserFactory())
    image, document = ImageFactory(), DocumentFactory()
    GuidePageFactory(title="Le guide", hero_image=image, documents=[document])
    for name, thing in (("wagtailimages", image), ("wagtaildocs", document)):
        kind = "image" if thing is image else "document"
        usage = reverse(f"{name}:{kind}_usage", args=[thing.pk])
        assert usage in client.get(reverse(f"{name}:delete", args=[thing.pk])).content.decode()
        assert "Le guide" in client.get(usage).content.decode()

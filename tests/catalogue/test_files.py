"""Pictures and files at their own addresses obey the pages that use them."""

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from cms.core.body import picture_address
from tests.factories import DocumentFactory, GuidePageFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture():
    return ImageFactory()


def addresses(image) -> list[str]:
    """The signed address of the API and of pages, and the file that Wagtail keeps."""
    return [picture_address(image, 64), image.get_rendition("width-64|format-webp").url]


def test_a_picture_is_public_where_a_public_page_shows_it(client, picture):
    page = GuidePageFactory(hero_image=picture)
    touches.flush()
    assert [client.get(address).status_code for address in addresses(picture)] == [200, 200]
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    touches.flush()
    assert [client.get(address).status_code for address in addresses(picture)] == [404, 404]


def test_a_picture_that_no_page_shows_is_for_editors(client, admin_client, picture):
    assert [client.get(address).status_code for address in addresses(picture)] == [404, 404]
    assert [admin_client.get(address).status_code for address in addresses(picture)] == [200, 200]


@pytest.mark.parametrize("name", ["x" * 300, "..%2f..%2fetc%2fpasswd", "%00", "original.png"])
def test_no_other_upload_has_an_address(client, name):
    assert client.get(f"/media/images/{name}").status_code == 404


def test_who_has_the_password_of_a_page_reads_its_file(client):
    document = DocumentFactory()
    page = GuidePageFactory(documents=[document])
    rule = PageViewRestriction.objects.create(
        page=page, restriction_type="password", password="sésame"
    )
    touches.flush()
    assert client.get(document.url).status_code == 404
    client.post(
        reverse("wagtailcore_authenticate_with_password", args=[rule.pk, page.pk]),
        {"password": "sésame", "return_url": page.url},
    )
    assert client.get(document.url).status_code == 200

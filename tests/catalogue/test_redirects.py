"""Old addresses lead to public pages; the addresses of the others stay unknown."""

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return make.SectionPageFactory(title="Guides", slug="guides")


def test_an_old_address_leads_to_a_public_page_only(client, section):
    public = make.GuidePageFactory(parent=section, slug="ouvert")
    private = make.GuidePageFactory(parent=section, slug="canari-reserve")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = make.GuidePageFactory(parent=section, slug="canari-brouillon", live=False)
    for name, page in (("a", public), ("b", private), ("c", draft)):
        Redirect.objects.create(old_path=f"/vieux/{name}", redirect_page=page)
    for query in ("", "?de=lettre"):
        found = client.get(f"/vieux/a/{query}")
        assert (found.status_code, found["Location"]) == (301, public.url)
        for name in "bc":
            found = client.get(f"/vieux/{name}/{query}")
            assert found.status_code == 404
            assert "canari" not in f"{found.headers} {found.content.decode()}"


def test_an_address_elsewhere_and_a_passing_one_still_redirect(client, section):
    Redirect.objects.create(old_path="/ailleurs", redirect_link="https://example.org/")
    Redirect.objects.create(old_path="/un-temps", redirect_page=section, is_permanent=False)
    Redirect.objects.create(old_path="/vide")
    assert client.get("/ailleurs/")["Location"] == "https://example.org/"
    assert client.get("/un-temps/").status_code == 302
    assert client.get("/vide/").status_code == 404
    assert client.get("/%00/").status_code == 404


def test_where_a_public_page_was_deleted_the_answer_is_gone(client, section):
    guide = make.GuidePageFactory(parent=section, slug="ancien", title="Canari ancien")
    while touches.flush().left:
        pass
    address, shelf = guide.url, section.url
    assert client.get(address).status_code == 200
    guide.unpublish()
    touches.flush()
    assert client.get(address).status_code == 404  # it may come back
    guide.delete()
    touches.flush()
    for asked in (address, address.rstrip("/"), f"{address}?page=2"):
        answer = client.get(asked)
        assert answer.status_code == 410
        assert "Canari" not in answer.content.decode()
    section.delete()
    assert client.get(shelf).status_code == 410
    again = make.SectionPageFactory(title="Guides", slug="guides")
    other = make.GuidePageFactory(parent=again, slug="ancien")
    touches.flush()
    assert client.get(other.url).status_code == 200


def test_what_was_never_public_is_unknown_once_it_is_deleted(client, section):
    private = make.GuidePageFactory(parent=section, slug="canari-reserve")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = make.GuidePageFactory(parent=section, slug="canari-brouillon", live=False)
    hidden = make.SectionPageFactory(title="Réserve", slug="reserve")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    touches.flush()
    addresses = [page.get_url() for page in (private, draft, hidden)]
    for page in (private, draft, hidden):
        page.delete()
    touches.flush()
    for address in addresses:
        assert client.get(address).status_code == 404


def test_a_deleted_page_that_has_a_redirection_still_leads_elsewhere(client, section):
    guide = make.GuidePageFactory(parent=section, slug="ancien")
    touches.flush()
    address = guide.url
    guide.delete()
    touches.flush()
    Redirect.objects.create(old_path=address.rstrip("/"), redirect_page=section)
    assert client.get(address)["Location"] == section.url

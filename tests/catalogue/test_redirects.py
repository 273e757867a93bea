"""Old addresses lead to public pages; the addresses of the others stay unknown."""

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

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

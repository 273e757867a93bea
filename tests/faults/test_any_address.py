"""Whatever is asked of a public address, the answer is never a fault of ours."""

import pytest
from django.test import Client

from cms.catalogue import touches
from tests.factories import DocumentFactory, GuidePageFactory, ImageFactory, SectionPageFactory

QUERIES = [
    "", "q=%00", "q=%FF%FE", "q=" + "a" * 10_000, "q=%22", "q=((((", "q=AND+OR+NOT", "q=*",
    "q=%F0%9F%98%80", "q=%E2%80%AE", "q=%01%02%1f", "page=0", "page=-1", "page=abc", "page=10000",
    "page=99999999999999999999", "page=%00", "order=%00", "order=drop+table", "type=%00",
    "type=nothing", "concept=%00", "concept=a:b:c", "concept=" + "&concept=x" * 500,
    "locale=%00", "locale=xx", "limit=%00", "cursor=%00", "cursor=AAAA", "fields=*",
    "updated_since=2026-13-45", "=&&&==", "%00=%00", "q[]=1&q[a]=2", "q=1&q=2", "since=-1",
    "since=99999999999999999999999",
]  # fmt: skip
PATHS = [
    "/%00", "/guides/%00/", "/%FF", "/..%2f..%2fetc/passwd", "/" + "a/" * 500, "/guides//x//",
    "/documents/0/x.pdf", "/documents/99999999999999999999/x.pdf", "/documents/1/%00",
    "/documents/authenticate_with_password/999/", "/images/x/1/width-10/", "/images/x//y/",
    "/images/x/99999999999999999999/width-10/", "/media/images/%00", "/media/images/..%2fx",
    "/media/documents/secret.pdf", "/en/", "/en/%00", "/xx/", "/api/", "/api/v1/", "/api/v1/%00",
    "/api/v1/records/%00", "/api/v1/nothing", "/recherche/x", "/admin/%00", "/static/%00",
    "/static/../x", "/_util/x", "/_util/authenticate_with_password/9/9/",
]  # fmt: skip
ADDRESSES = [
    "/", "/guides/", "/guides/un-guide/", "/recherche/", "/en/recherche/", "/admin/login/",
    "/api/v1/records", "/api/v1/changes", "/api/v1/concepts", "/api/v1/types", "/api/v1/status",
    "/api/v1/openapi.json", "/api/v1/docs", "/robots.txt", "/oai", "/agenda.ics", "/sitemap.xml",
    "/sitemap-1.xml", "/llms.txt", "/notices/00000000-0000-0000-0000-000000000000",
]  # fmt: skip
METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]


@pytest.fixture(scope="module")
def site(module_db):
    section = SectionPageFactory(title="Guides", slug="guides")
    document = DocumentFactory()
    image = ImageFactory()
    GuidePageFactory(
        parent=section, title="Un guide", slug="un-guide", documents=[document], hero_image=image
    )
    touches.flush()


@pytest.fixture
def visitor(site):
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_query_is_answered(visitor, address):
    for query in QUERIES:
        response = visitor.get(f"{address}?{query}")
        assert response.status_code < 500, (address, query[:80])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_any_path_is_answered(visitor, path):
    for query in ("", "?q=%00", "?page=-1"):
        assert visitor.get(path + query).status_code < 500


@pytest.mark.parametrize("method", METHODS)
def test_any_method_is_answered(visitor, method):
    for address in ADDRESSES:
        assert getattr(visitor, method)(address).status_code < 500, (method, address)


@pytest.mark.parametrize("language", ["", "fr", "xx", "%00", "a" * 5_000, "fr;q=x,,;;"])
def test_any_language_is_answered(visitor, language):
    for address in ADDRESSES:
        assert visitor.get(address, headers={"accept-language": language}).status_code < 500


def test_a_search_in_the_admin_survives_an_apostrophe(site, admin_client):
    for address in (
        "/admin/pages/search/", "/admin/images/", "/admin/documents/", "/admin/choose-page/search/",
        "/admin/images/chooser/results/", "/admin/documents/chooser/results/",
    ):  # fmt: skip
        for words in ("it's", "l'accès aux soins", "l’accès", "d'éducation", "'", '"', "*", "("):
            response = admin_client.get(address, {"q": words})
            assert response.status_code == 200, (address, words)

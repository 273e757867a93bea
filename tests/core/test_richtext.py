import pytest

from cms.core import richtext


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="alert(1)" style="position:fixed">x</p>',
        "<svg><script>alert(1)</script></svg>",
        '<iframe src="https://example.org"></iframe>',
        "<p>fini</p><style>body{display:none}</style>",
        '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    ],
)
def test_nothing_that_runs_or_overlays_survives(hostile):
    cleaned = richtext.clean(hostile)
    for forbidden in (
        "<script",
        "alert(",
        "onerror",
        "onclick",
        "style",
        "<iframe",
        "data:",
        "<svg",
    ):
        assert forbidden not in cleaned


def test_what_an_author_writes_stays():
    text = "<p>Le 1<sup>er</sup> <strong>mars</strong>, <em>à 9 h</em></p><ul><li>un</li></ul>"
    assert richtext.clean(text) == text


def test_internal_links_get_their_address_and_lost_ones_keep_their_text():
    text = '<p><a linktype="page" id="3">ici</a>, <a linktype="document" id="4">là</a></p>'
    resolved = richtext.resolve(text, {("page", 3): "/guides/à-lire/?a=1&b=2"})
    assert resolved == '<p><a href="/guides/à-lire/?a=1&amp;b=2">ici</a>, <a>là</a></p>'
    assert richtext.links(text) == {("page", 3), ("document", 4)}


def test_an_address_cannot_leave_its_attribute():
    resolved = richtext.resolve('<a linktype="page" id="3">x</a>', {("page", 3): '/"><script>'})
    assert "<script>" not in resolved


def test_plain_text_separates_blocks_and_decodes_entities():
    assert richtext.plain("<p>l&rsquo;un</p><p>&amp; l’autre</p>") == "l’un & l’autre"

"""A reference in each format, read back by another program or line by line."""

import json
import re
from urllib.parse import parse_qs

import bibtexparser
import pytest
import rispy
from lxml import etree
from markdown_it import MarkdownIt

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.formats import (
    bibtex,
    coins,
    csl,
    dublin_core,
    markdown,
    mods,
    names,
    ris,
    schema_org,
)
from cms.formats.notice import Notice
from cms.formats.text import one_line, writable
from knowledge.base.models import PageOrganisation
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.contract.test_contract import MODELS, publish
from tests.factories import GuidePageFactory
from tests.formats.conftest import notice_of
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db


def test_ris_is_written_to_the_letter(article):
    text = ris.write(article).decode()
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert lines[0] == "TY  - JOUR"
    assert lines[-1] == "ER  - "
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert [line for line in lines if line.startswith("TY")] == ["TY  - JOUR"]
    assert [line[6:] for line in lines if line.startswith("AU")] == [
        "Exemple, Camille", "France Assos Santé,", "de la Tour, Dominique",
    ]  # fmt: skip
    assert [line[6:] for line in lines if line.startswith("KW")] == [
        "Évaluation", "Santé, prévention",
    ]  # fmt: skip
    assert "SP  - 12" in lines
    assert "EP  - 18" in lines
    assert "DA  - 2019/03//" in lines
    assert "T2  - La Revue & co" in lines
    [back] = rispy.loads(text.replace("\r\n", "\n"))
    assert back["title"] == article.title


def test_a_body_is_one_name_for_the_programs_that_read_ris():
    bodies = ["France Assos Santé", "Ministère du Travail, de la Santé et des Solidarités"]
    notice = notice_of(GuidePageFactory(title="Un guide", authors=bodies))
    back = rispy.loads(ris.write(notice).decode().replace("\r\n", "\n"))[0]["authors"]
    # EndNote takes what stands before a comma at the end for the whole name; Zotero cuts there.
    assert [name.split(",") for name in back] == [
        ["France Assos Santé", ""], ["Ministère du Travail de la Santé et des Solidarités", ""],
    ]  # fmt: skip
    assert [one["literal"] for one in csl.item(notice)["author"]] == bodies
    assert "{{France Assos Santé} and {Ministère du Travail, de" in bibtex.write(notice).decode()


def test_bibtex_holds_nothing_that_is_a_command(article):
    text = bibtex.write(article).decode()
    [entry] = bibtexparser.parse_string(text).entries
    assert entry.entry_type == "article"
    assert entry.key == f"exemple2019evaluer-{str(article.record.uid)[:8]}"
    assert entry.key.isascii()
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    assert fields["title"] == (
        r"Évaluer à 100 \% : \{coûts\} \& bénéfices\_d’un \#CLS \textasciitilde{} 5 < 6"
    )
    assert fields["author"] == (
        "Exemple, Camille and {France Assos Santé} and de la Tour, Dominique"
    )
    assert fields["pages"] == "12--18"
    assert fields["doi"] == "10.1234/abcd_ef"
    assert fields["month"] == "mar"
    assert "author = {Exemple, Camille and {France Assos Santé} and" in text


def test_bibtex_keeps_braces_and_backslashes_of_a_title_balanced():
    assert bibtex.escape("a}b{c\\d$e^f") == (r"a\}b\{c\textbackslash{}d\$e\textasciicircum{}f")


def test_csl_says_persons_and_bodies(article):
    [item] = json.loads(csl.write(article))
    assert item["type"] == "article-journal"
    assert item["issued"] == {"date-parts": [[2019, 3]]}
    assert item["author"] == [
        {"family": "Exemple", "given": "Camille"},
        {"literal": "France Assos Santé"},
        {"family": "de la Tour", "given": "Dominique"},
    ]
    assert item["container-title"] == "La Revue & co"
    assert item["DOI"] == "10.1234/abcd_ef"


def test_mods_says_what_dublin_core_cannot(article):
    root = mods.element(article)
    name = "{http://www.loc.gov/mods/v3}"
    kinds = [one.get("type") for one in root.iterchildren(f"{name}name")]
    assert kinds == ["personal", "corporate", "personal"]
    host = root.find(f"{name}relatedItem[@type='host']")
    assert host.findtext(f"{name}titleInfo/{name}title") == "La Revue & co"
    assert host.findtext(f"{name}part/{name}detail[@type='volume']/{name}number") == "12"
    assert [one.get("authority") for one in root.iterchildren(f"{name}subject")] == ["themes"] * 2
    assert root.findtext(f"{name}originInfo/{name}dateIssued") == "2019-03"
    assert etree.fromstring(etree.tostring(root)) is not None


def test_dublin_core_has_no_publisher_that_is_not_the_documents(article):
    said = list(dublin_core.statements(article))
    assert [text for name, text in said if name == "publisher"] == [""]
    assert [text for name, text in said if name == "source"] == ["La Revue & co"]


def test_coins_are_of_the_journal_and_not_escaped_twice(article):
    found = parse_qs(coins.of_notice(article), strict_parsing=True)
    assert found["ctx_ver"] == ["Z39.88-2004"]
    assert found["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:journal"]
    assert found["rft.atitle"] == [article.title]
    assert found["rft.au"] == ["Exemple, Camille", "France Assos Santé", "de la Tour, Dominique"]
    assert "url_ver" not in found
    assert coins.of_notice(article).isascii()


def test_metadata_names_each_author_apart(article):
    found = list(coins.metadata(article))
    assert [text for name, text in found if name == "citation_author"] == [
        "Exemple, Camille", "France Assos Santé", "de la Tour, Dominique",
    ]  # fmt: skip
    assert ("citation_publication_date", "2019/03") in found
    assert all(text for _, text in found)
    assert dict(found)["citation_pdf_url"].startswith("http://testserver/documents/")


def test_json_ld_of_an_article(article):
    node = json.loads(schema_org.write(article))
    assert node["@type"] == "Article"
    assert node["isPartOf"]["name"] == "La Revue & co"
    assert [one["@type"] for one in node["author"]] == ["Person", "Organization", "Person"]
    assert node["about"][0]["inDefinedTermSet"].endswith("/concepts/themes")
    assert node["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert node["encoding"][0]["encodingFormat"] == "application/pdf"


def test_json_ld_inside_a_page_cannot_end_its_element():
    page = GuidePageFactory(title="</script><script>alert(1)</script><!-- & \u2028")
    text = schema_org.script(notice_of(page))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["name"].startswith("</script>")


def test_json_ld_of_an_event_has_hours_with_their_offset():
    winter, summer = to_come("01-12"), to_come("07-12")
    page = EventPageFactory(title="Journée", dates=[date(winter, "14:00", "16:30"), date(summer)])
    node = json.loads(schema_org.write(notice_of(page)))
    assert node["@type"] == "Event"
    assert node["startDate"] == f"{winter}T14:00:00+01:00"
    assert node["endDate"] == f"{winter}T16:30:00+01:00"
    assert node["eventStatus"] == "https://schema.org/EventScheduled"
    assert [one["startDate"] for one in node["subEvent"]] == [f"{winter}T14:00:00+01:00", summer]


def test_json_ld_of_a_training_has_its_sessions():
    page = TrainingPageFactory(sessions=[{"start": 10, "end": 12}, {"start": 40}])
    PageOrganisation.objects.create(page=page, name="Institut", role="organiser")
    node = json.loads(schema_org.write(notice_of(page)))
    assert node["@type"] == "Course"
    assert len(node["hasCourseInstance"]) == 2
    assert node["provider"] == [{"@type": "Organization", "name": "Institut"}]


BODY = [
    ("paragraph", '<p>Lire <a href="https://example.org/a_(b)">la <b>page</b></a> *étoile*.</p>'
                  "<ul><li>un<ul><li>dedans</li></ul></li><li>deux</li></ul><ol><li>a</li></ol>"),
    ("heading", "Un titre # dièse"),
    ("paragraph", "<p>1. pas une liste</p><p># pas un titre</p><p>a &lt;b&gt; c<br/>d</p>"),
    ("table", {"caption": "Légende", "columns": [{"type": "text", "heading": "A|B"}],
               "rows": [{"values": ["1"]}]}),
    ("quote", {"text_quoted": "Cité", "source": "Quelqu’un"}),
    ("list", {"ordered": True, "items": ["Premier", "Second"]}),
    ("question", {"question": "Pourquoi ?", "answer": "<p>Parce que.</p>"}),
    ("figures", {"items": [{"value": "12", "unit": "%", "label": "des cas", "source": ""}]}),
    ("video", {"url": "https://example.org/v", "title": "La vidéo", "transcript": ""}),
]  # fmt: skip


def test_markdown_reads_back_as_the_same_text():
    page = GuidePageFactory(title="Évaluer *bien* [vite]", chapters=[("Commencer", BODY)])
    text = markdown.write(notice_of(page)).decode()
    html = MarkdownIt("commonmark").enable("table").render(text)
    for part in (
        "<h1>Évaluer *bien* [vite]</h1>",
        "<h2>Commencer</h2>",
        "<h3>Un titre # dièse</h3>",
        '<a href="https://example.org/a_%28b%29">la <strong>page</strong></a> *étoile*.',
        "<ol>\n<li>a</li>\n</ol>",
        "<p>1. pas une liste</p>",
        "<p># pas un titre</p>",
        "a &lt;b&gt; c<br />\nd",
        "<th>A|B</th>",
        "<td>1</td>",
        "<blockquote>\n<p>Cité</p>\n<p>— Quelqu’un</p>",
        "<li>Premier</li>\n<li>Second</li>",
        "<strong>Pourquoi ?</strong>",
        "<strong>12 %</strong> des cas",
        '<a href="https://example.org/v">La vidéo</a>',
    ):
        assert part in html, (part, html)
    assert re.search(r"<li>un\n<ul>\n<li>dedans</li>\n</ul>\n</li>\n<li>deux</li>", html)


def test_markdown_makes_links_of_the_site_absolute():
    other = GuidePageFactory(title="Un autre")
    touches.flush()
    page = GuidePageFactory(
        title="Lié", chapters=[("A", f'<p><a linktype="page" id="{other.pk}">là</a></p>')]
    )
    assert f"[là](http://testserver{other.url})" in markdown.write(notice_of(page)).decode()


@pytest.mark.parametrize("model", MODELS, ids=[model.record_type.name for model in MODELS])
def test_every_type_is_written_in_every_format(model):
    notice = notice_of(publish(model, "Une page\u000b nouvelle"))
    assert notice.title
    for module in (ris, bibtex, csl, schema_org, markdown):
        assert notice.title.encode() in module.write(notice), module
    for module in (dublin_core, mods):
        assert notice.title in "".join(module.element(notice).itertext())
    assert json.loads(schema_org.write(notice))["@type"] == notice.schema_type
    coins.of_notice(notice)
    list(coins.metadata(notice))


def test_what_one_does_not_cite_has_no_coins(settings):
    models = [m for m in MODELS if m.record_type.schema_type in ("Person", "Organization")]
    assert models
    for model in models:
        notice = notice_of(publish(model))
        assert coins.of_notice(notice) == ""
        assert list(coins.metadata(notice)) == []


def test_a_tombstone_has_no_notice():
    page = GuidePageFactory()
    touches.flush()
    page.unpublish()
    touches.flush()
    with pytest.raises(ValueError, match="tombstone"):
        Notice(Record.objects.get(page_id=page.pk))


def test_texts_lose_what_cannot_be_written():
    assert writable("a\x00\x0b\ufffeb\n\tc") == "ab\n\tc"
    assert one_line(" a\r\n\u2028b  c\x1f ") == "a b c"
    assert one_line("12\u00a0%") == "12\u00a0%"
    assert names.read("a\nb").printed == "a b"

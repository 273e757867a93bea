"""Out as PO and back: all of a file or nothing of it."""

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.languages import carrying, exchange
from cms.languages.glossary import Entry, Glossary
from tests import factories as make
from tests.core.test_policy import BODY
from tests.languages.conftest import home_in, say, section_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def guide(module_db):
    """One with every block, whose translation is begun: for the whole file."""
    english = make.locale("en")
    home_in(english)
    guide = make.GuidePageFactory(
        parent=section_in(english), title="Le diagnostic partagé", slug="canari",
        chapters=[("Faire", BODY)],
    )  # fmt: skip
    translate_object(guide, [english])
    return guide


@pytest.fixture
def made(guide):
    return Translation.objects.get()


def filled(made, mark="EN "):
    po = exchange.export(made)
    for entry in po:
        entry.msgstr = f"{mark}{entry.msgid}"
    return po


def texts():
    return StringTranslation.objects.count()


def lines(reading):
    return [remark.line for remark in reading.errors]


def test_every_text_of_every_block_goes_out_and_comes_back(made, english):
    reading = exchange.read(made, str(filled(made)).encode())
    assert (reading.errors, reading.warnings) == ([], [])
    exchange.write(made, reading, None)
    assert carrying.progress(made.source_id, english.pk).missing == 0
    again = exchange.export(made)
    assert all(entry.msgstr == f"EN {entry.msgid}" for entry in again)


def test_blank_and_fuzzy_entries_change_nothing(made):
    po = filled(made)
    po[0].msgstr = ""
    po[1].flags.append("fuzzy")
    reading = exchange.read(made, str(po).encode())
    assert len(reading.texts) == len(po) - 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda po: po.append(polib.POEntry(msgid=po[0].msgid, msgctxt=po[0].msgctxt, msgstr="x")),
        lambda po: po.append(polib.POEntry(msgid="Rien", msgctxt="ailleurs", msgstr="x")),
        lambda po: setattr(po[0], "msgid", "Ce que la page disait avant"),
        lambda po: setattr(po[0], "msgstr", "<script>alert(1)</script>"),
        lambda po: setattr(po[0], "msgstr", '<a href="javascript:alert(1)">x</a>'),
        lambda po: po.metadata.update({exchange.OWNER: "une-autre"}),
    ],
    ids=["doubled", "foreign", "stale", "script", "link", "other page"],
)
def test_a_file_with_a_fault_is_left_out_whole(made, spoil):
    po = filled(made)
    spoil(po)
    reading = exchange.read(made, str(po).encode())
    assert reading.errors
    assert exchange.write(made, reading, None) == 0
    assert texts() == 0


def test_each_fault_is_told_at_its_own_line(made):
    po = filled(made)
    po.append(polib.POEntry(msgid=po[0].msgid, msgctxt=po[0].msgctxt, msgstr="x"))
    po.append(polib.POEntry(msgid="Rien", msgctxt="ailleurs", msgstr="x"))
    po[1].msgid = "Ce que la page disait avant"
    po[2].msgstr = "<script>alert(1)</script>"
    text = str(po)
    written = text.splitlines()
    found = {written[line - 1] for line in lines(exchange.read(made, text.encode()))}
    expected = {f'msgctxt "{one.msgctxt}"' for one in (po[0], po[1], po[2], po[-1])}
    assert found == expected
    assert texts() == 0


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"pas un fichier", b"/etc/passwd"])
def test_what_is_no_po_file_is_said_to_be_none(made, data):
    assert lines(exchange.read(made, data)) == [0]


def test_a_missing_entry_is_a_warning(made):
    po = filled(made)
    del po[0]
    reading = exchange.read(made, str(po).encode())
    assert (reading.errors, [one.line for one in reading.warnings]) == ([], [0])
    assert "Le diagnostic partagé" in reading.warnings[0].text


def test_what_somebody_translated_since_is_not_written_over(made):
    po = filled(made, "Far ")
    say(made, mark="Here ", only="title")
    reading = exchange.read(made, str(po).encode())
    assert len(reading.errors) == 1
    assert "Here" in reading.errors[0].text


def test_the_views_say_the_faults_and_take_in_nothing(client, made):
    client.force_login(make.UserFactory())
    address = reverse("languages_translation", args=[made.pk])
    found = client.get(reverse("languages_po", args=[made.pk]))
    po = polib.pofile(found.content.decode() + "\n")
    for entry in po:
        entry.msgstr = f"EN {entry.msgid}"
    po.append(polib.POEntry(msgid="Rien", msgctxt="ailleurs", msgstr="x"))
    kept = po.pop(0)
    shown = client.post(address, {"file": SimpleUploadedFile("a.po", str(po).encode())})
    assert (shown.status_code, texts()) == (400, 0)
    assert kept.msgid in shown.content.decode()  # what the file lacks is said beside its faults
    po.insert(0, kept)
    assert shown.context["reading"].errors[0].line > 1
    assert client.post(address).status_code == 400
    del po[-1]
    client.post(address, {"file": SimpleUploadedFile("a.po", str(po).encode())})
    assert texts() == len(po)


def test_the_glossary_offers_and_checks_the_names_of_the_thesaurus(client, made):
    make.ConceptFactory(label="Diagnostic partagé", english="Shared assessment")
    po = exchange.export(made)
    title = next(entry for entry in po if entry.msgctxt == "title")
    assert "diagnostic partagé = Shared assessment" in title.comment
    client.force_login(make.UserFactory())
    shown = client.get(reverse("languages_translation", args=[made.pk]))
    assert shown.context["names"] == {"diagnostic partagé": "Shared assessment"}
    title.msgstr = "The common diagnosis"
    assert exchange.read(made, str(po).encode()).warnings
    title.msgstr = "The shared assessment"
    assert exchange.read(made, str(po).encode()).warnings == []


def test_the_longest_name_wins_whatever_its_plural_and_accents(monkeypatch):
    entries = [Entry(["santé"], ["health"]), Entry(["santé mentale"], ["mental health"])]
    monkeypatch.setattr("cms.languages.glossary.keepers", [lambda *_languages: entries])
    glossary = Glossary("fr", "en")
    assert list(glossary.found("La SANTE mentale en ville")) == ["SANTE mentale"]
    assert glossary.unused("santés mentales", "nothing") == [("santés mentales", "mental health")]

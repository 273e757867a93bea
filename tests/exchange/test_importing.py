"""Our own export is read back: without change as it is, with what was corrected otherwise."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cms.catalogue import touches
from cms.exchange import importing
from knowledge.guides.models import GuidePage
from tests.factories import ConceptFactory, GuidePageFactory
from tests.library_factories import PublicationPageFactory
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db):
    sleep = ConceptFactory(slug="sommeil", label="Sommeil")
    ConceptFactory(slug="ecrans", label="Écrans")
    page = GuidePageFactory(
        title="=SOMME(A1) ; \"dormir\" | 'bien'", summary="Une ligne\nune autre _x0041_",
        concepts=[sleep], licence="etalab-2.0",
    )  # fmt: skip
    GuidePageFactory(title="'=déjà", summary="+33 ; -1")
    PublicationPageFactory(title="@ publication", slug="publication", issued="2019-03")
    TrainingPageFactory(sessions=[{"start": 10}])
    touches.flush()
    return page


@pytest.fixture
def export(client, tmp_path):
    def write(extension, edit=None):
        path = tmp_path / f"notices.{extension}"
        data = client.get(f"/notices.{extension}").getvalue()
        path.write_bytes(edit(data) if edit else data)
        return path

    return write


def corrected(data, **changes):
    """The CSV with the cells of the guide changed, as a spreadsheet would save it."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    for row in rows[1:]:
        if "SOMME" in row[3]:
            for name, text in changes.items():
                row[rows[0].index(name)] = text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


def run(path, *options):
    out = io.StringIO()
    call_command("import_table", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_our_own_export_changes_nothing(page, export, extension):
    assert "4 lines read, 0 changed, 0 written, 0 refused." in run(export(extension), "--apply")


def test_as_excel_saves_it_again_it_changes_nothing(page, export):
    path = export("csv", lambda data: data.decode("utf-8-sig").encode("cp1252", "replace"))
    assert ", 0 changed" in run(path)
    path = export("xlsx")
    book = load_workbook(path)
    book.save(path)  # by another writer, with shared strings
    assert ", 0 changed" in run(path)


def test_what_was_corrected_becomes_a_draft_and_is_published_when_told(page, export):
    def edit(data):
        return corrected(
            data, titre="Bien dormir", descripteurs="themes:ecrans | themes:sommeil",
            licence="CC-BY-4.0", date="janv-19",
        )  # fmt: skip

    path = export("csv", edit)
    assert "4 lines read, 1 changed, 0 written" in run(path)
    assert "1 written" in run(path, "--apply")
    page = GuidePage.objects.get(pk=page.pk)
    assert page.title.startswith("=SOMME")
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.licence) == ("Bien dormir", "CC-BY-4.0")
    assert [one.concept.slug for one in draft.descriptors.all()] == ["ecrans", "sommeil"]
    with pytest.raises(CommandError):  # a draft waits
        run(path, "--apply")
    page.get_latest_revision().publish()
    touches.flush()
    path = export("csv", lambda data: data.replace(b"Bien dormir", b"Dormir"))
    assert "1 written" in run(path, "--apply", "--publish")
    assert GuidePage.objects.get(pk=page.pk).title == "Dormir"


@pytest.mark.parametrize(
    "changes",
    [{"titre": ""}, {"licence": "rien"}, {"descripteurs": "themes:rien"},
     {"identifiant": "x"}, {"modifié le": "2020-01-01", "titre": "Autre"}],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_is_refused_and_the_others_are_not(page, export, changes):
    report = importing.compare(export("csv", lambda data: corrected(data, **changes)))
    assert (report.read, len(report.changes), len(report.refused)) == (4, 0, 1)
    assert report.refused[0][0] >= 2


def test_a_title_that_is_too_long_is_refused_by_the_page(page, export):
    path = export("csv", lambda data: corrected(data, titre="x" * 300))
    report = importing.compare(path)
    assert importing.apply(report) == 0
    assert len(report.refused) == 1


@pytest.mark.parametrize("data", [b"", b"a;b\r\n1;2", b"\x00\xff" * 50, b"PK\x03\x04"])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_another_file_is_told(tmp_path, data, extension):
    path = tmp_path / f"a.{extension}"
    path.write_bytes(data)
    with pytest.raises(CommandError):
        run(path)


def test_queries_do_not_grow_with_the_lines(page, export):
    path = export("csv")
    with CaptureQueriesContext(connection) as found:
        importing.compare(path)
    assert len(found) <= 2

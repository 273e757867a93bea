"""A publication with all that a reference may hold, hostile signs included."""

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.formats.notice import Notice
from knowledge.base.models import PageDescriptor, PageDownload
from tests.factories import ConceptFactory, DocumentFactory
from tests.library_factories import PublicationPageFactory


def notice_of(page) -> Notice:
    touches.flush()
    return Notice(Record.objects.get(page_id=page.pk), "Centre de ressources")


@pytest.fixture
def article(db):
    """An article by a person and a body, in a periodical, under two descriptors."""
    page = PublicationPageFactory(
        title="Évaluer à 100 % : {coûts} & bénéfices_d’un #CLS ~ 5 < 6",
        slug="evaluer",
        kind="article",
        issued="2019-03",
        host_title="La Revue & co",
        volume="12",
        issue="3",
        pages="12-18",
        issn="0317-8471",
        doi="10.1234/abcd_ef",
        summary="En bref : une étude.",
        abstract="Une étude plus longue,\nsur deux lignes.",
        licence="CC-BY-4.0",
        authors=["Exemple, Camille", "France Assos Santé", "Dominique de la Tour"],
    )
    for slug, label in (("evaluation", "Évaluation"), ("sante", "Santé, prévention")):
        concept = ConceptFactory(slug=slug, label=label)
        PageDescriptor.objects.create(page=page, concept=concept)
    PageDownload.objects.create(page=page, document=DocumentFactory(title="L’article"))
    return notice_of(page)

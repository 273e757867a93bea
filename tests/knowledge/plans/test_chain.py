"""The chain of a plan, walked both ways through the links of the pages alone."""

import re
from html import unescape

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.agenda.models import EventPage
from tests.factories import GuidePageFactory, SectionPageFactory
from tests.plan_factories import ActionPageFactory, ConsultationPageFactory, PlanPageFactory

pytestmark = pytest.mark.django_db

PARTS = (("axis", "Offre"), ("objective", "Soutenir"))


class Walker:
    """Opens a page and follows a link by its text, as a reader would."""

    def __init__(self, client, page) -> None:
        self.client = client
        self.open(Record.objects.get(page_id=page.pk).url)

    def open(self, address: str) -> None:
        response = self.client.get(address.partition("#")[0])
        assert response.status_code == 200, address
        self.html = response.content.decode()
        self.title = unescape(re.search(r"<h1>(.*?)</h1>", self.html, re.S)[1]).strip()

    def follow(self, text: str) -> "Walker":
        body = self.html[self.html.index("<article") : self.html.index("</article>")]
        for href, label in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', body, re.S):
            if text in unescape(re.sub(r"<[^>]+>", "", label)):
                self.open(unescape(href))
                return self
        raise AssertionError(f"No link “{text}” on “{self.title}”")


@pytest.fixture
def chain():
    event = SectionPageFactory().add_child(instance=EventPage(title="Séminaire de septembre"))
    consultation = ConsultationPageFactory(title="Grande consultation", events=[event])
    first = PlanPageFactory(title="Contrat de 2015", start="2015", end="2018", generation=1)
    second = PlanPageFactory(
        title="Contrat de 2021", start="2021", end="2026", generation=2, previous=first,
        parts=PARTS, milestones=[{"start": "2020", "text": "On demande", "target": consultation}],
    )  # fmt: skip
    third = PlanPageFactory(
        title="Contrat de 2027", start="2027", end="2031", generation=3, previous=second
    )
    output = GuidePageFactory(title="Guide issu de l’action")
    action = ActionPageFactory(
        parent=second, title="Prévenir ensemble", part=second.parts.get(level="objective"),
        status="done", consultation=consultation, consultation_result=consultation.results.get(),
        outputs=[output], indicators=[{"label": "Forums", "value": "2"}],
    )  # fmt: skip
    while touches.flush().left:
        pass
    return {"consultation": consultation, "third": third, "action": action, "event": event}


def test_from_the_meeting_to_the_next_generation(client, chain):
    reader = Walker(client, chain["event"])
    reader.follow("Grande consultation").follow("Prévenir ensemble")
    assert "Forums" in reader.html  # what was counted
    reader.follow("Guide issu de l’action").follow("Prévenir ensemble")
    reader.follow("Contrat de 2021").follow("génération")
    assert reader.title in ("Contrat de 2015", "Contrat de 2027")
    reader = Walker(client, chain["action"]).follow("Contrat de 2021").follow("3e génération")
    assert reader.title == "Contrat de 2027"


def test_and_back_to_the_meeting(client, chain):
    reader = Walker(client, chain["third"]).follow("2e génération")
    assert reader.title == "Contrat de 2021"
    reader.follow("1re génération")
    assert reader.title == "Contrat de 2015"
    reader.follow("2e génération").follow("Prévenir ensemble")
    reader.follow("Grande consultation").follow("Séminaire de septembre")
    assert reader.title == "Séminaire de septembre"
    # The plan leads to its consultation too, by the line of time.
    reader = Walker(client, chain["third"]).follow("2e génération").follow("On demande")
    assert reader.title == "Grande consultation"

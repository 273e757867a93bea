"""Why a page is a hit here, or is none: said in the admin, from the engine's own scores."""

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.models import Record
from search import service
from search.desk.explaining import explain
from search.query import SearchQuery
from tests.factories import GuidePageFactory, UserFactory
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.test_searches_report import reader


def record(name: str, locale: str = "fr") -> Record:
    return Record.objects.get(pk=corpus.uid_of(name, locale))


def why(engine, text: str, name: str, *, page_locale="fr", **fields):
    return explain(SearchQuery(q=text, **fields), record(name, page_locale), engine)


@pytest.mark.parametrize(
    "text",
    ["CLS", "contrat local de santé", "évaluation", "maraîchage", "atelier culinaire", "SES",
     "territoire", "santé mentale", "accord commune", "évalué partenariat",
     "Cartographier un territoire"],
)  # fmt: skip
def test_every_hit_is_explained_by_its_rank_and_by_parts_that_add_up(engine, text):
    query = SearchQuery(q=text)
    result = service.search(query, engine=engine)
    assert result.hits
    for place, hit in enumerate(result.hits, start=1):
        found = explain(query, Record.objects.get(pk=hit.uid), engine)
        assert (found.rank, found.total, found.engine) == (place, result.total, engine.name)
        assert not found.reasons
        assert found.parts
        assert sum(part.points for part in found.parts) == pytest.approx(found.score, rel=0.02)
        other = sum(part.points for part in found.parts if part.field == "")
        assert abs(other) <= max(0.05, 0.1 * found.score), found.parts


def test_the_field_that_has_the_word_gives_the_points(engine):
    title = why(engine, "cartographier", "territoire")
    assert title.parts[0].field == "title"
    body = why(engine, "baccalauréat", "ses")
    assert {part.field for part in body.parts} <= {"body", "all", ""}
    file = why(engine, "maraîchage", "atelier")
    assert "files" in {part.field for part in file.parts}
    assert all(part.label for found in (title, body, file) for part in found.parts)


def test_synonyms_and_places_are_said(engine):
    found = why(engine, "CLS", "signer")
    (unit,) = [unit for unit in found.units if unit.asked]
    assert (unit.text, list(unit.others)) == ("CLS", ["Contrat local de santé"])
    assert {"body", "labels"} <= set(unit.places)
    assert any(part.field == "concept" for part in found.parts)


def test_a_pasted_title_is_said(engine):
    found = why(engine, "Œuvrer pour la santé à l’école", "oeuvrer")
    assert (found.rank, found.parts[0].field) == (1, "pasted")


def test_a_corrected_word_is_said(engine):
    found = why(engine, "cartografier", "territoire")
    assert found.rank == 1
    assert found.corrections
    assert found.units[0].places


def test_no_word_in_common(engine):
    found = why(engine, "baccalauréat", "territoire")
    assert found.rank is None
    assert "aucun mot" in found.reasons[0]


def test_too_few_words(engine):
    found = why(engine, "carte baccalauréat", "territoire")
    if not found.relaxed:
        assert "baccalauréat" in found.reasons[0]
    found = why(engine, "filière baccalauréat", "sans-accent")
    assert "aucun mot" in found.reasons[0]


def test_left_out_and_quoted(engine):
    assert "exclut" in why(engine, "filière -baccalauréat", "ses").reasons[0]
    assert "côte à côte" in why(engine, '"SES filière"', "ses").reasons[0]


def test_filtered(engine):
    found = why(engine, "évaluation", "evaluation", concepts=("publics:aines",))
    assert "filtres" in found.reasons[0]


def test_another_language(engine):
    found = why(engine, "évaluation", "anglais", page_locale="en")
    assert "autre langue" in found.reasons[0]


def test_a_search_without_a_word(engine):
    assert why(engine, "?!", "ses").reasons


def test_a_page_that_never_was_public(engine):
    assert "jamais" in explain(SearchQuery(q="CLS"), None, engine).reasons[0]


# In the admin


@pytest.fixture
def guides(db):
    with override_settings(ELASTICSEARCH_URL=""):
        made = [
            GuidePageFactory(title="Jardin partagé", summary="Cultiver ensemble."),
            GuidePageFactory(title="Cuisiner", summary="Après le jardin, la table."),
        ]
        touches.flush()
        index_everything()
        yield made


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def shown(client, **asked) -> str:
    response = client.get(reverse("why_report"), asked)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_the_view_says_rank_fields_and_points_in_french(guides, admin):
    page = shown(admin, q="jardin", chosen=guides[0].pk)
    assert "Résultat n° 1 sur 2." in page
    assert '<th scope="row">Titre</th>' in page
    page = shown(admin, q="jardin", chosen=guides[1].pk)
    assert "Résultat n° 2 sur 2." in page
    assert '<th scope="row">Résumé</th>' in page


def test_the_view_says_why_a_page_is_not_there(guides, admin):
    guides[0].unpublish()
    touches.flush()
    page = shown(admin, q="jardin", chosen=guides[0].pk)
    assert "ne figure pas parmi les résultats" in page
    assert "n’est pas publiée" in page
    draft = GuidePageFactory(title="Brouillon", live=False)
    assert "jamais été publique" in shown(admin, q="jardin", chosen=draft.pk)


def test_without_a_page_each_result_leads_to_its_explanation(guides, admin):
    page = shown(admin, q="jardin")
    uid = Record.objects.get(page_id=guides[0].pk).uid
    assert f"record={uid}" in page
    assert "Résultat n° 1" in shown(admin, q="jardin", record=str(uid))


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"q": ""}, {"q": "?!"}, {"q": "x" * 9000}, {"q": "jardin", "locale": "xx"},
        {"q": "jardin", "chosen": "x"}, {"q": "jardin", "chosen": "9" * 30},
        {"q": "jardin", "record": "x"}, {"q": "jardin", "concept": "a:b:c"},
        {"q": "jardin\0", "page": "99999"}, {"q": "-jardin"},
    ],
)  # fmt: skip
def test_hostile_input_is_a_page(guides, admin, asked):
    shown(admin, **asked)
    shown(admin, **{"chosen": guides[0].pk, **asked})


def test_somebody_who_may_not_see_a_page_learns_nothing_of_it(guides, client):
    PageViewRestriction.objects.create(page=guides[0], restriction_type="login")
    touches.flush()
    client.force_login(reader())
    response = client.get(reverse("why_report"), {"q": "jardin", "chosen": guides[0].pk})
    assert response.status_code == 302 or "Jardin partagé" not in response.content.decode()
    assert "Cuisiner" in shown(client, q="jardin", chosen=guides[1].pk)


def test_results_lead_those_who_work_here_to_the_explanation(guides, client):
    address = reverse("why_report")
    assert address not in client.get("/recherche/?q=jardin").content.decode()
    client.force_login(reader())
    page = client.get("/recherche/?q=jardin&type=guide").content.decode()
    assert f"{address}?q=jardin&amp;type=guide&amp;locale=fr&amp;record=" in page


def test_the_menu_of_a_page_leads_there(guides, admin):
    page = admin.get(reverse("wagtailadmin_pages:edit", args=[guides[0].pk])).content.decode()
    assert f"{reverse('why_report')}?chosen={guides[0].pk}" in page
    section = guides[0].get_parent()
    page = admin.get(reverse("wagtailadmin_pages:edit", args=[section.pk])).content.decode()
    assert reverse("why_report") not in page


def test_a_visitor_cannot_ask(guides):
    assert Client().get(reverse("why_report"), {"q": "jardin"}).status_code == 302

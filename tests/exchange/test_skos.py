"""The thesaurus as SKOS, read back by another program and held against the rules of SKOS."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyoxigraph import RdfFormat, Store

from knowledge.thesaurus.merging import merge
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptRelation, ConceptScheme
from tests.factories import ConceptFactory

pytestmark = pytest.mark.django_db

FORMATS = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
PREFIXES = """
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    PREFIX dct: <http://purl.org/dc/terms/>
    PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
# The rules of SKOS and of thesauri: none may find anything.
BROKEN = {
    "no concept is a scheme": "?a a skos:Concept, skos:ConceptScheme",
    "no cycle": "?a skos:broader+ ?a",
    "S27": "?a skos:related ?b . ?a skos:broader+ ?b",
    "S14": "?a skos:prefLabel ?b, ?c . FILTER(lang(?b) = lang(?c) && str(?b) != str(?c))",
    "S13 alternative": "?a skos:prefLabel ?b ; skos:altLabel ?b",
    "S13 hidden": "?a skos:hiddenLabel ?b ; skos:prefLabel|skos:altLabel ?b",
    "preferred labels differ": "?a skos:prefLabel ?c ; skos:inScheme ?s . ?b skos:prefLabel ?c ;"
    " skos:inScheme ?s FILTER(?a != ?b)",
    "related both ways": "?a skos:related ?b FILTER NOT EXISTS { ?b skos:related ?a }",
    "narrower is the inverse": "?a skos:broader ?b FILTER NOT EXISTS { ?b skos:narrower ?a }",
    "broader is the inverse": "?a skos:narrower ?b FILTER NOT EXISTS { ?b skos:broader ?a }",
    "top concepts are told twice": "?a skos:topConceptOf ?b"
    " FILTER NOT EXISTS { ?b skos:hasTopConcept ?a }",
    "top means nothing above": "?a skos:topConceptOf ?b ; skos:broader ?c",
    "in a scheme": "?a a skos:Concept FILTER NOT EXISTS { ?a skos:inScheme ?b }",
    "named": "?a a skos:Concept FILTER NOT EXISTS { ?a skos:prefLabel ?b }"
    " FILTER NOT EXISTS { ?a owl:deprecated true }",
}


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    store = Store()
    store.load(response.content, FORMATS[address.rpartition(".")[2]])
    return store


def ask(store, pattern):
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


def broken(store):
    return [name for name, pattern in BROKEN.items() if ask(store, pattern)]


@pytest.fixture
def themes(db):
    health = ConceptFactory(slug="sante", label="Santé", english="Health")
    mental = ConceptFactory(
        slug="sante-mentale", label="Santé mentale", broader=health,
        alternatives=["Psychiatrie \"douce\" <&>"], hidden=["santé mantale"],
        scope_note="Ligne 1\nLigne 2 \\ \"x\" \x0b", related=[],
    )  # fmt: skip
    sleep = ConceptFactory(slug="sommeil", label="Sommeil", broader=health, related=[mental])
    sleep.exact_match = ["https://example.org/c/1", "https://example.org/a b>"]
    sleep.save()
    old = ConceptFactory(slug="dodo", label="Dodo")
    merge(old, sleep)
    ConceptFactory(
        scheme=ConceptScheme.objects.create(slug="publics", title="Publics"), label="Jeunes",
        slug="jeunes",
    )  # fmt: skip
    return health


def test_every_syntax_says_the_same(client, themes):
    sets = [{str(one) for one in read(client, f"/concepts.{name}")} for name in FORMATS]
    assert sets[0] == sets[1] == sets[2]
    assert len(sets[0]) > 30


def test_the_rules_are_kept(client, themes):
    store = read(client, "/concepts.ttl")
    assert broken(store) == []
    assert ask(store, '?a skos:prefLabel "Santé"@fr, "Health"@en')
    assert ask(store, '?a skos:altLabel "Psychiatrie \\"douce\\" <&>"@fr')
    assert ask(store, '?a skos:hiddenLabel "santé mantale"@fr')
    assert ask(store, "?a skos:exactMatch <https://example.org/c/1>")
    assert ask(
        store,
        "?a owl:deprecated true ; dct:isReplacedBy ?b . ?b dct:identifier 'sommeil' ;"
        " skos:altLabel 'Dodo'@fr",
    )


def test_what_skos_forbids_is_left_out_whoever_wrote_it(client, themes):
    mental = Concept.objects.get(slug="sante-mentale")
    ConceptRelation.objects.bulk_create(
        [ConceptRelation(concept=themes, other=mental),
         ConceptRelation(concept=mental, other=themes)]
    )  # fmt: skip
    Concept.objects.filter(pk=themes.pk).update(broader=mental)
    ConceptLabel.objects.filter(label="Health").update(language="<x>")
    for name in FORMATS:
        assert broken(read(client, f"/concepts.{name}")) == []


def test_the_rules_find_what_is_broken():
    store = Store()
    store.load(
        (PREFIXES.replace("PREFIX", "@prefix").replace(">\n", "> .\n") + """
        <a:a> a skos:Concept, skos:ConceptScheme ; skos:broader <a:b> ; skos:related <a:b> ;
            skos:prefLabel "x"@fr, "y"@fr ; skos:altLabel "x"@fr ; skos:hiddenLabel "x"@fr ;
            skos:narrower <a:c> ; skos:inScheme <a:s> ; skos:topConceptOf <a:s> .
        <a:b> skos:broader <a:a> ; skos:prefLabel "x"@fr ; skos:inScheme <a:s> .
        <a:n> a skos:Concept .
        """).encode(),
        RdfFormat.TURTLE,
    )  # fmt: skip
    assert set(broken(store)) == set(BROKEN)


def test_one_vocabulary_and_one_descriptor(client, themes):
    store = read(client, "/concepts/publics.ttl")
    assert ask(store, "?a a skos:ConceptScheme ; skos:hasTopConcept ?b")
    assert not ask(store, "?a dct:identifier 'sante'")
    store = read(client, "/concepts/themes/sante-mentale.jsonld")
    assert ask(store, "?a skos:broader ?b . ?b skos:prefLabel 'Santé'@fr")
    assert not ask(store, "?a dct:identifier 'sommeil'")


@pytest.mark.parametrize(
    ("accept", "place"),
    [("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "/themes/themes/sante/"),
     ("*/*", "/themes/themes/sante/"), ("", "/themes/themes/sante/"),
     ("image/png", "/themes/themes/sante/"),
     ("text/turtle", "/concepts/themes/sante.ttl"),
     ("application/rdf+xml, text/html;q=0.5", "/concepts/themes/sante.rdf"),
     ("application/ld+json", "/concepts/themes/sante.jsonld")],
)  # fmt: skip
def test_an_address_leads_to_what_the_request_prefers(client, themes, accept, place):
    response = client.get("/concepts/themes/sante", headers={"Accept": accept})
    assert (response.status_code, response["Location"]) == (303, place)
    assert "Accept" in response["Vary"]
    assert client.get(place).status_code == 200


def test_vocabularies_have_addresses_too(client, themes):
    assert client.get("/concepts/themes")["Location"] == "/themes/#themes"
    assert client.get("/concepts")["Location"] == "/themes/"
    turtle = {"Accept": "text/turtle"}
    assert client.get("/concepts", headers=turtle)["Location"] == "/concepts.ttl"


@pytest.mark.parametrize(
    "address",
    ["/concepts/rien", "/concepts/themes/rien", "/concepts/rien.ttl", "/concepts/themes/rien.rdf",
     "/concepts.xml", "/concepts/themes/a/b", "/concepts/%00", "/concepts/publics/sante.ttl",
     "/concepts/" + "x" * 500],
)  # fmt: skip
def test_what_there_is_not_is_not_found(client, themes, address):
    assert client.get(address, headers={"Accept": "text/turtle"}, follow=True).status_code == 404


def test_who_has_it_is_told_so_until_a_label_changes(client, themes):
    address = "/concepts.ttl"
    tag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert len(asked) <= 2
    label = themes.labels.first()
    label.label = "Santé publique"
    label.save()
    response = client.get(address, headers={"If-None-Match": tag})
    assert "Santé publique" in response.content.decode()
    assert client.post(address).status_code == 405


def test_queries_do_not_grow(client, themes):
    with CaptureQueriesContext(connection) as few:
        client.get("/concepts.rdf")
    for number in range(20):
        ConceptFactory(slug=f"c{number}", broader=themes)
    with CaptureQueriesContext(connection) as more:
        client.get("/concepts.rdf")
    assert len(few) == len(more)

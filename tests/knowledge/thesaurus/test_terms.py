"""Labels compared, expanded, and concepts as terms and trees."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from knowledge.thesaurus.labels import expansions, normalise
from knowledge.thesaurus.models import Concept, ConceptLabel
from knowledge.thesaurus.relations import relate
from knowledge.thesaurus.terms import ancestor_ids, terms_many
from knowledge.thesaurus.tree import facets, tree
from tests.factories import ConceptFactory, ConceptSchemeFactory


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Accès aux soins", "acces  AUX\u00a0soins "),
        ("l’accès", "L'ACCÈS"),
        ("Œuvre", "oeuvre"),
        ("porte‑à‑porte", "Porte-à-porte"),
        ("e\u0301te\u0301", "Été"),
        ("ﬁnance", "FINANCE"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_labels_that_differ_by_case_accent_or_space_are_one(one, other):
    assert normalise(one) == normalise(other)


def test_an_acronym_with_dots_is_another_label():
    assert normalise("C.L.S.") != normalise("CLS")


@pytest.mark.django_db
def test_the_database_refuses_what_the_form_would():
    concept = ConceptFactory(label="Santé mentale")
    other = ConceptFactory(label="Psychisme")
    for row in (
        ConceptLabel(concept=other, kind="hidden", label="SANTE MENTALE"),
        ConceptLabel(concept=concept, kind="preferred", label="Autre nom"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
            connection.check_constraints()
    elsewhere = ConceptSchemeFactory(slug="publics")
    ConceptFactory(label="Santé mentale", scheme=elsewhere)
    connection.check_constraints()


@pytest.mark.django_db
def test_a_label_expands_to_all_other_names_of_its_concept():
    ConceptFactory(
        slug="cls", label="Contrat local de santé", alternatives=["CLS"], hidden=["C.L.S."],
        english="Local health contract",
    )  # fmt: skip
    found = expansions("fr")
    assert found["cls"][0].labels == ("Contrat local de santé", "C.L.S.")
    assert found["contrat local de sante"][0].labels == ("CLS", "C.L.S.")
    assert "local health contract" not in found
    assert expansions("en")["local health contract"][0].labels == ()
    with CaptureQueriesContext(connection) as queries:
        assert expansions("fr") is expansions("fr")
    assert len(queries) == 2
    label = ConceptLabel.objects.get(label="CLS")
    label.label = "CoLoSa"
    label.save()
    assert "colosa" in expansions("fr")
    label.delete()
    assert "colosa" not in expansions("fr")


@pytest.mark.django_db
def test_terms_carry_every_label_and_what_is_broader_in_two_queries():
    top = ConceptFactory(slug="sante", label="Santé")
    middle = ConceptFactory(slug="prevention", label="Prévention", broader=top)
    low = ConceptFactory(
        slug="vaccination", label="Vaccination", broader=middle, alternatives=["vaccins"],
        english="Vaccination",
    )  # fmt: skip
    many = [ConceptFactory(label=f"Sujet {n}", broader=middle).pk for n in range(20)]
    for wanted in ([low.pk], [low.pk, *many]):
        with CaptureQueriesContext(connection) as queries:
            terms = terms_many(wanted)
        assert len(queries) == 2
    term = terms[low.pk]
    assert term.ancestors == ("prevention", "sante")
    assert term.labels == {"fr": "Vaccination", "en": "Vaccination"}
    assert term.alternatives == {"fr": ("vaccins",)}
    assert ancestor_ids([low.pk]) == {low.pk: [middle.pk, top.pk]}
    assert terms_many([]) == {}


@pytest.mark.django_db
def test_a_cycle_written_behind_the_forms_ends():
    one, two = ConceptFactory(label="Un"), ConceptFactory(label="Deux")
    Concept.objects.filter(pk=one.pk).update(broader=two)
    Concept.objects.filter(pk=two.pk).update(broader=one)
    below = ConceptFactory(label="Trois", broader=two)
    assert terms_many([one.pk])
    found = tree(one.scheme, "fr")
    listed = [branch.pk for top in found for branch in top.walk()]
    assert sorted(listed) == sorted([one.pk, two.pk, below.pk])


@pytest.mark.django_db
def test_a_tree_is_read_in_three_queries_in_alphabetical_order():
    top = ConceptFactory(slug="sante", label="Santé")
    for label in ("Éducation", "Zones", "Accès"):
        ConceptFactory(label=label, broader=top, alternatives=[f"{label} bis"])
    with CaptureQueriesContext(connection) as queries:
        found = tree(top.scheme, "fr")
    assert len(queries) == 3
    names = [(branch.depth, branch.label) for branch in found[0].walk()]
    assert names == [(0, "Santé"), (1, "Accès"), (1, "Éducation"), (1, "Zones")]
    assert found[0].narrower[0].broader == "sante"
    assert found[0].narrower[0].alternatives == ["Accès bis"]


@pytest.mark.django_db
def test_facets_are_the_vocabularies_shown_as_filters():
    themes = ConceptSchemeFactory(slug="themes", sort_order=1)
    ConceptSchemeFactory(slug="cachee", is_facet=False)
    ConceptSchemeFactory(slug="projets", applies_to=["project"], sort_order=2)
    assert [scheme.slug for scheme in facets()] == ["themes", "projets"]
    assert facets("guide") == [themes]


@pytest.mark.django_db
def test_related_terms_follow_on_both_sides():
    one, two, three = (ConceptFactory(label=label) for label in ("Un", "Deux", "Trois"))
    relate(one, [two, three])
    assert {row.other for row in two.relations.all()} == {one}
    relate(one, [three])
    assert not Concept.objects.get(pk=two.pk).relations.exists()

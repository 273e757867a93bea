"""The thesaurus as a documentalist works with it."""

import json

import pytest
from django.urls import reverse

from knowledge.base.models import PageDescriptor
from knowledge.guides.models import GuidePage
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme
from tests.factories import ConceptFactory, ConceptSchemeFactory, GuidePageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def concept_form(scheme, labels, **fields):
    """What the browser posts; labels are (label, kind, language)."""
    data = {
        "scheme": scheme.pk, "slug": "", "broader": "", "scope_note": "", "exact_match": "",
        "replaced_by": "", "labels-TOTAL_FORMS": len(labels), "labels-INITIAL_FORMS": 0,
        "labels-MIN_NUM_FORMS": 1, "labels-MAX_NUM_FORMS": 1000, "relations-TOTAL_FORMS": 0,
        "relations-INITIAL_FORMS": 0, "relations-MIN_NUM_FORMS": 0, "relations-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for n, (label, kind, language) in enumerate(labels):
        data |= {
            f"labels-{n}-label": label, f"labels-{n}-kind": kind,
            f"labels-{n}-language": language, f"labels-{n}-ORDER": n + 1,
        }  # fmt: skip
    return data | fields


def errors_of(response) -> str:
    form = response.context["form"]
    inner = [(formset.errors, formset.non_form_errors()) for formset in form.formsets.values()]
    return f"{form.errors} {inner}"


def test_a_descriptor_is_made_with_its_names(admin):
    scheme = ConceptSchemeFactory(slug="themes")
    labels = [
        ("Contrat local de santé", "preferred", "fr"), ("CLS", "alternative", "fr"),
        ("C.L.S.", "hidden", "fr"), ("Local health contract", "preferred", "en"),
    ]  # fmt: skip
    response = admin.post(reverse("thesaurus_concepts:add"), concept_form(scheme, labels))
    assert response.status_code == 302, errors_of(response)
    concept = Concept.objects.get(slug="contrat-local-de-sante")
    assert concept.labels.count() == 4
    assert concept.label("en") == "Local health contract"


@pytest.mark.parametrize("typed", ["santé mentale", "SANTE  MENTALE", "Sante\u00a0mentale"])
def test_a_duplicate_by_case_accent_or_space_is_refused_at_the_label(admin, typed):
    first = ConceptFactory(label="Santé mentale")
    labels = [("Psychisme", "preferred", "fr"), (typed, "alternative", "fr")]
    response = admin.post(reverse("thesaurus_concepts:add"), concept_form(first.scheme, labels))
    assert response.status_code == 200
    errors = response.context["form"].formsets["labels"].forms[1].errors
    assert "Santé mentale" in errors["label"][0]
    assert Concept.objects.count() == 1


def test_one_preferred_label_in_each_language(admin):
    scheme = ConceptSchemeFactory(slug="themes")
    labels = [("Un", "preferred", "fr"), ("Deux", "preferred", "fr"), ("Two", "alternative", "en")]
    response = admin.post(reverse("thesaurus_concepts:add"), concept_form(scheme, labels))
    forms = response.context["form"].formsets["labels"].forms
    assert [sorted(form.errors) for form in forms] == [[], ["kind"], ["kind"]]


def test_saved_empty_the_form_says_what_is_missing(admin):
    scheme = ConceptSchemeFactory(slug="themes")
    response = admin.post(reverse("thesaurus_concepts:add"), concept_form(scheme, []))
    assert response.status_code == 200
    response = admin.post(
        reverse("thesaurus_concepts:add"), concept_form(scheme, [("", "preferred", "fr")])
    )
    assert response.status_code == 200


def edit_form(concept, **fields):
    labels = list(concept.labels.order_by("sort_order"))
    data = concept_form(concept.scheme, [(x.label, x.kind, x.language) for x in labels])
    data |= {f"labels-{n}-id": x.pk for n, x in enumerate(labels)}
    return data | {"labels-INITIAL_FORMS": len(labels)} | fields


def test_two_names_swap_in_one_form(admin):
    concept = ConceptFactory(label="CLS", alternatives=["Contrat local de santé"])
    data = edit_form(concept)
    data |= {"labels-0-label": "Contrat local de santé", "labels-1-label": "CLS"}
    address = reverse("thesaurus_concepts:edit", args=[concept.pk])
    assert admin.get(address).status_code == 200
    swapped = admin.post(address, data)
    assert swapped.status_code == 302, errors_of(swapped)
    assert Concept.objects.get().label("fr") == "Contrat local de santé"
    kinds = edit_form(concept)
    kinds |= {"labels-0-kind": "alternative", "labels-1-kind": "preferred"}
    assert admin.post(address, kinds).status_code == 302
    assert Concept.objects.get().label("fr") == "CLS"


def test_two_people_who_give_the_same_name_at_once(admin_client, transactional_db, monkeypatch):
    first = ConceptFactory(label="Santé mentale")
    monkeypatch.setattr("knowledge.thesaurus.forms.ConceptForm._check_labels", lambda *args: None)
    labels = [("SANTE MENTALE", "preferred", "fr")]
    response = admin_client.post(
        reverse("thesaurus_concepts:add"), concept_form(first.scheme, labels, slug="autre")
    )
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Concept.objects.count() == 1


def test_the_form_shows_the_narrower_terms(admin):
    top = ConceptFactory(label="Santé")
    low = ConceptFactory(label="Prévention", broader=top)
    html = admin.get(reverse("thesaurus_concepts:edit", args=[top.pk])).content.decode()
    assert reverse("thesaurus_concepts:edit", args=[low.pk]) in html


def test_a_descriptor_never_stands_under_itself(admin):
    top = ConceptFactory(label="Santé")
    low = ConceptFactory(label="Prévention", broader=top)
    response = admin.post(
        reverse("thesaurus_concepts:edit", args=[top.pk]), edit_form(top, broader=low.pk)
    )
    assert "broader" in response.context["form"].errors


def test_related_terms_go_both_ways_and_never_up_or_down(admin):
    top = ConceptFactory(label="Santé")
    low = ConceptFactory(label="Prévention", broader=top)
    other = ConceptFactory(label="Éducation")
    address = reverse("thesaurus_concepts:edit", args=[low.pk])
    row = {"relations-TOTAL_FORMS": 1, "relations-0-ORDER": 1, "broader": top.pk}
    response = admin.post(address, edit_form(low, **row, **{"relations-0-other": top.pk}))
    assert "other" in response.context["form"].formsets["relations"].forms[0].errors
    response = admin.post(address, edit_form(low, **row, **{"relations-0-other": other.pk}))
    assert response.status_code == 302
    assert list(other.relations.values_list("other", flat=True)) == [low.pk]


def test_the_list_is_a_tree_and_is_searched_by_any_name(admin, django_assert_max_num_queries):
    top = ConceptFactory(label="Santé")
    for number in range(12):
        ConceptFactory(label=f"Thème {number}", broader=top, alternatives=[f"T{number}"])
    ConceptFactory(label="Accès aux soins", alternatives=["PASS"])
    address = reverse("thesaurus_concepts:index")
    with django_assert_max_num_queries(30):
        page = admin.get(address)
    rows = [row.label("fr") for row in page.context["object_list"]]
    assert rows[:4] == ["Accès aux soins", "Santé", "Thème 0", "Thème 1"]
    for query, expected in [("pass", 1), ("L'ACCES", 1), ("l’accès", 1), ("t11", 1), ("'", 14)]:
        found = admin.get(address, {"q": query})
        assert found.status_code == 200
        assert len(found.context["object_list"]) == expected, query
    other = ConceptSchemeFactory(slug="publics")
    assert len(admin.get(address, {"scheme": other.pk}).context["object_list"]) == 0
    assert admin.get(address, {"scheme": "x", "q": "its"}).status_code == 200


def shown_by(response) -> str:
    """The HTML of a chooser, which its first answer wraps in JSON."""
    text = response.content.decode()
    return json.loads(text)["html"] if text.startswith("{") else text


@pytest.mark.parametrize("name", ["choose", "choose_results"])
def test_the_chooser_finds_by_any_name(admin, name):
    top = ConceptFactory(label="Démarches locales")
    ConceptFactory(label="Contrat local de santé", alternatives=["CLS"], broader=top)
    ConceptFactory(label="Accès aux soins")
    address = reverse(f"concept_chooser:{name}")
    for query in ["cls", "CONTRAT sante", "contrat"]:
        shown = shown_by(admin.get(address, {"q": query}))
        assert "Contrat local de santé (Démarches locales)" in shown
        assert "Accès aux soins" not in shown
    for query in ["its", "l'accès", "l’accès", "'", "%", "_", "a::b", "\x00", ""]:
        assert admin.get(address, {"q": query}).status_code == 200
    for other in [{"scheme": "x"}, {"applies_to": "guide", "multiple": "1"}, {"p": "1"}]:
        assert admin.get(address, other).status_code == 200
    assert "Accès aux soins" in shown_by(admin.get(address, {"q": "l'acces"}))


def test_a_descriptor_in_use_is_not_deleted_and_its_uses_are_named(admin):
    concept = ConceptFactory(label="Santé")
    GuidePageFactory(title="Évaluer une action", concepts=[concept])
    address = reverse("thesaurus_concepts:delete", args=[concept.pk])
    assert "Évaluer une action" in admin.get(address).content.decode()
    assert admin.post(address).status_code in (302, 403)
    assert Concept.objects.filter(pk=concept.pk).exists()
    free = ConceptFactory(label="Libre")
    assert admin.post(reverse("thesaurus_concepts:delete", args=[free.pk])).status_code == 302
    assert not Concept.objects.filter(pk=free.pk).exists()
    assert not ConceptLabel.objects.filter(label="Libre").exists()


def test_a_descriptor_that_only_a_draft_carries_is_in_use(admin):
    concept = ConceptFactory(label="Santé")
    draft = GuidePage.objects.get(pk=GuidePageFactory(title="Brouillon de guide").pk)
    draft.descriptors.add(PageDescriptor(concept=concept, sort_order=0))
    draft.save_revision()
    address = reverse("thesaurus_concepts:delete", args=[concept.pk])
    assert "Brouillon de guide" in admin.get(address).content.decode()
    admin.post(address)
    assert Concept.objects.filter(pk=concept.pk).exists()


def test_a_vocabulary_says_to_which_types_it_applies(admin):
    data = {
        "title": "Publics", "slug": "publics", "description": "", "applies_to": ["guide"],
        "multiple": "on", "sort_order": 2,
    }  # fmt: skip
    response = admin.post(reverse("thesaurus_schemes:add"), data)
    assert response.status_code == 302, errors_of(response)
    scheme = ConceptScheme.objects.get(slug="publics")
    assert scheme.applies_to == ["guide"]
    assert admin.get(reverse("thesaurus_schemes:index")).status_code == 200
    assert admin.get(reverse("thesaurus_schemes:edit", args=[scheme.pk])).status_code == 200
    assert admin.get(reverse("thesaurus_schemes:delete", args=[scheme.pk])).status_code == 200


def test_a_circle_of_broader_terms_is_listed_where_an_editor_can_mend_it(admin):
    top, one = ConceptFactory(label="Santé"), ConceptFactory(label="Un")
    two = ConceptFactory(label="Deux", broader=one)
    ConceptFactory(label="Trois", broader=two)
    Concept.objects.filter(pk=one.pk).update(broader=two)
    response = admin.get(reverse("thesaurus_concepts:index"))
    assert response.status_code == 200
    listed = [concept.label("fr") for concept in response.context["object_list"]]
    assert listed[0] == top.label("fr")
    assert sorted(listed) == ["Deux", "Santé", "Trois", "Un"]


def test_a_label_whose_signs_stand_for_sentences_is_refused(admin):
    labels = [("\ufdfa" * 200, "preferred", "fr")]
    data = concept_form(ConceptSchemeFactory(), labels)
    response = admin.post(reverse("thesaurus_concepts:add"), data)
    assert response.status_code == 200
    assert "trop long" in response.content.decode()
    assert not Concept.objects.exists()

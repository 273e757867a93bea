"""Adding a page: a section offers what it holds, a list the section where its pages stand."""

import re

import pytest
from django.apps import apps
from django.urls import reverse

from tests import admin as act
from tests.call_factories import CallPageFactory
from tests.factories import GuidePageFactory, SectionPageFactory
from tests.plan_factories import ActionPageFactory

pytestmark = pytest.mark.django_db


def offered(html: str) -> list[str]:
    """The types that a screen offers, by their model."""
    return re.findall(r"/pages/add/\w+/(\w+)/\d+/", html)


def test_a_section_offers_first_what_it_holds_and_the_rest_one_step_further(admin_client):
    shelf = GuidePageFactory(live=False).get_parent()
    html = admin_client.get(reverse("wagtailadmin_pages:add_subpage", args=[shelf.pk]))
    first, further = html.content.decode().split("<details>")
    assert offered(first) == ["guidepage"]
    assert "guidepage" not in offered(further)
    assert {"callpage", "sectionpage"} <= set(offered(further))


def test_an_empty_section_offers_everything_that_may_stand_there(admin_client):
    shelf = SectionPageFactory()
    html = admin_client.get(reverse("wagtailadmin_pages:add_subpage", args=[shelf.pk]))
    names = offered(html.content.decode())
    assert "<details>" not in html.content.decode()
    allowed = {model._meta.model_name for model in type(shelf).creatable_subpage_models()}
    assert set(names) == allowed


@pytest.mark.parametrize("name", ["publicationpage", "callpage"])
def test_a_type_that_is_chosen_further_can_be_added(admin_client, name):
    shelf = GuidePageFactory().get_parent()
    model = next(model for model in apps.get_models() if model._meta.model_name == name)
    address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, name, shelf.pk])
    assert address in admin_client.get(
        reverse("wagtailadmin_pages:add_subpage", args=[shelf.pk])
    ).content.decode()  # fmt: skip
    assert admin_client.get(address).status_code == 200


def test_a_list_proposes_the_section_where_its_pages_stand(admin_client):
    GuidePageFactory()
    call = CallPageFactory(parent=SectionPageFactory(title="Concours"))
    for _one in range(2):
        call = CallPageFactory()
    form = admin_client.get(reverse("calls_for_projects:choose_parent")).context["form"]
    assert form["parent_page"].value() == call.get_parent().pk


def test_nothing_is_proposed_where_nothing_stands_yet_nor_one_plan_among_others(admin_client):
    SectionPageFactory()
    SectionPageFactory()
    response = admin_client.get(reverse("calls_for_projects:choose_parent"))
    assert response.context["form"]["parent_page"].value() is None
    ActionPageFactory()
    plan = ActionPageFactory().get_parent()
    plan.copy(update_attrs={"slug": "un-autre", "title": "Un autre"})
    response = admin_client.get(reverse("actions:choose_parent"))
    assert response.context["form"]["parent_page"].value() is None


def test_a_plan_leads_straight_to_the_form_of_its_action(admin_client):
    plan = ActionPageFactory().get_parent()
    response = admin_client.get(reverse("wagtailadmin_pages:add_subpage", args=[plan.pk]))
    assert response.status_code == 302
    assert offered(response["Location"]) == ["actionpage"]
    form = admin_client.get(response["Location"]).context["form"]
    assert form.instance.plan.pk == plan.pk


def test_a_title_that_exists_gets_an_address_with_a_number_and_is_saved(admin_client):
    first = GuidePageFactory(title="Évaluer à deux", slug="evaluer-a-deux")
    shelf = first.get_parent()
    address = reverse("wagtailadmin_pages:add", args=["knowledge_guides", "guidepage", shelf.pk])
    data = act.form(admin_client, address)
    answer = act.post(
        admin_client, address, {**data, "title": "Évaluer à deux", "slug": "evaluer-a-deux"}
    )
    assert answer.status_code == 302
    assert set(shelf.get_children().values_list("slug", flat=True)) == {
        "evaluer-a-deux", "evaluer-a-deux-2",
    }  # fmt: skip
    with pytest.raises(AssertionError, match="déjà pris"):
        act.post(admin_client, address, {**data, "title": "Autre", "slug": "evaluer-a-deux"})


def test_the_explorer_of_a_section_lists_what_stands_in_it(admin_client):
    guide = GuidePageFactory(title="Dormir mieux")
    html = admin_client.get(reverse("wagtailadmin_explore", args=[guide.get_parent().pk]))
    assert f'data-object-id="{guide.pk}"' in html.content.decode()

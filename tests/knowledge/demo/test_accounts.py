"""The demo's accounts may do what their roles say, and the demo knows itself again."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Site, Workflow
from wagtail.permissions import policy_registry

from cms.core.models import CustomDocument, CustomImage
from knowledge.agenda.models import EventSeries
from knowledge.base import models as base
from knowledge.demo import accounts, loader
from knowledge.guides.models import GuidePage
from knowledge.thesaurus.models import Concept
from tests.admin import page_action
from tests.factories import (
    ConceptSchemeFactory,
    GuidePageFactory,
    HomePageFactory,
    SectionPageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    accounts.create(HomePageFactory())
    accounts.create(HomePageFactory())
    return get_user_model().objects.in_bulk(accounts.ACCOUNTS, field_name="username")


def test_both_publish_and_only_documentalists_keep_the_thesaurus(client, people):
    guide = GuidePageFactory()
    for name, thesaurus in (("documentaliste", 200), ("editeur", 302)):
        rights = guide.permissions_for_user(people[name])
        assert rights.can_edit()
        assert rights.can_publish()
        for model in (CustomImage, CustomDocument):
            policy = policy_registry.get_by_type(model)
            assert policy.user_has_any_permission(people[name], ["add"])
        client.force_login(people[name])
        assert client.get(reverse("thesaurus_concepts:index")).status_code == thesaurus
        assert people[name].has_perm(f"{Concept._meta.app_label}.add_concept") == (thesaurus == 200)
    assert client.get(reverse("wagtaildocs:index")).status_code == 200


def test_whoever_writes_pages_keeps_what_several_of_them_show(client, people):
    for name in ("documentaliste", "editeur"):
        client.force_login(people[name])
        for model in (base.KeyFigure, base.Testimonial, base.FundingStatement, EventSeries):
            address = reverse(model.snippet_viewset.get_url_name("add"))
            assert client.get(address).status_code == 200, (name, model)


def test_editors_unlock_and_approve_what_is_submitted(client, people):
    guide = GuidePageFactory(live=False)
    guide.locked, guide.locked_by = True, people["admin"]
    guide.save()
    assert guide.permissions_for_user(people["editeur"]).can_unlock()
    assert not guide.permissions_for_user(people["documentaliste"]).can_unlock()
    guide.locked = False
    guide.save()

    guide.save_revision(user=people["documentaliste"])
    workflow = Workflow.objects.get(name="Relecture")
    state = workflow.start(guide, people["documentaliste"]).current_task_state
    assert not state.task.specific.get_actions(guide, people["documentaliste"])
    client.force_login(people["editeur"])
    page_action(client, "workflow_action", guide, "approve", state.pk)
    assert GuidePage.objects.get(pk=guide.pk).live


def test_the_demo_is_known_again_whatever_its_sections_are_called():
    home = HomePageFactory()
    SectionPageFactory(slug="guides")
    assert loader.existing_home() is None
    ConceptSchemeFactory(slug="themes")
    home.get_children().update(slug="ressources")
    assert loader.existing_home() == home


@pytest.mark.parametrize(
    ("address", "kept", "named"),
    [
        ("http://localhost:8031", ("localhost", 80), ("localhost", 8031)),
        ("https://centre.example.org", ("localhost", 80), ("localhost", 80)),
        ("http://localhost", ("localhost", 8000), ("localhost", 80)),
        ("http://localhost:8031", ("centre.example.org", 443), ("centre.example.org", 443)),
    ],
)
def test_the_demo_site_has_the_port_of_the_demo(settings, address, kept, named):
    HomePageFactory()
    Site.objects.update(hostname=kept[0], port=kept[1])
    settings.BASE_URL = address
    loader.name_site()
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == named

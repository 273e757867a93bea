"""What waits for a documentalist when she opens the admin."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue import dead_links
from cms.core.documents import CustomDocument, TextState
from cms.core.images import Consent, CustomImage

from .pages import KnowledgePage

SHOWN = 8  # of each kind


class Desk(Component):
    """Guides to look at again, drafts not published, dead links, files without text, pictures
    without consent: only what this person may edit. A constant number of queries for each page
    type."""

    name = "desk"
    template_name = "knowledge_base/desk.html"
    order = 150

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
        unpublished = Page.objects.filter(pk__in=mine, has_unpublished_changes=True)
        context: dict[str, Any] = {
            "to_review": self._to_review(mine),
            "drafts": list(unpublished.order_by("-latest_revision_created_at")[:SHOWN]),
            "dead_links": 0,
            "files": [],
            "images": [],
        }
        if _edits(user, Page):
            context["dead_links"] = dead_links.dead().count()
        if _edits(user, CustomDocument):
            states = (TextState.EMPTY, TextState.UNREADABLE)
            files = CustomDocument.objects.filter(text_state__in=states)
            context["files"] = list(files.order_by("-created_at")[:SHOWN])
        if _edits(user, CustomImage):
            doubtful = CustomImage.objects.filter(consent=Consent.UNKNOWN)
            context["images"] = list(doubtful.order_by("-created_at")[:SHOWN])
        context["empty"] = not any(context.values())
        return context

    @staticmethod
    def _to_review(mine: Any) -> list[KnowledgePage]:
        found: list[KnowledgePage] = []
        for model in apps.get_models():
            if issubclass(model, KnowledgePage):
                due = model.objects.filter(
                    pk__in=mine, live=True, review_date__lte=timezone.localdate()
                )
                found += due.order_by("review_date")[:SHOWN]
        return sorted(found, key=lambda page: str(page.review_date))[:SHOWN]


def _edits(user: Any, model: Any) -> bool:
    policy = policy_registry.get_by_type(model)
    return policy.user_has_any_permission(user, ["add", "change"])

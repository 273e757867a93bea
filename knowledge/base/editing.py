"""The edit form of knowledge pages: Wagtail's, without asking twice what was just read."""

from typing import Any

from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry

from .pages import KnowledgePage


class KnowledgeEditView(EditView):
    """Opened with a draft, Wagtail reads the page as it is published, then the draft, and knows
    of the one nothing that it has read for the other."""

    def get_object(self) -> Any:
        page = super().get_object()
        if self.request.method == "GET" and not self.is_reverting:
            page.scheduled_revision = self.scheduled_revision
            page._current_workflow_states = self.real_page_record._current_workflow_states
            if self.latest_revision and page.has_unpublished_changes:
                self.real_page_record.specific = self.latest_revision.content_object
        return page


class KnowledgeViewSet(PageViewSet):
    """For every knowledge page; other views read the page itself, as Wagtail's own do."""

    edit_view_class = KnowledgeEditView

    def on_register(self) -> None:
        page_viewset_registry.register(KnowledgePage, self)

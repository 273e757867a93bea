"""What the edit form says of a page's files: a PDF without text cannot be searched."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from cms.core import body
from cms.core.documents import CustomDocument, TextState


class FilesWithoutTextPanel(Panel):
    """A warning that names the files in which nothing can be found; nothing without them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("heading", _("Files without text"))
        super().__init__(**options)

    class BoundPanel(Panel.BoundPanel):
        template_name = "knowledge_base/panels/files_without_text.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.files)

        @property
        def files(self) -> list[CustomDocument]:
            if not hasattr(self, "_files"):
                self._files = files_without_text(self.instance)
            return self._files

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "files": self.files}


def files_without_text(page: Any) -> list[CustomDocument]:
    """The files that a page, as edited, offers or shows in its chapters and that have no text."""
    wanted = {row.document_id for row in page.downloads.all()}
    for chapter in page.chapters.all() if hasattr(page, "chapters") else ():
        found = body.references(chapter.body.stream_block, chapter.body.raw_data)
        wanted |= {number for kind, number in found if kind == "document"}
    silent = (TextState.EMPTY, TextState.UNREADABLE)
    return list(CustomDocument.objects.filter(pk__in=wanted, text_state__in=silent))

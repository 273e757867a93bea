"""The admin's list of documents, with what a search can find in each."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.documents.views.documents import IndexView

from .documents import CustomDocument, TextState

SILENT = {TextState.EMPTY, TextState.UNREADABLE}


class TextColumn(StatusTagColumn):
    """Stands out where nothing can be found in a file that should have text."""

    def get_primary(self, instance: CustomDocument) -> bool:
        return instance.text_state in SILENT

    def get_value(self, instance: CustomDocument) -> Any:
        return instance.get_text_state_display()


class DocumentIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Any]:
        columns = list(super().columns)
        columns.insert(3, TextColumn("text_state", label=_("Text")))
        return columns

"""Panels of the edit form: descriptors that fit the type, files in which nothing is found."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import MultipleChooserPanel, Panel
from wagtail.admin.telepath import JSContext
from wagtail.admin.telepath import register as register_telepath_adapter

from cms.core import body
from cms.core.documents import CustomDocument, TextState


class DescriptorsPanel(MultipleChooserPanel):
    """Chooses several descriptors at once, among the vocabularies that apply to the page's type."""

    @register_telepath_adapter
    class BoundPanel(MultipleChooserPanel.BoundPanel):
        telepath_adapter_name = "wagtail.panels.MultipleChooserPanel"

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            kind = getattr(self.instance, "record_type", None)
            if self.form is None or kind is None:
                return
            name = self.panel.chooser_field_name
            widgets = [form.fields[name].widget for form in self.formset.forms]
            for widget in [self.chooser_widget, *widgets]:
                widget.applies_to = kind.name
            self.js_context = JSContext()
            self.chooser_widget_telepath_definition = self.js_context.pack(self.chooser_widget)


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

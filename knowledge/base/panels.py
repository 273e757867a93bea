"""Panels of the edit form: what a page still lacks, titles that exist already, descriptors that
fit the type, files in which nothing is found."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import MultipleChooserPanel, Panel
from wagtail.admin.telepath import JSContext
from wagtail.admin.telepath import register as register_telepath_adapter

from cms.core import body
from cms.core.documents import CustomDocument, TextState

# Widgets that are one control, which can take the focus itself.
_CONTROLS = (forms.widgets.Input, forms.Textarea, forms.Select, forms.CheckboxInput)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a page lacks: `field` is where it is given in the form, or `url` where it is given
    elsewhere; `code` is its name in a standard."""

    label: Any
    field: str
    required: bool = False
    url: str = ""
    code: str = ""
    target: str = ""


class GapsPanel(Panel):
    """How much of a list of things is there, each gap a link that opens the tab of its field and
    moves the focus to it. A subclass says `gaps` and `total`; `counted` is what is counted, in a
    word."""

    counted: Any = ""

    class BoundPanel(Panel.BoundPanel):
        template_name = "knowledge_base/panels/gaps.html"
        total = 0

        def gaps(self) -> list[Gap]:
            """What is missing; nothing, unless a subclass says so."""
            return []

        @property
        def came_back(self) -> bool:
            """Whether this is a form that was sent and refused."""
            return self.form.is_bound and hasattr(self.form, "edited")

        @property
        def edited(self) -> Any:
            """What is counted: the page as it stands in a form that came back, else as saved."""
            return self.form.edited if self.came_back else self.instance

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            found = [replace(gap, target=self._target(gap.field)) for gap in self.gaps()]
            return {
                **super().get_context_data(parent_context),
                "gaps": found,
                "counted": self.panel.counted,
                "done": self.total - len(found),
                "total": self.total,
                "came_back": self.came_back,
                "is_saved": bool(self.instance.pk),
            }

        def _target(self, name: str) -> str:
            """A selector for what takes the focus: the control of a field, the button that adds
            the first row or block, else the field's frame."""
            if name in getattr(self.form, "formsets", {}):
                return f"#id_{name}-ADD, #id_{name}-OPEN_MODAL"
            if name in self.form.fields:
                bound = self.form[name]
                if isinstance(bound.field.widget, _CONTROLS) and not bound.is_hidden:
                    return f"#{bound.id_for_label}"
                inner = "[contenteditable]" if _is_rich(bound.field.widget) else "button"
                return f'[data-contentpath="{name}"] {inner}'
            return ""


def _is_rich(widget: forms.Widget) -> bool:
    from wagtail.admin.rich_text import DraftailRichTextArea  # it needs models to be loaded

    return isinstance(widget, DraftailRichTextArea)


class CompletenessPanel(GapsPanel):
    """“Complet : 5 sur 8”, from the `checklist` of the page."""

    counted = _("Complete")

    def __init__(self, **options: Any) -> None:
        options.setdefault("heading", _("Completeness"))
        super().__init__(**options)

    class BoundPanel(GapsPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.checklist)

        @property
        def total(self) -> int:  # type: ignore[override]
            return len(self.instance.checklist)

        def gaps(self) -> list[Gap]:
            wrong = self.form.is_wrong if self.came_back else lambda _check: False
            return [
                Gap(check.label, check.field, check.required)
                for check in self.instance.checklist
                if wrong(check) or not check.done(self.edited)
            ]


class SimilarTitlesPanel(Panel):
    """Names, under the title while it is typed, the pages of the same type that are called nearly
    the same. Never in the way of saving."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "knowledge_base/panels/similar_titles.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.record_type is not None

        @property
        def media(self) -> forms.Media:
            script: Any = Script("knowledge_base/similar.js", type="module")
            return forms.Media(js=[script])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            page = self.instance
            return {
                **super().get_context_data(parent_context),
                "address": reverse("knowledge_base_similar"),
                "kind": page.record_type.name,
                "language": page.locale.language_code if page.locale_id else "",
                "number": page.pk or "",
            }


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

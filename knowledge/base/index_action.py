"""“Index” in the explorer and in the search of pages: a form for all the pages selected."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.blocks import BlockField, StreamBlock
from wagtail.models import Page

from knowledge.territories.choosers import territory_chooser
from knowledge.thesaurus.choosers import concept_chooser

from .indexing import Choice, Report, apply, left_out

MOST = 500  # pages in one request
NAMED = 10  # titles said of each reason; the rest is counted

ConceptBlock = concept_chooser.get_block_class(name="ConceptBlock", module_path=__name__)
TerritoryBlock = territory_chooser.get_block_class(name="TerritoryBlock", module_path=__name__)


def _several(block: type, one_label: Any, **options: Any) -> BlockField:
    """Several objects, with a first chooser that waits. A stream, not a list: Wagtail's script
    fails on a list that stands in no other block."""
    one = block(required=False, label=one_label)
    stream = StreamBlock([("one", one)], required=False)
    waiting = stream.to_python([{"type": "one", "value": None}])
    return BlockField(block=stream, required=False, initial=waiting, **options)


class IndexForm(forms.Form):
    """Descriptors to give and to take away, territories to give."""

    add = _several(ConceptBlock, _("Descriptor to add"), label=_("Descriptors to add"))
    remove = _several(ConceptBlock, _("Descriptor to remove"), label=_("Descriptors to remove"))
    territories = _several(TerritoryBlock, _("Territory to add"), label=_("Territories to add"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.fields:
            chosen = (child.value for child in cleaned.get(name) or ())
            cleaned[name] = list(dict.fromkeys(filter(None, chosen)))
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Choose a descriptor or a territory."))
        self._check_added(cleaned)
        return cleaned

    def _check_added(self, cleaned: dict[str, Any]) -> None:
        single: dict[int, Any] = {}
        for concept in cleaned["add"]:
            name = {"concept": concept.label()}
            if concept in cleaned["remove"]:
                text = gettext("“%(concept)s” is both to add and to remove.")
                self.add_error("add", text % name)
            if concept.replaced_by_id:
                text = gettext("“%(concept)s” is no longer used: choose “%(other)s”.")
                self.add_error("add", text % (name | {"other": concept.replaced_by.label()}))
            if not concept.scheme.multiple and single.setdefault(concept.scheme_id, concept) != (
                concept
            ):
                text = gettext("The vocabulary “%(scheme)s” takes one descriptor only.")
                self.add_error("add", text % {"scheme": concept.scheme.title})

    def choice(self) -> Choice:
        return Choice(**self.cleaned_data)


class IndexBulkAction(PageBulkAction):
    display_name = pgettext_lazy("verb", "Index")
    action_type = "index"
    aria_label = _("Index the selected pages")
    template_name = "knowledge_base/bulk/index.html"
    action_priority = 5  # the first four are buttons, the others stand in a menu
    form_class = IndexForm

    def __init__(self, request: Any, model: Any) -> None:
        super().__init__(request, model)
        self.report = Report()

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Any) -> list[Page]:
        """The pages selected as objects of their own types; those that are gone are not there."""
        return list(Page.objects.filter(pk__in=object_ids).order_by("path").specific())

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, Any]]:
        pages, _no_access = super().get_actionable_objects()
        reasons = left_out(pages, self.request.user)
        refused = [
            {"item": page, "reason": reasons[page.pk]} for page in pages if page.pk in reasons
        ]
        kept = [page for page in pages if page.pk not in reasons]
        return kept, {"items_with_no_access": [], "left_out": refused}

    def prepare_action(self, objects: Any, objects_without_access: Any) -> HttpResponse | None:
        if len(objects) <= MOST:
            return None
        text = gettext("Select %(most)d pages at most: %(count)d are too many at once.")
        messages.error(self.request, text % {"most": MOST, "count": len(objects)})
        return redirect(self.next_url)

    def get_execution_context(self) -> dict[str, Any]:
        return {
            **super().get_execution_context(),
            "choice": self.cleaned_form.choice(),
            "report": self.report,
        }

    @classmethod
    def execute_action(
        cls, objects: Any, user: Any = None, choice: Any = None, report: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        done = apply(objects, choice, user)
        report.indexed, report.waiting, report.refused = done.indexed, done.waiting, done.refused
        return done.indexed, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        for reason, titles in self.report.refused.items():
            text = gettext("Left undone, because %(reason)s: %(titles)s.")
            messages.warning(self.request, text % {"reason": reason, "titles": _named(titles)})
        if self.report.waiting:
            text = ngettext(
                "%(count)d page keeps its change in a draft: somebody who may publish it must do"
                " so.",
                "%(count)d pages keep their changes in drafts: somebody who may publish them must"
                " do so.",
                self.report.waiting,
            )
            messages.warning(self.request, text % {"count": self.report.waiting})
        if not num_parent_objects:
            return gettext("No page needed a change.")
        text = ngettext(
            "%(count)d page has been indexed.", "%(count)d pages have been indexed.",
            num_parent_objects,
        )  # fmt: skip
        return text % {"count": num_parent_objects}


def _named(titles: list[str]) -> str:
    said = ", ".join(titles[:NAMED])
    more = len(titles) - NAMED
    if more <= 0:
        return said
    text = ngettext("%(said)s and %(more)d other", "%(said)s and %(more)d others", more)
    return text % {"said": said, "more": more}

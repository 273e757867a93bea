"""Giving descriptors and territories to many pages at once.

A page keeps its pending changes: what is public and the latest draft are indexed each for itself.
What a vocabulary forbids is left undone and reported; nothing else is lost for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import Translation

from knowledge.territories.models import Territory
from knowledge.thesaurus.models import Concept, ConceptScheme

from .pages import KnowledgePage
from .relations import PageDescriptor, PageTerritory

LOG_ACTION = "knowledge.index"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a documentalist wants for all the pages that she selected."""

    add: Sequence[Concept] = ()
    remove: Sequence[Concept] = ()
    territories: Sequence[Territory] = ()

    def said(self) -> dict[str, list[str]]:
        """In words, for the history of a page."""
        return {
            "added": [concept.label() for concept in self.add],
            "removed": [concept.label() for concept in self.remove],
            "territories": [str(territory) for territory in self.territories],
        }


@dataclass(slots=True)
class Report:
    """What was done: `indexed` pages, among them those whose change waits in a draft that this
    person may not publish; `refused` is, for each reason, the titles of the pages concerned."""

    indexed: int = 0
    waiting: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)


def left_out(pages: Iterable[Page], user: Any) -> dict[int, str]:
    """Why some of these pages (of their own types) cannot be indexed by this person, by id.
    Two queries, and what Wagtail asks of each page's locks."""
    pages = list(pages)
    ids = [str(page.pk) for page in pages]
    under_review = {
        int(number)
        for number in WorkflowState.objects.filter(
            object_id__in=ids, status=WorkflowState.STATUS_IN_PROGRESS,
            base_content_type__app_label="wagtailcore", base_content_type__model="page",
        ).values_list("object_id", flat=True)
    }  # fmt: skip
    keys = [page.translation_key for page in pages]
    translated = set(
        Translation.objects.filter(source__object_id__in=keys, enabled=True).values_list(
            "source__object_id", "target_locale_id"
        )
    )
    found: dict[int, str] = {}
    for page in pages:
        if not isinstance(page, KnowledgePage):
            found[page.pk] = _("carries no descriptors")
        elif page.alias_of_id:
            found[page.pk] = _("repeats another page: index that one")
        elif (page.translation_key, page.locale_id) in translated:
            found[page.pk] = _("is indexed as the page that it translates")
        elif not (allowed := page.permissions_for_user(user)).can_edit():
            found[page.pk] = _("you may not edit it")
        elif page.pk in under_review:
            found[page.pk] = _("is being reviewed")
        elif allowed.page_locked():
            found[page.pk] = _("is locked")
    return found


class Rules:
    """What the vocabularies allow, read once for all pages."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.schemes = ConceptScheme.objects.in_bulk()
        self.scheme_of = dict(Concept.objects.values_list("pk", "scheme_id"))

    def descriptors(
        self, current: Sequence[int], page: KnowledgePage, *, published: bool
    ) -> tuple[list[int], list[str]]:
        """The concepts that a page carries from now on, and what could not be done."""
        kind = page.record_type.name if page.record_type else ""
        removed = {concept.pk for concept in self.choice.remove}
        wanted = [number for number in current if number not in removed]
        refused: list[str] = []
        for concept in self.choice.add:
            scheme = self.schemes[concept.scheme_id]
            if concept.pk in wanted:
                continue
            if kind not in scheme.applies_to:
                text = _("the vocabulary “%(scheme)s” does not apply to this type of content")
                refused.append(text % {"scheme": scheme.title})
            elif not scheme.multiple and scheme.pk in map(self.scheme_of.get, wanted):
                text = _("the vocabulary “%(scheme)s” takes one descriptor only, chosen already")
                refused.append(text % {"scheme": scheme.title})
            else:
                wanted.append(concept.pk)
        if published:
            for scheme in self._lost(current, wanted, kind):
                kept = [number for number in current if self.scheme_of.get(number) == scheme.pk]
                wanted = [*kept, *wanted]
                text = _("published contents need a descriptor of the vocabulary “%(scheme)s”")
                refused.append(text % {"scheme": scheme.title})
            needed = any(one.required and one.field == "descriptors" for one in page.checklist)
            if needed and current and not wanted:
                wanted = list(current)
                refused.append(_("published contents of this type need a descriptor"))
        return wanted, refused

    def _lost(
        self, current: Sequence[int], wanted: Sequence[int], kind: str
    ) -> list[ConceptScheme]:
        """The required vocabularies of which a page would keep no descriptor."""
        before = {self.scheme_of.get(number) for number in current}
        after = {self.scheme_of.get(number) for number in wanted}
        return [
            scheme
            for scheme in self.schemes.values()
            if scheme.required and kind in scheme.applies_to and scheme.pk in before - after
        ]


def apply(pages: Iterable[Page], choice: Choice, user: Any) -> Report:
    """Index these pages, which `left_out` allows. Needs a transaction; the queries for each page
    are bounded by its own descriptors."""
    ids = [page.pk for page in pages]
    list(Page.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    repeated = set(Page.objects.filter(alias_of__in=ids).values_list("alias_of", flat=True))
    rules = Rules(choice)
    said = choice.said()
    report = Report()
    for page in Page.objects.filter(pk__in=ids).order_by("path").specific():
        refused = _index(page, rules, said, user, report)
        if page.pk in repeated and page.live:
            type(page).objects.get(pk=page.pk).update_aliases()
        for reason in dict.fromkeys(refused):
            report.refused.setdefault(reason, []).append(page.get_admin_display_title())
    return report


def _index(
    page: KnowledgePage, rules: Rules, said: dict[str, list[str]], user: Any, report: Report
) -> list[str]:
    """One page: first what is public, where this person may publish, then the latest draft."""
    refused: list[str] = []
    changed = False
    public = page.live and page.permissions_for_user(user).can_publish()
    if public:
        changed, refused = _change(page, rules, published=True)
        for relation in ("descriptors", "territories"):
            getattr(page, relation).commit()
    whole = public and not page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    in_draft, more = _change(draft, rules, published=page.live, like=page)
    if changed or in_draft:
        # Not checked again: the rest of a draft may lack whatever publishing requires.
        revision = draft.save_revision(user=user, changed=not whole, clean=False)
        if whole:
            Page.objects.filter(pk=page.pk).update(live_revision=revision)
        # An identifier of its own: Wagtail's history shows one page of those that share one.
        log(
            instance=draft, action=LOG_ACTION, user=user, uuid=uuid4(), revision=revision,
            content_changed=True, data=said,
        )  # fmt: skip
        report.indexed += 1
        report.waiting += bool(page.live and not public)
    return [*refused, *more]


def _change(
    page: KnowledgePage, rules: Rules, *, published: bool, like: KnowledgePage | None = None
) -> tuple[bool, list[str]]:
    """Give a page in memory its new rows; `like`: the same page as it is public, whose rows its
    own stand for. True where anything changed, and what could not be done."""
    rows = list(page.descriptors.all())
    current = list(dict.fromkeys(row.concept_id for row in rows))
    wanted, refused = rules.descriptors(current, page, published=published)
    gone = [row for row in rows if row.concept_id not in wanted]
    page.descriptors.remove(*gone)
    known = _keys(like.descriptors.all(), "concept_id", rows) if like else {}
    order = max((row.sort_order or 0 for row in rows), default=-1) + 1
    fresh = [number for number in wanted if number not in current]
    for place, number in enumerate(fresh, start=order):
        page.descriptors.add(
            PageDescriptor(pk=known.get(number), concept_id=number, sort_order=place)
        )
    places = list(page.territories.all())
    there = {row.territory_id for row in places}
    known = _keys(like.territories.all(), "territory_id", places) if like else {}
    order = max((row.sort_order or 0 for row in places), default=-1) + 1
    new = [one.pk for one in rules.choice.territories if one.pk not in there]
    for place, number in enumerate(new, start=order):
        page.territories.add(
            PageTerritory(pk=known.get(number), territory_id=number, sort_order=place)
        )
    return bool(gone or fresh or new), refused


def _keys(live: Iterable[Any], field: str, rows: Sequence[Any]) -> dict[int, int]:
    """The keys of public rows by what they hold, without those that the draft's rows have."""
    taken = {row.pk for row in rows}
    return {getattr(row, field): row.pk for row in live if row.pk not in taken}

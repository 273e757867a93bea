"""What each editor looks after."""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page

from cms.core.records import record_types
from knowledge.territories.inclusion import inside

from .kinds import CORRECTION, SUPPORT
from .models import WAITING, Remit, State, Submission


def waits() -> Q:
    """What waits for an editor: also what is accepted, once its author has answered to a proof."""
    answered = Q(state=State.ACCEPTED, proof_answered_at__isnull=False, told_at=None)
    return Q(state__in=WAITING) | answered


def visible(user: Any) -> QuerySet[Submission]:
    """What somebody may see: everything, or what the remit says."""
    found = Submission.objects.select_related("claimed_by", "territory", "author")
    return within(found, Remit.objects.filter(user=user).first())


def within(found: QuerySet[Submission], remit: Remit | None) -> QuerySet[Submission]:
    """Those of the submissions that a remit covers; all of them without one. Three queries."""
    if remit is None:
        return found
    if remit.kinds:
        found = found.filter(kind__in=remit.kinds)
    if places := list(remit.territories.values_list("pk", flat=True)):
        # What has no place of its own (a report) is for everybody.
        here = Q(territory__in=with_what_lies_in(places)) | Q(territory=None)
        found = found.filter(here)
    if paths := section_paths(remit):
        found = found.filter(_of_sections(paths))
    return found


def section_paths(remit: Remit | None) -> list[str]:
    """The paths of the sections of a remit; none for all."""
    return list(remit.sections.values_list("path", flat=True)) if remit else []


def lies_under(paths: list[str]) -> Q:
    """A page that is one of the sections or lies in one."""
    found = Q()
    for path in paths:
        found |= Q(path__startswith=path)
    return found


def _of_sections(paths: list[str]) -> Q:
    """Corrections of their pages, proposals of the types that they hold, all that asks for
    support."""
    held = Page.objects.filter(lies_under(paths))
    models = held.order_by().values_list("content_type__model", flat=True).distinct()
    names = {str(name) for name in models}
    kinds = [one.name for one in record_types().values() if _model_name(one.name) in names]
    corrected = Q(kind=CORRECTION, target_id__in=held.values("pk"))
    return Q(kind__in=[*kinds, SUPPORT]) | corrected


def _model_name(kind: str) -> str:
    from .accepting import model_named

    model = model_named(kind)
    return model._meta.model_name if model else ""


def with_what_lies_in(places: list[int]) -> set[int]:
    """Territories, with all that lies in them."""
    return {*places, *(node.pk for nodes in inside(places).values() for node in nodes)}

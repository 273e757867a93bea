"""What each editor looks after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from cms.core.records import record_types
from knowledge.territories.inclusion import lines

from .kinds import CORRECTION, SUPPORT
from .models import ATTEMPTS, CUT_SHORT, WAITING, Mail, Remit, State, Submission


def waits() -> Q:
    """What waits for an editor: also what is accepted, once its author has answered to a proof;
    and whatever has a message of which nobody knows whether it has left."""
    answered = Q(state=State.ACCEPTED, proof_answered_at__isnull=False, told_at=None)
    return Q(state__in=WAITING) | answered | Q(pk__in=cut_short().values("submission"))


def cut_short() -> QuerySet[Mail]:
    """The messages about submissions that somebody must decide to send again."""
    begun = timezone.now() - CUT_SHORT
    found = Mail.objects.filter(submission__isnull=False, sent_at=None, begun_at__lt=begun)
    return found.exclude(kind="confirm")  # which the author asks for again


def lost_mail() -> QuerySet[Mail]:
    """Those that came back or were refused for good; the address to confirm is the author's to
    correct."""
    given_up = Q(sent_at=None, begun_at=None, attempts__gte=ATTEMPTS)
    found = Mail.objects.filter(Q(bounced_at__isnull=False) | given_up)
    return found.exclude(kind="confirm")


def of(user: Any) -> "Limits | None":
    """What somebody's remit says; None for everything. One query."""
    return next(iter(of_all(user=user).values()), None)


def of_all(**filters: Any) -> "dict[int, Limits]":
    """The remits by user. One query."""
    rows = Remit.objects.filter(**filters).annotate(
        places=ArrayAgg("territories", distinct=True, filter=Q(territories__isnull=False)),
        paths=ArrayAgg("sections__path", distinct=True, filter=Q(sections__isnull=False)),
    )
    return {
        row.user_id: Limits(frozenset(row.kinds), tuple(row.places or ()), tuple(row.paths or ()))
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Limits:
    """Names of kinds, keys of territories, paths of sections; empty for all."""

    kinds: frozenset[str]
    places: tuple[int, ...]
    paths: tuple[str, ...]


def visible(user: Any) -> QuerySet[Submission]:
    """What somebody may see: everything, or what the remit says."""
    found = Submission.objects.select_related("claimed_by", "territory", "author")
    return within(found, of(user))


def within(found: QuerySet[Submission], limits: Limits | None) -> QuerySet[Submission]:
    """Those of the submissions that a remit covers; all of them without one."""
    if limits is None:
        return found
    if limits.kinds:
        found = found.filter(kind__in=limits.kinds)
    if limits.places:
        # What has no place of its own (a report) is for everybody.
        found = found.filter(Q(territory__in=named_in(limits.places)) | Q(territory=None))
    if limits.paths:
        found = found.filter(_of_sections(limits.paths))
    return found


def lies_under(paths: Sequence[str]) -> Q:
    """A page that is one of the sections or lies in one."""
    found = Q()
    for path in paths:
        found |= Q(path__startswith=path)
    return found


def _of_sections(paths: Sequence[str]) -> Q:
    """Corrections of their pages, proposals of the types that they hold, all that asks for
    support."""
    held = Page.objects.filter(lies_under(paths)).order_by()
    found = Q(kind=SUPPORT) | Q(kind=CORRECTION, target_id__in=held.values("pk"))
    models = {name: model for name in record_types() if (model := model_named(name))}
    types = ContentType.objects.get_for_models(*models.values())
    for name, model in models.items():
        found |= Q(Exists(held.filter(content_type=types[model])), kind=name)
    return found


def model_named(name: str) -> Any:
    """The page model of a type; None for what is none."""
    for model in apps.get_models():
        kind = getattr(model, "record_type", None)
        if kind is not None and kind.name == name and issubclass(model, Page):
            return model
    return None


def places() -> dict[int, tuple[Any, ...]]:
    """Where something was proposed: by the territory's key, itself and what it lies in. Looked up
    once in half a minute."""
    return cache.get_or_set("submissions.territories", _read_places, 30) or {}


def _read_places() -> dict[int, tuple[Any, ...]]:
    named = Submission.objects.filter(territory__isnull=False).order_by()
    return {
        start: tuple(line)
        for start, line in lines(named.values_list("territory", flat=True).distinct()).items()
    }


def named_in(outer: Iterable[int]) -> list[int]:
    """The territories of submissions that are one of these, or lie in one."""
    wanted = set(outer)
    return [
        start for start, line in places().items() if wanted & {start, *(node.pk for node in line)}
    ]

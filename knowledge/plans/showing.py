"""What the pages of plans and actions show. Other pages are known by their public records alone,
read in a number of queries that does not depend on how many actions there are."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from cms.catalogue.models import Link, Record
from cms.core.records import record_types
from cms.core.templatetags.relais import in_its_language
from knowledge.base.periods import covers, period_text
from knowledge.base.presenting import Actor, actors

from .parts import Branch, PlanPart, outline
from .progress import Progress, status_label

SIGNING = ("signatory", "cosignatory")
SHOWN_COUNTS = 3  # counted results under an action


@dataclass(slots=True)
class Action:
    """An action as its plan shows it; `notes` are what stands below its title."""

    title: str
    url: str
    code: str = ""
    status: str = ""
    notes: list[str] = field(default_factory=list)
    locale: str = ""

    @property
    def name(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def status_label(self) -> str:
        return status_label(self.status)


@dataclass(slots=True)
class Shown:
    """A part of the plan for the template, with all that stands under it."""

    part: PlanPart | None
    level: str
    branches: list["Shown"]
    actions: list[Action]
    carriers: list[Record]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the timeline; `now` while it lasts, `sort` in the order of time."""

    period: str
    text: str
    url: str
    now: bool
    sort: str


@dataclass(frozen=True, slots=True)
class Known:
    """A public record with the structured part of its answer."""

    title: str
    url: str
    locale: str
    answer: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        return self.answer.get("data") or {}

    @property
    def period(self) -> tuple[str, str]:
        period = self.data.get("period") or {}
        return period.get("start") or "", period.get("end") or ""


def plan_context(page: Any, context: dict[str, Any]) -> dict[str, Any]:
    """For the template: `words` (names of the levels), `levels` (a heading that names them),
    `plan` (Shown, the root: axes under it), `progress`, `timeline` [Moment], `signatories`
    [{"actor", "roles"}], `governance` [{"actor", "members", "text"}], `results`, `obstacles`,
    `within` ({"record", "period", "own"} or None), `facts`, and the ties that are left."""
    ties = {(tie.relation, tie.inverse): tie for tie in context["ties"]}
    taken = {
        name: ties.pop(name).records if name in ties else []
        for name in (
            ("part_of", True), ("carries_out_objective", True), ("within_plan", False),
            ("previous_generation", False), ("previous_generation", True), ("milestone", False),
        )
    }  # fmt: skip
    children = _children(page)
    others = [record for records in taken.values() for record in records]
    known = _known(children, [record.uid for record in others])
    carriers: dict[str, list[Record]] = {}
    for record in taken[("carries_out_objective", True)]:
        if record.uid in known.by_uid:
            for part in known.by_uid[record.uid].data.get("carries_out") or []:
                carriers.setdefault(part["anchor"], []).append(record)
    actions = _actions(children, known)
    shown = _shown(outline(list(page.parts.all())), actions, carriers)
    within = next(iter(taken[("within_plan", False)]), None)
    words = page.words()
    return {
        "ties": list(ties.values()),
        "words": words,
        "levels": _levels(words, shown),
        "plan": shown,
        "progress": shown.progress,
        "timeline": _timeline(page, taken, known),
        "signatories": _signatories(context["roles"]),
        "roles": [group for group in context["roles"] if group["role"] not in SIGNING],
        "governance": _governance(page),
        "results": list(page.results.all()),
        "obstacles": list(page.obstacles.all()),
        "within": _within(page, within, known),
        "facts": _facts(page),
    }


def _children(page: Any) -> list[int]:
    """The pages below the plan in the order of its tree; in another language than the source's,
    those of the source that have no public translation there too. One query, two in another
    language."""
    if not page.pk:
        return []
    own = Page.objects.child_of(page).order_by("path")
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return list(own.values_list("pk", flat=True))
    source = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
    ).first()
    if source is None:
        return list(own.values_list("pk", flat=True))
    spoken = dict(own.filter(live=True, alias_of=None).values_list("translation_key", "pk"))
    known = Page.objects.child_of(source).order_by("path")
    found = [spoken.pop(key, pk) for key, pk in known.values_list("translation_key", "pk")]
    return [*found, *spoken.values()]


@dataclass(slots=True)
class _Found:
    by_page: dict[int, Known] = field(default_factory=dict)
    by_uid: dict[Any, Known] = field(default_factory=dict)
    consultations: dict[str, str] = field(default_factory=dict)
    uses: dict[int, dict[str, int]] = field(default_factory=dict)


def _known(children: Sequence[int], uids: Sequence[Any]) -> _Found:
    """The public records of the actions and of the pages tied to the plan; the titles of the
    consultations from which actions come; how many records of each type are tied to each action.
    Four queries."""
    found = _Found()
    wanted = Q(page_id__in=children) | Q(uid__in=uids)
    rows = Record.objects.filter(wanted, gone_at__isnull=True)
    for uid, page_id, title, url, locale, answer in rows.values_list(
        "uid", "page_id", "title", "url", "locale", "json"
    ):
        one = Known(title, url, locale, json.loads(answer, strict=False))
        found.by_uid[uid] = found.by_page[page_id] = one
    origins = {
        link["uid"]
        for number in children
        if number in found.by_page
        for link in found.by_page[number].answer["links"]
        if link["relation"] == "comes_from"
    }
    if origins:
        rows = Record.objects.filter(uid__in=origins, gone_at__isnull=True)
        rows = rows.only("uid", "title", "locale")
        found.consultations = {str(one.uid): in_its_language(one.title, one) for one in rows}
    tied = list(Link.objects.filter(target_id__in=children).values_list("target_id", "page_id"))
    kinds = dict(
        Record.objects.filter(page_id__in={page for _target, page in tied}, gone_at__isnull=True)
        .values_list("page_id", "type")
    )  # fmt: skip
    for target, page in set(tied):
        if page in kinds:
            counts = found.uses.setdefault(target, {})
            counts[kinds[page]] = counts.get(kinds[page], 0) + 1
    return found


def _actions(children: Iterable[int], known: _Found) -> dict[str, list[Action]]:
    """The public actions by the anchor of their part, in the order of the tree; "" for none."""
    found: dict[str, list[Action]] = {}
    for number in children:
        if (one := known.by_page.get(number)) and one.answer["type"] == "action":
            place = (one.data.get("part") or {}).get("anchor", "")
            found.setdefault(place, []).append(
                Action(
                    one.title,
                    one.url,
                    one.data.get("code") or "",
                    one.data.get("action_status") or "",
                    _notes(one, known.uses.get(number, {}), known.consultations),
                    one.locale,
                )
            )
    return found


def _notes(one: Known, uses: dict[str, int], consultations: dict[str, str]) -> list[str]:
    """ "2 fiches projet", "3 structures", "483 personnes (animations)", where it comes from."""
    found = []
    kinds = record_types()
    for kind, number in sorted(uses.items()):
        label = kinds[kind].label if number == 1 else kinds[kind].label_plural
        found.append(f"{number} {str(label)[:1].lower()}{str(label)[1:]}")
    if number := len(one.answer["organisations"]):
        found.append(ngettext("%(n)d organisation", "%(n)d organisations", number) % {"n": number})
    counted = [row for row in one.data.get("indicators") or [] if row["value"]]
    for row in counted[:SHOWN_COUNTS]:
        said = " ".join(filter(None, [row["value"], row["unit"]]))
        told = _("%(label)s: %(counted)s") % {"counted": said, "label": row["label"]}
        found.append(in_its_language(told, one))
    found += [
        format_html(_("Comes from: %(consultation)s") % {"consultation": "{}"}, named)
        for link in one.answer["links"]
        if link["relation"] == "comes_from" and (named := consultations.get(link["uid"]))
    ]
    return found


def _shown(
    root: Branch, actions: dict[str, list[Action]], carriers: dict[str, list[Record]]
) -> Shown:
    """The whole tree. What stands under a part that is gone stands under the plan."""
    placed: set[str] = set()

    def walk(branch: Branch) -> Shown:
        anchor = branch.part.anchor if branch.part else ""
        placed.add(anchor)
        under = [walk(one) for one in branch.branches]
        own = list(actions.get(anchor, []))
        every = [one for shown in under for one in shown.progress.counts.items()]
        progress = Progress.of(
            [one.status for one in own] + [status for status, n in every for _one in range(n)]
        )
        level = branch.part.level if branch.part else ""
        return Shown(branch.part, level, under, own, carriers.get(anchor, []), progress)

    shown = walk(root)
    lost = [one for anchor, some in actions.items() if anchor not in placed for one in some]
    if lost:
        shown.actions += lost
        statuses = [s for s, n in shown.progress.counts.items() for _one in range(n)]
        shown.progress = Progress.of([*statuses, *(one.status for one in lost)])
    return shown


def _levels(words: dict[str, str], shown: Shown) -> str:
    """ "Ambitions, objectifs et actions": only what the plan has."""
    flat = [shown, *shown.branches, *(one for axis in shown.branches for one in axis.branches)]
    levels = {one.level for one in flat}
    names = [
        name
        for name, there in (
            (words["axes"], "axis" in levels),
            (words["objectives"], "objective" in levels),
            (_("themes"), "theme" in levels),
            (words["actions"], shown.progress.total > 0),
        )
        if there
    ]
    if len(names) < 2:
        return capfirst(names[0]) if names else ""
    said = _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
    return capfirst(said)


def _timeline(page: Any, taken: dict[Any, list[Record]], known: _Found) -> list[Moment]:
    """The milestones as they are printed, and the generations that none of them leads to."""
    today = timezone.localdate()
    targets = {record.page_id: record for record in taken[("milestone", False)]}
    keys = {record.translation_key: record for record in taken[("milestone", False)]}
    rows = list(page.milestones.all())
    found = []
    for row in rows:
        record = targets.get(row.target_id)
        found.append(
            Moment(
                period_text(row.start, row.end),
                row.text,
                record.url if record else "",
                covers(row.start, row.end, today),
                row.start or row.end,
            )
        )
    said = {(row.start, row.end) for row in rows}
    generations = []
    for record in [*taken[("previous_generation", False)], *taken[("previous_generation", True)]]:
        one = known.by_uid.get(record.uid)
        if one and record.translation_key not in keys and one.period not in said:
            title = in_its_language(one.title, one)
            generations.append((one.period, one.data.get("generation"), one.url, title))
    if (generations or rows) and page.start and (page.start, page.end) not in said:
        generations.append(((page.start, page.end), page.generation, "", page.title))
    for (start, end), number, url, title in generations:
        text = generation_name(number) or title
        now = covers(start, end, today)
        found.append(Moment(period_text(start, end), text, url, now, start or end))
    if generations:
        found.sort(key=lambda moment: moment.sort or "9999")
    return found


def generation_name(number: int | None) -> str:
    if not number:
        return ""
    return _("1st generation") if number == 1 else _("generation %(n)d") % {"n": number}


def _signatories(roles: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who signs, each once with all it does, signatories before co-signatories."""
    groups = list(roles)
    signing = [actor for group in groups if group["role"] in SIGNING for actor in group["actors"]]
    return [
        {
            "actor": actor,
            "roles": [
                group["label"]
                for group in groups
                if any(_same(actor, one) for one in group["actors"])
            ],
        }
        for place, actor in enumerate(signing)
        if not any(_same(actor, one) for one in signing[:place])
    ]


def _same(one: Actor, other: Actor) -> bool:
    return (one.name, one.url) == (other.name, other.url)


def _governance(page: Any) -> list[dict[str, Any]]:
    """The bodies that can be named: public ones, and names as printed."""
    rows = list(page.governance.all())
    known = actors(row.organisation_id for row in rows if row.organisation_id)
    found = []
    for row in rows:
        actor = known.get(row.organisation_id) or (Actor(row.name) if row.name else None)
        if actor:
            found.append({"actor": actor, "members": row.members, "text": row.text})
    return found


def _within(page: Any, record: Record | None, known: _Found) -> dict[str, Any] | None:
    if record is None or record.uid not in known.by_uid:
        return None
    period = period_text(*known.by_uid[record.uid].period)
    return {
        "record": record,
        "period": "" if period and period in record.title else period,
        "own": period_text(page.start, page.end),
    }


def _facts(page: Any) -> list[dict[str, Any]]:
    lines = [
        (_("Kind of plan"), page.get_kind_display()),
        (_("Period"), period_text(page.start, page.end)),
        (_("Generation"), generation_name(page.generation)),
    ]
    return [{"label": label, "texts": [text]} for label, text in lines if text]

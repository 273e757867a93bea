"""What the page of a project sheet shows. Works for a preview too."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Page

from cms.catalogue.links import Tie
from cms.catalogue.models import Record
from cms.core.records import record_uid
from cms.core.templatetags.relais import in_its_language, partial_date
from knowledge.base.money import euros
from knowledge.base.places import communes_of
from knowledge.base.presenting import Actor, actors

from .describing import total
from .parts import FundingLine, ProjectBeneficiary
from .period import spoken_period

OWN_TIES = {"carries_out", "produced"}


def context(page: Any, ties: Sequence[Tie]) -> dict[str, Any]:
    """`facts` of “En bref”; `sections` [{"anchor", "heading", "text"}]; `results`; `outputs`
    [{"label", "record" (None where the label is its own), "url"}]; `plan_actions` (records);
    `funding` {"lines": [{"name", "url", "funder" (Actor or None), "amount", "date", "note"}],
    "noted", "total"}; `ties` without what is shown here."""
    outputs, actions = list(page.outputs.all()), list(page.plan_actions.all())
    records = records_by_page(
        [row.output_id for row in outputs] + [row.action_id for row in actions],
        page.locale.language_code,
    )
    plan_actions = [records[row.action_id] for row in actions if row.action_id in records]
    lines = list(page.funding_lines.all())
    funders = actors(row.organisation_id for row in lines if row.organisation_id)
    return {
        "facts": facts(page, lines, funders),
        "sections": [
            {"anchor": slugify(heading), "heading": heading, "text": text}
            for heading, text in page.sections()
        ],
        "results": list(page.results.all()),
        "outputs": [
            {
                "label": row.label or record.title,
                # A label is in the language of the page, whatever it leads to.
                "record": None if row.label else record,
                "url": record.url,
            }
            if (record := records.get(row.output_id))
            else {"label": row.label, "record": None, "url": ""}
            for row in outputs
            if row.label or row.output_id in records
        ],
        "plan_actions": list(dict.fromkeys(plan_actions)),
        "funding": funding(lines, funders),
        "ties": [tie for tie in ties if tie.inverse or tie.relation not in OWN_TIES],
    }


def facts(
    page: Any, lines: Sequence[FundingLine], funders: dict[int, Actor]
) -> list[dict[str, Any]]:
    """The first lines of “En bref”; a line without anything to say is left out."""
    rows = list(page.project_places.all())
    communes = communes_of(rows)
    places = [row.place_text(communes) for row in rows]
    found = [
        (_("Status of the project"), [page.get_status_display() if page.stated else ""]),
        (_("Period of the project"), [spoken_period(page.start, page.end)]),
        (_("Places"), places),
        (_("Beneficiaries"), [beneficiary(row) for row in page.beneficiaries.all()]),
        (_("Funding"), funding_texts(lines, funders)),
    ]
    return [
        {"label": label, "texts": texts}
        for label, given in found
        if (texts := [text for text in given if text])
    ]


def beneficiary(row: ProjectBeneficiary) -> str:
    """ "Élèves de CM2 : 220", "Habitants : 40 familles"; the audience alone without a number."""
    if row.number is None:
        return row.audience
    number = number_format(row.number, 0, use_l10n=True, force_grouping=True)
    return pgettext("an audience and its number", "%(audience)s: %(number)s") % {
        "audience": row.audience,
        "number": " ".join(filter(None, [number, row.unit])),
    }


def funding_texts(lines: Sequence[FundingLine], funders: dict[int, Actor]) -> list[str]:
    """The total, and who pays."""
    names = [
        in_its_language(name, funders.get(row.organisation_id))
        for row in lines
        if (name := funder(row, funders)[0])
    ]
    known = total(lines)
    said = [] if known is None else [spoken_total(lines)]
    return said + list(dict.fromkeys(names))


def spoken_total(lines: Sequence[FundingLine]) -> str:
    """The total; "at least" where some amounts are not known; "" where none is."""
    known = total(lines)
    if known is None:
        return ""
    if any(row.amount is None for row in lines):
        return _("at least %(amount)s") % {"amount": euros(known)}
    return euros(known)


def funding(lines: Sequence[FundingLine], funders: dict[int, Actor]) -> dict[str, Any]:
    shown = []
    for row in lines:
        name, url = funder(row, funders)
        amount = "" if row.amount is None else euros(row.amount)
        shown.append(
            {
                "name": name or _("Funder not named"),
                "url": url,
                "funder": funders.get(row.organisation_id),
                "amount": amount,
                "date": partial_date(row.year),
                "note": row.note,
            }
        )
    return {
        "lines": shown,
        "noted": any(row.note for row in lines),
        "total": spoken_total(lines) if len(lines) > 1 else "",
    }


def funder(row: FundingLine, funders: dict[int, Actor]) -> tuple[str, str]:
    """The name and the address of who pays; what the directory does not show is not named."""
    one = funders.get(row.organisation_id)
    return (one.name, one.url) if one else (row.name, "")


def records_by_page(page_ids: Iterable[int | None], language: str) -> dict[int, Record]:
    """The public record of each page that has one, in the reader's language where there is one.
    Two queries."""
    wanted = {number for number in page_ids if number}
    if not wanted:
        return {}
    families = {
        number: (record_uid(key, language), record_uid(key, own))
        for number, key, own in Page.objects.filter(pk__in=wanted).values_list(
            "pk", "translation_key", "locale__language_code"
        )
    }
    records = Record.objects.filter(
        uid__in={uid for both in families.values() for uid in both}, gone_at__isnull=True
    ).only(
        "uid",
        "type",
        "locale",
        "title",
        "url",
        "summary",
        "date",
        "date_precision",
        "open_from",
        "open_until",
    )
    by_uid = {record.uid: record for record in records}
    return {
        number: found
        for number, (here, own) in families.items()
        if (found := by_uid.get(here) or by_uid.get(own))
    }

"""What the rows of project sheets say, alike in the record and on the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cms.core.records import Dependency, Link, OrganisationRole, RecordDraft, TextPart
from knowledge.base.describing import Named, named, rows_by_page
from knowledge.base.money import number
from knowledge.base.places import communes_of
from knowledge.base.relations import Role
from knowledge.territories.models import Territory

from .parts import (
    FundingLine,
    ProjectAction,
    ProjectBeneficiary,
    ProjectOutput,
    ProjectPlace,
    ProjectResult,
)

Names = Mapping[int, Named]


@dataclass(slots=True)
class Parts:
    """The rows of a batch of sheets, by page id; `communes` by their own ids, `names` (of the
    public pages among funders and outputs) by language and id."""

    places: dict[int, list[ProjectPlace]]
    beneficiaries: dict[int, list[ProjectBeneficiary]]
    fundings: dict[int, list[FundingLine]]
    outputs: dict[int, list[ProjectOutput]]
    results: dict[int, list[ProjectResult]]
    actions: dict[int, list[ProjectAction]]
    communes: dict[int, Territory] = field(default_factory=dict)
    names: dict[str, dict[int, Named]] = field(default_factory=dict)

    @classmethod
    def load(cls, pages: Sequence[Any]) -> "Parts":
        """Nine queries at most, whatever the size of the batch."""
        found = cls(
            rows_by_page(ProjectPlace, pages),
            rows_by_page(ProjectBeneficiary, pages),
            rows_by_page(FundingLine, pages),
            rows_by_page(ProjectOutput, pages),
            rows_by_page(ProjectResult, pages),
            rows_by_page(ProjectAction, pages),
        )
        found.communes = communes_of(row for rows in found.places.values() for row in rows)
        pointed = {row.organisation_id for rows in found.fundings.values() for row in rows}
        pointed |= {row.output_id for rows in found.outputs.values() for row in rows}
        found.names = named(pointed, pages)
        return found

    def describe(self, page: Any, draft: RecordDraft) -> None:
        """Say the rows of a sheet in its draft."""
        page_id, names = page.pk, self.names[page.locale.language_code]
        self._places(page_id, draft)
        self._fundings(page_id, draft, names)
        self._ties(page_id, draft, names)
        beneficiaries, results = self.beneficiaries[page_id], self.results[page_id]
        draft.data["beneficiaries"] = [
            {"audience": row.audience, "number": row.number, "unit": row.unit}
            for row in beneficiaries
        ]
        draft.data["results"] = [
            {"label": row.label, "value": row.value, "unit": row.unit, "date": row.date or None}
            for row in results
        ]
        draft.text += [TextPart("body", row.audience) for row in beneficiaries]
        draft.text += [TextPart("body", str(row)) for row in results]

    def _places(self, page_id: int, draft: RecordDraft) -> None:
        rows = self.places[page_id]
        draft.points = [point for row in rows if (point := row.point(self.communes))]
        draft.data["places"] = [
            {
                "name": row.place_name,
                "address": row.address,
                "commune": commune.name if (commune := self._commune(row)) else "",
                "code": commune.code if commune else "",
            }
            for row in rows
        ]
        draft.text += [TextPart("body", row.place_text(self.communes)) for row in rows]
        draft.depends_on |= {
            Dependency("territory", row.commune_id) for row in rows if row.commune_id
        }

    def _commune(self, row: ProjectPlace) -> Territory | None:
        return self.communes.get(row.commune_id or 0)

    def _fundings(self, page_id: int, draft: RecordDraft, names: Names) -> None:
        rows = self.fundings[page_id]
        lines = []
        for row in rows:
            one = names.get(row.organisation_id)
            lines.append(
                {
                    "name": one.title if one else row.name,
                    "uid": str(one.uid) if one else None,
                    "amount": number(row.amount),
                    "year": row.year or None,
                    "note": row.note,
                }
            )
            self._names_funder(draft, row, one)
            draft.text.append(TextPart("body", row.note))
        draft.data["funding_lines"] = lines
        draft.data["funding_total"] = number(total(rows))
        draft.depends_on |= {
            Dependency("page", row.organisation_id) for row in rows if row.organisation_id
        }

    @staticmethod
    def _names_funder(draft: RecordDraft, row: FundingLine, one: Named | None) -> None:
        """Whoever pays is a funder of the project, once."""
        if one or row.name:
            said = OrganisationRole(
                one.title if one else row.name, Role.FUNDER, one.uid if one else None
            )
            if said not in draft.organisations:
                draft.organisations.append(said)

    def _ties(self, page_id: int, draft: RecordDraft, names: Names) -> None:
        outputs = self.outputs[page_id]
        draft.data["outputs"] = [
            {"label": row.label or (one.title if one else ""), "uid": str(one.uid) if one else None}
            for row in outputs
            if (one := names.get(row.output_id)) or row.label
        ]
        draft.text += [TextPart("body", row.label) for row in outputs]
        draft.links += [
            Link("carries_out", number)
            for number in dict.fromkeys(row.action_id for row in self.actions[page_id])
        ]
        draft.links += [
            Link("produced", number)
            for number in dict.fromkeys(row.output_id for row in outputs)
            if number
        ]


def total(rows: Iterable[FundingLine]) -> Decimal | None:
    """The sum of the amounts that are known; None where none is."""
    amounts = [row.amount for row in rows if row.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None

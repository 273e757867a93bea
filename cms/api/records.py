"""Records: one by its identifier, or a filtered list."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router
from pydantic import AfterValidator, Field, model_validator

from search.query import InvalidQuery, SearchQuery, clean_text
from search.service import ranking

from . import conditional, cursors, listing
from .addresses import listed, next_page
from .listing import Condition
from .problems import Problem, invalid_parameter, preferred_language
from .reading import one_row
from .schemas import RECORD_FIELDS, Gone, ProblemDocument, Record, Records
from .state import Totals, state
from .strict import (
    ConceptName,
    CursorText,
    Limit,
    LocaleCode,
    Moment,
    SearchText,
    StrictQuery,
    TypeName,
)

router = Router(tags=["records"])
totals = Totals()


def _fields(value: str) -> str:
    unknown = [name for name in value.split(",") if name not in RECORD_FIELDS]
    if unknown:
        raise ValueError("no such field")
    return value


FieldNames = Annotated[
    str,
    Field(
        max_length=300,
        description=gettext_noop(
            "Only these members, separated by commas; uid always comes along."
        ),
        json_schema_extra={"example": "title,url"},
    ),
    AfterValidator(_fields),
]


class RecordQuery(StrictQuery):
    """What may be asked of one record."""

    fields: FieldNames | None = None


class RecordsQuery(StrictQuery):
    """Which records, in which order, how many."""

    q: SearchText = Field(
        "",
        description=gettext_noop(
            "Words to search for, as on the search page, 500 characters at most. Without locale,"
            " French records are searched."
        ),
    )
    type: list[TypeName] = Field(
        default_factory=list,
        description=gettext_noop(
            "Names of types of content, as /api/v1/types lists them; any of them."
        ),
    )
    concept: list[ConceptName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Descriptors written as scheme:id, 50 at most; narrower ones count too. Any"
            " of those of a vocabulary, and all vocabularies."
        ),
    )
    locale: LocaleCode | None = Field(
        None, description=gettext_noop("A language of the site: fr, en or es.")
    )
    updated_since: Moment | None = Field(
        None,
        description=gettext_noop(
            "Changed at that time or later: an ISO 8601 date or time, such as 2026-05-21"
            " or 2026-05-21T08:30:00Z."
        ),
    )
    order: (
        Literal[
            "-modified_at",
            "modified_at",
            "-published_at",
            "published_at",
            "title",
            "-title",
            "relevance",
        ]
        | None
    ) = Field(
        None,
        description=gettext_noop(
            "One of -modified_at (the rule), modified_at, -published_at, published_at, title,"
            " -title; relevance goes with q and is the rule there."
        ),
    )
    limit: Limit = Field(
        20, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )
    fields: FieldNames | None = None

    @model_validator(mode="after")
    def _relevance_goes_with_a_search(self) -> Self:
        if self.order == "relevance" and not self.q:
            raise invalid_parameter(
                "order", gettext_lazy(type(self).model_fields["order"].description or "")
            )
        return self

    @property
    def ordered_by(self) -> str:
        return self.order or ("relevance" if self.q else "-modified_at")

    def canonical(self) -> str:
        """The same for two queries that give the same list, whatever the page."""
        since = self.updated_since.isoformat() if self.updated_since else ""
        parts: list[Any] = [
            self.q,
            sorted(set(self.type)),
            sorted(set(self.concept)),
            self.locale,
            since,
            self.ordered_by,
        ]
        return repr(parts)

    def conditions(self) -> list[Condition]:
        found = [listing.LIVE]
        if self.type:
            found.append(Condition("type = ANY(%s)", (sorted(set(self.type)),)))
        if self.locale or self.q:
            found.append(Condition("locale = %s", (self.locale or "fr",)))
        if self.updated_since:
            found.append(Condition("modified_at >= %s", (self.updated_since,)))
        by_scheme: dict[str, list[str]] = {}
        for concept in self.concept:
            by_scheme.setdefault(concept.partition(":")[0], []).append(concept)
        found += [
            Condition("terms_broader && %s::text[]", (concepts,)) for concepts in by_scheme.values()
        ]
        return found


def field_names(fields: str | None) -> tuple[str, ...]:
    """The fields asked for, in the order of the whole record, uid among them; () for all."""
    if not fields:
        return ()
    asked = {"uid", *fields.split(",")}
    return tuple(name for name in RECORD_FIELDS if name in asked)


@router.get(
    "records",
    operation_id="list_records",
    summary=gettext_noop("List records"),
    description=gettext_noop(
        "Public records that pass every filter, a page at a time. `total` counts them "
        "all; follow `next` until it is null: edits in the meantime make no unchanged "
        "record come twice or be missed."
    ),
    response={200: Records, 400: ProblemDocument},
)
def records(request: HttpRequest, query: Query[RecordsQuery]) -> HttpResponse:
    canonical = query.canonical()
    key = cursors.unseal(query.cursor, canonical) if query.cursor else None
    if query.q:
        return found(request, query, key)
    fields = field_names(query.fields)
    view = f"{canonical}|{query.limit}|{query.cursor}|{fields}"
    if conditional.asked(request):
        now = state()
        validators = conditional.of_list(now.clock, view, now.modified)
        if validators.not_modified(request):
            return validators.unchanged()
    conditions = query.conditions()
    order = listing.ORDERS[query.ordered_by]
    after = [order.after(key)] if key else []
    page = listing.page([*conditions, *after], order, query.limit, fields)
    clock = page.state.clock
    total = totals.get(clock, canonical, lambda: listing.count(conditions))
    address = None
    if page.next_key:
        address = next_page(request, "cursor", cursors.seal(page.next_key, canonical))
    validators = conditional.of_list(clock, view, page.state.modified)
    return validators.put_on(listed(total, page.items, address))


def found(
    request: HttpRequest, query: RecordsQuery, key: Sequence[str | int] | None
) -> HttpResponse:
    """The list of a search. The engine ranks, the catalogue decides what passes: an index that
    lags behind shows nothing hidden, and the total stays exact."""
    canonical = query.canonical()
    fields = field_names(query.fields)
    ranked = ranking_of(request, query)
    conditions = [*query.conditions(), Condition("uid = ANY(%s)", (ranked,))]
    if query.ordered_by == "relevance":
        passing = set(listing.uids(conditions))
        uids = [uid for uid in ranked if uid in passing]
    else:
        uids = listing.uids(conditions, listing.ORDERS[query.ordered_by])
    start = _after(key, uids)
    part = uids[start : start + query.limit]
    validators = conditional.of_list(
        (state().clock, len(uids), part), f"{canonical}|{query.limit}|{query.cursor}|{fields}", None
    )
    if validators.not_modified(request):
        return validators.unchanged()
    address = None
    if part and start + len(part) < len(uids):
        last: list[str | int] = [start + len(part) - 1, str(part[-1])]
        address = next_page(request, "cursor", cursors.seal(last, canonical))
    return validators.put_on(listed(len(uids), listing.chosen(part, fields), address))


def ranking_of(request: HttpRequest, query: RecordsQuery) -> list[uuid.UUID]:
    with translation.override(preferred_language(request)):
        try:
            return ranking(SearchQuery(q=clean_text(query.q), locale=query.locale or "fr"))
        except InvalidQuery as invalid:
            raise invalid_parameter(invalid.parameter, invalid.message) from None


def _after(key: Sequence[str | int] | None, uids: Sequence[uuid.UUID]) -> int:
    """Where the page begins: after the last item of the page before, wherever it stands now."""
    if key is None:
        return 0
    place, last = int(key[0]), uuid.UUID(str(key[1]))
    return (uids.index(last) if last in uids else place) + 1


@router.get(
    "records/{uid}",
    operation_id="get_record",
    summary=gettext_noop("One record"),
    description=gettext_noop(
        "A public record. One that is no longer public answers 410 with the date and the reason."
    ),
    response={200: Record, 400: ProblemDocument, 404: ProblemDocument, 410: Gone},
)
def record(
    request: HttpRequest,
    uid: Annotated[
        uuid.UUID, Path(description=gettext_noop("The identifier of a record: a UUID."))
    ],
    query: Query[RecordQuery],
) -> HttpResponse:
    fields = field_names(query.fields)
    text, params = listing.some_fields(fields) if fields else ("json", [])
    row = one_row(
        f"""SELECT version, modified_at, gone_at, gone_reason,
                   CASE WHEN gone_at IS NULL THEN convert_to({text}, 'UTF8') END
            FROM cms_catalogue_record WHERE uid = %s""",
        [*params, uid],
    )
    if row is None:
        raise Problem(
            404, "not-found", _("No record has ever had this identifier."), parameter="uid"
        )
    version, modified, gone_at, reason, answer = row
    if gone_at is not None:
        raise gone(uid, gone_at, reason)
    validators = conditional.of_record(version, modified, fields)
    if validators.not_modified(request):
        return validators.unchanged()
    body = listing.absolute(answer)
    return validators.put_on(HttpResponse(body, content_type="application/json"))


_REASONS = {
    "unpublished": _("It has been unpublished."),
    "expired": _("Its date of expiry has passed."),
    "private": _("It is no longer open to everybody."),
    "deleted": _("It has been deleted."),
}


def gone(uid: uuid.UUID, gone_at: Any, reason: str) -> Problem:
    return Problem(
        410,
        "gone",
        _REASONS[reason],
        parameter="uid",
        more={"uid": str(uid), "gone_at": gone_at.isoformat(), "reason": reason},
    )

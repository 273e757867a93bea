"""The change feed: everything new, changed or gone since a value of the clock."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from cms.core.postgresql.reading import one_row

from . import conditional
from .addresses import listed, next_page
from .problems import invalid_parameter
from .schemas import Changes, ProblemDocument
from .state import state
from .strict import ClockValue, Limit, LocaleCode, StrictQuery

router = Router(tags=["changes"])


class ChangesQuery(StrictQuery):
    """From where, and how far."""

    since: ClockValue = Field(
        0,
        description=gettext_noop(
            "A value of the clock: until of an earlier answer, or 0 for everything."
        ),
    )
    locale: LocaleCode | None = Field(
        None, description=gettext_noop("A language of the site: fr, en or es.")
    )
    limit: Limit = Field(
        100, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )


# One statement sees one moment: the clock it reads covers every record it reads.
_PAGE = """
    SELECT (SELECT v FROM cms_catalogue_clock),
           (SELECT count(*) FROM cms_catalogue_record WHERE version > %(since)s AND {locale}),
           convert_to(string_agg(row_to_json(item)::text, ',' ORDER BY place)
                      FILTER (WHERE place <= %(limit)s), 'UTF8'),
           count(*) > %(limit)s,
           max(page.version) FILTER (WHERE place <= %(limit)s)
    FROM (
        SELECT version, row_number() OVER (ORDER BY version) AS place,
               uid, type, locale, modified_at,
               CASE WHEN gone_at IS NULL THEN 'updated' ELSE 'gone' END AS change,
               nullif(gone_reason, '') AS reason,
               CASE WHEN gone_at IS NULL THEN %(base)s || url END AS url
        FROM cms_catalogue_record WHERE version > %(since)s AND {locale}
        ORDER BY version LIMIT %(limit)s + 1
    ) page,
    LATERAL (SELECT uid, type, locale, version, modified_at, change, reason, url) item
"""


@router.get(
    "changes",
    operation_id="list_changes",
    summary=gettext_noop("What has changed"),
    description=gettext_noop(
        "Every record that is new, changed or gone since a value of the clock, each "
        "once, at its last change, in the order of changes. Keep `until` and ask again "
        "with since= its value: nothing is missed, however many people publish "
        "meanwhile."
    ),
    response={200: Changes, 400: ProblemDocument},
)
def changes(request: HttpRequest, query: Query[ChangesQuery]) -> HttpResponse:
    now = state()
    if query.since > now.clock:
        raise invalid_parameter(
            "since",
            _("The clock has not come so far: the catalogue was restored. Begin again with 0."),
        )
    validators = conditional.of_list(
        now.clock, f"changes|{query.since}|{query.locale}|{query.limit}", now.modified
    )
    if validators.not_modified(request):
        return validators.unchanged()
    clock, total, items, more, last = one_row(
        _PAGE.format(locale="locale = %(locale)s" if query.locale else "true"),
        {
            "since": query.since,
            "limit": query.limit,
            "locale": query.locale,
            "base": settings.BASE_URL,
        },
    )
    until = last if more else (clock or 0)
    address = next_page(request, query, "since", until) if more else None
    return validators.put_on(listed(total, bytes(items or b""), address, f',"until":{until}'))

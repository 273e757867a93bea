"""Counting searches and clicks without knowing whose they are.

A search is counted once its page has been sent, by one statement that waits for no disk: the
visitor waits for nothing, and a failure costs a count. A click is told by the browser
(`relais/clicks.js`): links stay what they are, and without JavaScript no click is counted.
"""

import datetime as dt
import logging
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from functools import partial
from threading import Lock
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..query import MAX_PAGE, PAGE_SIZE, SearchQuery
from ..result import SearchResult
from .models import KEY_LENGTH, LEAST, RARE_DAYS, SearchClick, SearchDay, SearchedText
from .texts import may_be_kept, text_key

log = logging.getLogger(__name__)

_ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|headless|preview|monitor|scan|fetch|lighthouse|facebookexternalhit",
    re.IGNORECASE,
)
_SALT = "search.click"
TOKEN_AGE = dt.timedelta(days=1)
MAX_POSITION = MAX_PAGE * PAGE_SIZE
MAX_BODY = 2_000  # characters of what a browser tells
# Clicks that one process counts in a minute, and of one page of results.
PER_MINUTE, PER_TOKEN = 600, 30

# The setting holds until the end of this statement's own transaction.
_HURRIED = "SELECT set_config('synchronous_commit', 'off', true)"
_COUNT = f"""
    WITH hurried AS MATERIALIZED ({_HURRIED}), searched AS (
        INSERT INTO search_searchedtext AS known
            (text, locale, written, searches, results, engine, last_day)
        SELECT %(text)s, %(locale)s, %(written)s, %(searches)s, %(results)s, %(engine)s, %(day)s
        FROM hurried
        ON CONFLICT (text, locale) DO UPDATE SET
            searches = known.searches + EXCLUDED.searches,
            last_day = greatest(known.last_day, EXCLUDED.last_day),
            results = CASE WHEN EXCLUDED.searches > 0 THEN EXCLUDED.results
                ELSE known.results END,
            engine = EXCLUDED.engine,
            -- The way of writing that has most accents.
            written = CASE WHEN octet_length(EXCLUDED.written) > octet_length(known.written)
                THEN EXCLUDED.written ELSE known.written END
        RETURNING id
    )
    INSERT INTO search_searchday AS known (searched_id, day, searches, empty, filtered)
    SELECT id, %(day)s, %(searches)s, %(empty)s, %(filtered)s FROM searched
    ON CONFLICT (searched_id, day) DO UPDATE SET
        searches = known.searches + EXCLUDED.searches,
        empty = known.empty + EXCLUDED.empty,
        filtered = known.filtered + EXCLUDED.filtered
"""
_CLICK = f"""
    WITH hurried AS MATERIALIZED ({_HURRIED})
    INSERT INTO search_searchclick AS known (searched_id, day, uid, position, clicks)
    SELECT searched.id, %(day)s, record.uid, %(position)s, 1
    FROM hurried CROSS JOIN search_searchedtext searched CROSS JOIN cms_catalogue_record record
    WHERE searched.text = %(text)s AND searched.locale = %(locale)s
        AND record.uid = %(uid)s AND record.gone_at IS NULL
    ON CONFLICT (searched_id, day, uid, position) DO UPDATE SET clicks = known.clicks + 1
"""


def by_a_visitor(request: HttpRequest) -> bool:
    """Whether a visitor asks: nobody who is signed in, no robot, no page fetched in advance. The
    browser's name is looked at here and kept nowhere."""
    agent = request.headers.get("User-Agent", "")
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return bool(
        "Mozilla" in agent
        and not _ROBOTS.search(agent)
        and not re.search("prefetch|prerender", purpose)
        and not request.user.is_authenticated
    )


def kept_key(text: str) -> str:
    """The text as compared; "" for what is not kept."""
    key = text_key(text) if may_be_kept(text) else ""
    return key if len(key) <= KEY_LENGTH else ""


def counted(
    request: HttpRequest, query: SearchQuery, result: SearchResult, response: HttpResponse
) -> HttpResponse:
    """The response, after which the search is counted: the first page, by relevance, of some
    text."""
    first = query.page == 1 and query.order == "relevance"
    if query.q and first and request.method == "GET" and by_a_visitor(request):
        # What a response closes once the server has sent it.
        response._resource_closers.append(  # type: ignore[attr-defined]
            partial(count, query, result)
        )
    return response


def count(query: SearchQuery, result: SearchResult) -> None:
    """Add a search to the day. Never fails."""
    key = kept_key(query.q)
    searches = 0 if query.filtered else 1
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT,
                {
                    "text": key,
                    "locale": query.locale,
                    "written": query.q if key else "",
                    "searches": searches,
                    "results": min(result.total, 2**31 - 1) if searches and key else 0,
                    "engine": result.engine,
                    "day": timezone.localdate(),
                    "empty": int(bool(searches and not result.total)),
                    "filtered": 1 - searches,
                },
            )
    except Exception:
        log.exception("A search is not counted.")


def telling(request: HttpRequest, query: SearchQuery) -> dict[str, str] | None:
    """What a page of results needs to tell its clicks: `address` and `token`; None where they are
    not counted."""
    key = kept_key(query.q) if query.q else ""
    if not key or not by_a_visitor(request):
        return None
    token = signing.dumps([key, query.locale], salt=_SALT)
    return {"address": reverse("search-click"), "token": token}


# No cookie and no session: there is nothing that a forged request could use. The token says that
# we made a page of results for this text, and which.
@csrf_exempt
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """A result was opened: `token` of its page, `uid` of the record, `position`. 204, also when
    there are too many to count them; 400 for what no page of ours sends."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return HttpResponse(status=413)
        key, locale = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=TOKEN_AGE)
        uid = uuid.UUID(request.POST.get("uid", ""))
        position = _position(request.POST.get("position", ""))
    except (signing.BadSignature, ValueError):
        return HttpResponse(status=400)
    if by_a_visitor(request) and bound.allows(request.POST["token"]):
        _count_click({"text": key, "locale": locale, "uid": uid, "position": position})
    return HttpResponse(status=204)


def _position(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and int(text) <= MAX_POSITION):
        raise ValueError(text)
    return int(text)


def _count_click(values: Mapping[str, Any]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CLICK, {**values, "day": timezone.localdate()})
    except Exception:
        log.exception("A click is not counted.")


class Bound:
    """How many clicks this process counts in a minute, in all and for one token."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = -1
        self._seen: Counter[str] = Counter()

    def allows(self, token: str) -> bool:
        minute = int(timezone.now().timestamp() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._seen.clear()
            if self._seen.total() >= PER_MINUTE or self._seen[token] >= PER_TOKEN:
                return False
            self._seen[token] += 1
            return True


bound = Bound()


def forget(today: dt.date | None = None) -> int:
    """Delete the days older than `settings.SEARCH_LOG_DAYS`, and what was searched fewer than
    LEAST times once RARE_DAYS have passed. Returns how many texts are forgotten."""
    today = today or timezone.localdate()
    oldest = today - dt.timedelta(days=settings.SEARCH_LOG_DAYS)
    SearchDay.objects.filter(day__lt=oldest).delete()
    SearchClick.objects.filter(day__lt=oldest).delete()
    SearchedText.objects.filter(last_day__lt=oldest).delete()
    rare = SearchedText.objects.exclude(text="").filter(
        searches__lt=LEAST, last_day__lt=today - dt.timedelta(days=RARE_DAYS)
    )
    forgotten, _by_model = rare.delete()
    return forgotten

"""Links to other sites that no longer work: collected from records, asked for week after week.

A link is asked for once a week, one that failed again the next night. It counts as dead after
failures on two different days: a site may be down for an hour.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from wagtail.models import Site

from .asking import Asker
from .models import LinkCheck, LinkUse, Record

BATCH = 200  # records read at once
MOST = 300  # links asked for in one run
SECONDS = 600.0  # of one run
HOLDERS = 20  # pages named for a link
AGAIN = dt.timedelta(days=6, hours=12)  # a link that works is asked for again after that
_HREF = re.compile(r"""href=["'](https?://[^"']+)["']""", re.IGNORECASE)
_WHOLE = re.compile(r"https?://\S+", re.IGNORECASE)


def links_of(answer: str) -> set[str]:
    """The addresses of other sites in a stored record: links in its texts and values that are
    addresses."""
    own = _own_hosts()
    found: set[str] = set()
    # Addresses of our own begin with a control character: see `rendering.BASE`.
    for text in _texts(json.loads(answer, strict=False)):
        if _WHOLE.fullmatch(text):
            raw = [text]
        else:
            raw = [unescape(href) for href in _HREF.findall(text)]
        found.update(url for one in raw if (url := normal(one)) and _host(url) not in own)
    return found


def normal(url: str) -> str:
    """An address as it is asked for: ASCII, without fragment; "" for what cannot be asked for."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    rest = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    found = iri_to_uri(f"{parts.scheme.lower()}://{netloc.lower()}{rest}")
    return found if len(found) <= 2000 else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, Sequence):
        yield from chain.from_iterable(map(_texts, value))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _own_hosts() -> set[str]:
    """Our own pages are checked otherwise. The hosts of the sites come from Wagtail's cache."""
    roots = {_host(root.root_url) for root in Site.get_site_root_paths()}
    return {*roots, _host(settings.BASE_URL)} - {""}


def collect() -> int:
    """Bring the known links up to date with the public records; how many there are."""
    live = Record.objects.filter(gone_at__isnull=True).exclude(json="")
    batch: list[tuple[int, str]] = []
    rows = live.order_by("page_id").values_list("page_id", "json")
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            _collect(batch)
            batch = []
    _collect(batch)
    kept = live.filter(page_id=OuterRef("page_id"))
    LinkUse.objects.filter(~Exists(kept)).delete()
    LinkCheck.objects.filter(~Exists(LinkUse.objects.filter(link=OuterRef("pk")))).delete()
    return LinkCheck.objects.count()


@transaction.atomic
def _collect(batch: Sequence[tuple[int, str]]) -> None:
    wanted: dict[int, set[str]] = {}
    for page_id, answer in batch:
        wanted.setdefault(page_id, set()).update(links_of(answer))
    urls = set().union(*wanted.values()) if wanted else set()
    LinkCheck.objects.bulk_create(
        (LinkCheck(url=url) for url in sorted(urls)), ignore_conflicts=True
    )
    numbers = dict(LinkCheck.objects.filter(url__in=urls).values_list("url", "pk"))
    needed = {(numbers[url], page_id) for page_id, some in wanted.items() for url in some}
    known = {
        (link_id, page_id): pk
        for pk, link_id, page_id in LinkUse.objects.filter(page_id__in=wanted).values_list(
            "pk", "link_id", "page_id"
        )
    }
    LinkUse.objects.filter(pk__in=[pk for key, pk in known.items() if key not in needed]).delete()
    LinkUse.objects.bulk_create(
        (LinkUse(link_id=link_id, page_id=page_id) for link_id, page_id in needed - known.keys()),
        ignore_conflicts=True,
    )


def due(now: dt.datetime) -> QuerySet[LinkCheck]:
    """What is to be asked for, the oldest first."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    again = Q(checked_at__lt=now - AGAIN) | Q(failing_since__isnull=False, checked_at__lt=today)
    return LinkCheck.objects.filter(again | Q(checked_at__isnull=True)).order_by(
        F("checked_at").asc(nulls_first=True), "pk"
    )


def check(asker: Asker | None = None, *, most: int = MOST, seconds: float = SECONDS) -> int:
    """Ask for what is due, within bounds; the next run goes on where this one stops. How many
    links were asked for."""
    asker = asker or Asker()
    begin = time.monotonic()
    done = 0
    for link in _by_turns(list(due(timezone.now())[:most])):
        if time.monotonic() - begin > seconds:
            break
        answer = asker.ask(link.url)
        now = timezone.now()
        LinkCheck.objects.filter(pk=link.pk).update(
            status=answer.status,
            error=answer.error,
            checked_at=now,
            failing_since=(link.failing_since or now) if answer.error else None,
        )
        done += 1
    return done


def _by_turns(links: Sequence[LinkCheck]) -> Iterator[LinkCheck]:
    """One link of each host after the other: less waiting, and no host is hurried."""
    hosts: dict[str, list[LinkCheck]] = {}
    for link in links:
        hosts.setdefault(_host(link.url), []).append(link)
    return filter(None, chain.from_iterable(zip_longest(*hosts.values())))


def dead() -> QuerySet[LinkCheck]:
    """Links that failed on two different days at least, those that fail longest first."""
    return LinkCheck.objects.filter(
        failing_since__isnull=False, checked_at__date__gt=TruncDate("failing_since")
    ).order_by("failing_since", "pk")


def holders(links: Sequence[LinkCheck]) -> dict[int, list[int]]:
    """The pages whose public records give these links now, by the link's id: a page that was
    corrected since links were collected is no longer there. Two queries; HOLDERS at most."""
    uses = LinkUse.objects.filter(link__in=links).annotate(
        place=Window(RowNumber(), partition_by="link_id", order_by="page_id")
    )
    rows = list(uses.filter(place__lte=HOLDERS).values_list("link_id", "page_id"))
    live = Record.objects.filter(
        page_id__in={page_id for _link, page_id in rows}, gone_at__isnull=True
    )
    now: dict[int, set[str]] = {}
    for page_id, answer in live.values_list("page_id", "json").iterator(chunk_size=BATCH):
        now.setdefault(page_id, set()).update(links_of(answer))
    urls = {link.pk: link.url for link in links}
    found: dict[int, list[int]] = {}
    for link_id, page_id in rows:
        if urls[link_id] in now.get(page_id, ()):
            found.setdefault(link_id, []).append(page_id)
    return found

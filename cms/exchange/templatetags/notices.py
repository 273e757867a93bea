"""What a record's page and lists of records carry for bibliographic programs."""

import datetime as dt
from collections.abc import Sequence, Set
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.catalogue.agenda import today
from cms.catalogue.models import Record
from cms.catalogue.sections import SectionList
from cms.core import vocabularies
from cms.core.records import record_types, record_uid
from cms.exchange.basket import address as basket_address
from cms.exchange.notices import EXPORTS
from cms.formats import coins, schema_org
from cms.formats.notice import Notice, is_citable
from search.query import SearchQuery

register = template.Library()

LABELS = {
    "ris": _("RIS (Zotero, EndNote)"),
    "bib": _("BibTeX"),
    "csl.json": _("CSL-JSON"),
    "jsonld": _("JSON-LD (schema.org)"),
    "md": _("Markdown"),
}


class Carried:
    """What the page of a record carries: elements of its head, COinS, addresses of exports."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice

    @property
    def citation(self) -> str:
        """ "" for what one does not cite."""
        return self.notice.citation if self.notice.kind.citable else ""

    @property
    def permalink(self) -> str:
        return self.notice.permalink

    @property
    def head(self) -> SafeString:
        """`citation_*`, JSON-LD, and where the same is found in other formats."""
        metadata = format_html_join(
            "\n", '<meta name="{}" content="{}">', coins.metadata(self.notice)
        )
        alternates = format_html_join(
            "\n",
            '<link rel="alternate" type="{}" href="{}">',
            ((EXPORTS[one].media_type.partition(";")[0], self._address(one)) for one in EXPORTS),
        )
        # A block of data, not a script: the policy for scripts has nothing to refuse.
        data = mark_safe(schema_org.script(self.notice))  # noqa: S308 - nothing ends the element
        script = format_html('<script type="application/ld+json">{}</script>', data)
        return format_html("{}\n{}\n{}", metadata, alternates, script)

    @property
    def coins(self) -> SafeString:
        return _span(coins.of_notice(self.notice))

    @property
    def basket(self) -> str:
        """The address of a basket that holds it alone."""
        return basket_address([self.notice.record.uid])

    @property
    def calendar(self) -> str:
        """The address of its dates as iCalendar, "" where none is to come."""
        ends = (dt.datetime.fromisoformat(one["end"]) for one in self.notice.item["occurrences"])
        coming = any(end >= today() for end in ends)
        return reverse("notice-calendar", args=[self.notice.record.uid]) if coming else ""

    @property
    def exports(self) -> list[dict[str, Any]]:
        """[{"label", "url", "type"}]."""
        return [
            {"label": LABELS[one], "url": self._address(one), "type": EXPORTS[one].media_type}
            for one in EXPORTS
        ]

    def _address(self, extension: str) -> str:
        return reverse("notice-export", args=[self.notice.record.uid, extension])


@register.simple_tag(takes_context=True)
def carried(context: dict[str, Any], page: Any) -> Carried | None:
    """The public record of a page, as programs read it; None for a page without one, as in the
    preview of a draft. One query for each request: what the page's surroundings say of its
    translations is not asked again."""
    kept = vars(context["request"])
    if "_carried" not in kept:
        house = context["house"]
        spoken = {one.language for one in house.alternates} - {"x-default"}
        kept["_carried"] = _carried(page, house.name, spoken)
    return kept["_carried"]


def _carried(page: Any, site: str, spoken: Set[str]) -> Carried | None:
    if not page or not page.pk:
        return None
    record = Record.objects.filter(page_id=page.pk, gone_at__isnull=True).defer("document").first()
    if record is None:
        return None
    key = record.translation_key
    others = [(one, record_uid(key, one)) for one in sorted(spoken) if one != record.locale]
    return Carried(Notice(record, site, others))


@register.simple_tag
def calendar_address(shelf: SectionList) -> str:
    """The dates of a section's list as iCalendar: those to come, with the filters in use."""
    filters = shelf.calendar_links.coming.lstrip("?") if shelf.calendar_links else ""
    types = "" if shelf.choice.types else urlencode([("type", one) for one in shelf.types])
    query = "&".join(filter(None, [filters, types]))
    return reverse("agenda-calendar") + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def list_coins(context: dict[str, Any], found: Sequence[Any]) -> SafeString:
    """COinS of the records or hits of a list, in its order; none where there is nothing to cite.
    What they are made of comes with the list: no query."""
    site = context["house"].name
    cited = [_record(one) for one in found or () if is_citable(one.type)]
    notices = (Notice(one, site) for one in cited if one.json)
    return format_html_join("\n", "{}", ((_span(coins.of_notice(one)),) for one in notices))


def _record(one: Any) -> Record:
    """A hit as its record: a search is in the active language."""
    if isinstance(one, Record):
        return one
    locale = (get_language() or "fr").split("-")[0]
    return Record(
        uid=one.uid, type=one.type, locale=locale, title=one.title, summary=one.summary,
        json=one.answer,
    )  # fmt: skip


# What lists are exported as: label, name of the address and extension; references last.
_TABLES = (("CSV", "csv"), ("XLSX", "xlsx"), ("GeoJSON", "geojson"))
_REFERENCES = ((_("RIS (Zotero, EndNote)"), "ris"), ("BibTeX", "bib"))
_FEEDS = (("Atom", "atom"), ("RSS", "rss"))


@register.inclusion_tag("exchange/export_list.html")
def export_search(query: SearchQuery, hits: Sequence[Any]) -> dict[str, Any]:
    """What a search may be taken away as. No query."""
    chosen = [pair for pair in query.parameters() if pair[0] not in ("page", "vue")]
    return _exports(urlencode(chosen), {one.type for one in hits}, [one.uid for one in hits])


@register.inclusion_tag("exchange/export_list.html")
def export_shelf(shelf: SectionList, **scope: Any) -> dict[str, Any]:
    """What a list with filters may be taken away as. `scope` is what the address of the list says
    and its choice does not: `section` (its page), `theme` ("scheme:id"), `on_map`, `near` (a
    commune's INSEE code, with `radius`). No query."""
    # Without the vocabularies, which it would ask the database for: their values are
    # "concept=scheme:id" all the same.
    chosen = shelf.choice.address(vocabularies.schemes(edited=False)).lstrip("?")
    more: list[tuple[str, Any]] = [
        ("rubrique", scope["section"].pk if scope.get("section") else ""),
        ("theme", scope.get("theme")),
        ("carte", "1" if scope.get("on_map") else ""),
        ("pres-de", scope.get("near")),
        ("rayon", scope.get("radius") if scope.get("near") else ""),
    ]
    if shelf.calendar and not shelf.choice.year and not shelf.choice.open_only:
        more.append(("a-venir", "1"))
    query = "&".join(filter(None, [chosen, urlencode([one for one in more if one[1]])]))
    if shelf.calendar:
        uids = [entry.record.uid for entry in shelf.calendar.entries]
    else:
        uids = [one.uid for one in scope.get("records") or shelf.records]
    return _exports(query, set(shelf.types) or set(record_types()), uids)


def _exports(query: str, types: set[str], uids: Sequence[Any]) -> dict[str, Any]:
    more = f"?{query}" if query else ""
    forms = [*_TABLES, *(_REFERENCES if any(map(is_citable, types)) else ()), *_FEEDS]
    links = [(label, reverse("list-export", args=[one]) + more) for label, one in forms]
    unique = list(dict.fromkeys(uids))
    return {
        "links": links,
        "embed": reverse("embed") + more,
        "basket": basket_address(unique) if unique else "",
        "number": len(unique),
    }


def _span(found: str) -> SafeString:
    if not found:
        return mark_safe("")
    return format_html('<span class="Z3988" aria-hidden="true" title="{}"></span>', found)

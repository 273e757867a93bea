"""schema.org as JSON-LD: what search engines show of a record beside its title.

Each type says its class (`RecordType.schema_type`); what a class wants besides comes from what
the contract and `data` hold whatever the type: dates, places, organisations with roles, contact
points that were agreed to.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from cms.catalogue.agenda import today

from .names import Name
from .notice import Notice, permalink

EXTENSION = "jsonld"
MEDIA_TYPE = "application/ld+json"

_STATUSES = {"confirmed": "EventScheduled", "cancelled": "EventCancelled",
             "postponed": "EventPostponed"}  # fmt: skip
# How one takes part, in the words of types: schema.org's attendance, and LRMI's course mode.
_ATTENDANCE = {"onsite": "Offline", "online": "Online", "remote": "Online", "hybrid": "Mixed",
               "mixed": "Mixed"}  # fmt: skip
_MODES = {"Offline": "Onsite", "Online": "Online", "Mixed": "Blended"}
_OTHERS = frozenset({"Event", "Organization", "Person", "Project", "MonetaryGrant", "Action"})


def write(notice: Notice) -> bytes:
    return json.dumps(node(notice), ensure_ascii=False, indent=1).encode()


def script(notice: Notice) -> str:
    """For a script element: JSON in which nothing ends the element or begins another."""
    text = json.dumps(node(notice), ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def node(notice: Notice) -> dict[str, Any]:
    """The record as one node of the graph, without empty values."""
    image = notice.item["image"]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": notice.schema_type,
        "@id": notice.permalink,
        "url": notice.url,
        "name": notice.title,
        "description": notice.abstract or notice.summary,
        "image": image["url"] if image else None,
        "identifier": str(notice.record.uid),
    }
    if notice.schema_type not in _OTHERS:
        found |= _work(notice)
    found |= _OWN.get(notice.schema_type, _nothing)(notice)
    return _filled(found)


def _work(notice: Notice) -> dict[str, Any]:
    """What any creative work may say."""
    return {
        "headline": notice.title if notice.schema_type.endswith("Article") else None,
        "author": [_author(name) for name in notice.authors],
        "publisher": _organisation(notice.publisher) if notice.publisher else None,
        "datePublished": notice.date,
        "dateModified": notice.item["modified_at"],
        "inLanguage": notice.language,
        **_translations(notice),
        "license": notice.licence_url,
        "about": [
            {"@type": "DefinedTerm", "name": one["label"], "termCode": one["id"],
             "inDefinedTermSet": f"{settings.BASE_URL}/concepts/{one['scheme']}",
             "@id": f"{settings.BASE_URL}/concepts/{one['scheme']}/{one['id']}"}
            for one in notice.concepts
        ],
        "spatialCoverage": [
            {"@type": "Place", "name": one["label"]} for one in notice.item["territories"]
        ],
        "sponsor": _with_role(notice, "funder"),
        "contributor": _with_role(notice, "lead", "partner"),
        "encoding": [
            {"@type": "MediaObject", "name": one["title"], "contentUrl": one["url"],
             "encodingFormat": one["media_type"], "contentSize": str(one["size"]),
             "inLanguage": one["language"]}
            for one in notice.item["downloads"]
        ],
        "isPartOf": {"@type": "Periodical", "name": notice.text("host_title"),
                     "issn": notice.text("issn")} if notice.text("host_title") else None,
        "bookEdition": notice.text("edition") if notice.schema_type == "Book" else None,
        "isbn": notice.text("isbn"),
        "issn": "" if notice.text("host_title") else notice.text("issn"),
        "pagination": notice.text("pages"),
        "sameAs": f"https://doi.org/{notice.text('doi')}" if notice.text("doi") else None,
    }  # fmt: skip


def _translations(notice: Notice) -> dict[str, Any]:
    """A work names its translations, a translation its source; both only as far as public."""
    others = {
        language: {"@type": notice.schema_type, "@id": permalink(uid), "inLanguage": language}
        for language, uid in notice.translations
    }
    if notice.locale == settings.LANGUAGE_CODE:
        return {"workTranslation": list(others.values())}
    return {"translationOfWork": others.get(settings.LANGUAGE_CODE)}


def _event(notice: Notice) -> dict[str, Any]:
    """The next date, or the last one; several are events of their own inside."""
    dates = notice.item["occurrences"]
    coming = [one for one in dates if _is_coming(one)]
    shown = coming[0] if coming else dates[-1] if dates else None
    return {
        **(_dated(notice, shown) if shown else {}),
        "organizer": _with_role(notice, "organiser") or _with_role(notice, "lead"),
        "sponsor": _with_role(notice, "funder"),
        "inLanguage": notice.language,
        "subEvent": [
            {"@type": "Event", "name": notice.title, "url": notice.url, **_dated(notice, one)}
            for one in (dates if len(dates) > 1 else ())
        ],
    }


def _course(notice: Notice) -> dict[str, Any]:
    attendance = _attendance(notice)
    return {
        "provider": _with_role(notice, "organiser", "lead") or _organisation(notice.publisher),
        "hasCourseInstance": [
            {
                "@type": "CourseInstance",
                "courseMode": _MODES.get(attendance),
                **{k: v for k, v in _dated(notice, one).items() if k != "eventAttendanceMode"},
            }
            for one in notice.item["occurrences"]
        ],
    }


def _dated(notice: Notice, one: Mapping[str, Any]) -> dict[str, Any]:
    attendance = _attendance(notice)
    # As on the page, where one took part is no longer said.
    online = notice.text("online_url") if _is_coming(one) else ""
    places: list[dict[str, Any]] = []
    if one["place"] and attendance != "Online":
        point = notice.item["points"][0] if len(notice.item["points"]) == 1 else None
        places.append(
            {
                "@type": "Place",
                "name": one["place"],
                "address": _address(notice) or one["place"],
                "geo": {"@type": "GeoCoordinates", "latitude": point["latitude"],
                        "longitude": point["longitude"]} if point else None,
            }
        )  # fmt: skip
    if attendance in ("Online", "Mixed"):
        places.append({"@type": "VirtualLocation", "url": online or notice.url})
    start, end = _bounds(one)
    return {
        "startDate": start,
        "endDate": end,
        "eventStatus": f"https://schema.org/{_STATUSES.get(one['status'], 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{attendance}EventAttendanceMode"
        if attendance
        else None,
        "location": places,
    }


def _is_coming(one: Mapping[str, Any]) -> bool:
    return max(dt.datetime.fromisoformat(one[name]) for name in ("start", "end")) >= today()


def _bounds(one: Mapping[str, Any]) -> tuple[str, str | None]:
    """Days for whole days, the last one included; else with the hour and its offset."""
    zone = timezone.get_default_timezone()
    start, end = (
        dt.datetime.fromisoformat(one[name]).astimezone(zone) for name in ("start", "end")
    )
    if one["all_day"]:
        last = max(start.date(), end.date() - dt.timedelta(days=1))
        return start.date().isoformat(), last.isoformat()
    return start.isoformat(), end.isoformat() if end > start else None


def _attendance(notice: Notice) -> str:
    return _ATTENDANCE.get(notice.text("event_mode") or notice.text("modality"), "")


def _address(notice: Notice) -> dict[str, Any] | None:
    place = notice.data.get("place")
    if not isinstance(place, dict) or not (place.get("address") or place.get("commune")):
        return None
    return {
        "@type": "PostalAddress",
        "streetAddress": place.get("address"),
        "addressLocality": place.get("commune"),
        "addressCountry": "FR",
    }


def _actor(notice: Notice) -> dict[str, Any]:
    """An organisation: only what it agreed to publish."""
    contact = notice.data.get("contact") or {}
    return {
        "alternateName": notice.text("acronym"),
        "address": notice.text("address"),
        "telephone": contact.get("phone"),
        "email": contact.get("email"),
        "sameAs": contact.get("website"),
        "logo": notice.item["image"]["url"] if notice.item["image"] else None,
    }


def _person(notice: Notice) -> dict[str, Any]:
    """A person: only what they agreed to publish."""
    contact = notice.data.get("contact") or {}
    return {
        "givenName": notice.text("first_name"),
        "familyName": notice.text("last_name"),
        "jobTitle": notice.text("function"),
        "telephone": contact.get("phone") or contact.get("mobile"),
        "email": contact.get("email"),
        "worksFor": _with_role(notice, "member"),
    }


def _grant(notice: Notice) -> dict[str, Any]:
    return {"funder": _with_role(notice, "funder", "organiser", "lead", "publisher")}


def _project(notice: Notice) -> dict[str, Any]:
    return {
        "parentOrganization": _with_role(notice, "lead"),
        "member": _with_role(notice, "partner"),
        "sponsor": _with_role(notice, "funder"),
        "areaServed": [
            {"@type": "Place", "name": one["label"]} for one in notice.item["territories"]
        ],
    }


def _action(notice: Notice) -> dict[str, Any]:
    return {"agent": _with_role(notice, "lead"), "participant": _with_role(notice, "partner")}


def _nothing(notice: Notice) -> dict[str, Any]:
    return {}


_OWN: Mapping[str, Callable[[Notice], dict[str, Any]]] = {
    "Action": _action,
    "Course": _course,
    "Event": _event,
    "MonetaryGrant": _grant,
    "Organization": _actor,
    "Person": _person,
    "Project": _project,
}


def _with_role(notice: Notice, *roles: str) -> list[dict[str, Any]]:
    return [
        _organisation(one["name"], one["uid"])
        for one in notice.item["organisations"]
        if one["role"] in roles
    ]


def _organisation(name: str, uid: str | None = None) -> dict[str, Any]:
    found = {"@type": "Organization", "name": name or settings.WAGTAIL_SITE_NAME}
    return {**found, "@id": permalink(uid)} if uid else found


def _author(name: Name) -> dict[str, Any]:
    if not name.is_person:
        return {"@type": "Organization", "name": name.printed}
    return {
        "@type": "Person",
        "name": f"{name.given} {name.family}",
        "givenName": name.given,
        "familyName": name.family,
    }


def _filled(value: Any) -> Any:
    """Without what is empty, at any depth."""
    if isinstance(value, dict):
        found = {name: _filled(part) for name, part in value.items()}
        return {name: part for name, part in found.items() if part not in (None, "", [], {})}
    if isinstance(value, list):
        return [part for one in value if (part := _filled(one)) not in (None, "", [], {})]
    return value

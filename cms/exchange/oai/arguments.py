"""The arguments of a request, read once and wholly: every error that they hold is told."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import tokens

# What a client sent is shown to it only so far.
ECHO = 80


@dataclass(frozen=True, slots=True)
class Error:
    """One of the protocol's eight; `text` is for whoever reads the log of a harvester."""

    code: str
    text: str


class Refused(Exception):
    """The answer is errors. `echo`: whether the request's arguments may be repeated in it."""

    def __init__(self, errors: Sequence[Error], *, echo: bool = True) -> None:
        super().__init__(", ".join(error.code for error in errors))
        self.errors = errors
        self.echo = echo


def refused(code: str, text: str) -> Refused:
    return Refused([Error(code, text)])


@dataclass(frozen=True, slots=True)
class Verb:
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    resumes: bool = False


_LIST = Verb(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), resumes=True)
VERBS: Mapping[str, Verb] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=frozenset({"identifier"})),
    "ListSets": Verb(resumes=True),
    "GetRecord": Verb(frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
RESUMPTION = "resumptionToken"

# Unreserved characters (RFC 2396 §2.3) without spaces; a set may have levels.
_UNRESERVED = r"[A-Za-z0-9\-_.!~*'()]+"
PREFIX = re.compile(_UNRESERVED)
SET = re.compile(rf"{_UNRESERVED}(?::{_UNRESERVED})*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# What may stand in a URI (RFC 3986), besides "%".
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,1000}")
_TOKEN = re.compile(r"[!-~]{1,1000}")


@dataclass(frozen=True, slots=True)
class Arguments:
    """A request without error in itself. `start` is inclusive, `end` exclusive."""

    verb: str
    given: Mapping[str, str]
    identifier: str = ""
    prefix: str = ""
    set: str = ""
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    resumed: tokens.Token | None = None


def read(pairs: Sequence[tuple[str, str]]) -> Arguments:
    """From the pairs of the query string or of the form. Raises Refused."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        what = (
            "The argument “verb” is missing."
            if not verbs
            else "The argument “verb” is repeated."
            if len(verbs) > 1
            else f"“{verbs[0][:ECHO]}” is not a verb of OAI-PMH."
        )
        raise Refused([Error("badVerb", what)], echo=False)
    given = dict(pairs)
    verb = VERBS[verbs[0]]
    faults = _names(verb, pairs) or _resumed_alone(verb, given)
    if RESUMPTION not in given:
        faults += _values(given)
    if faults:
        raise Refused([Error("badArgument", fault) for fault in faults], echo=False)
    if RESUMPTION in given:
        return _resume(verbs[0], given)
    return Arguments(
        verb=verbs[0],
        given=given,
        identifier=given.get("identifier", ""),
        prefix=given.get("metadataPrefix", ""),
        set=given.get("set", ""),
        start=moment(given["from"]) if "from" in given else None,
        end=_after(given["until"]) if "until" in given else None,
    )


def _names(verb: Verb, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Arguments that do not belong there, come twice, or are missing."""
    names = [name for name, _value in pairs]
    allowed = {"verb", *verb.required, *verb.optional, *([RESUMPTION] if verb.resumes else [])}
    faults = [
        f"The argument “{name[:ECHO]}” is not one of this verb."
        for name in dict.fromkeys(names)
        if name not in allowed
    ][:10]
    faults += [
        f"The argument “{name}” is repeated." for name in sorted(allowed) if names.count(name) > 1
    ]
    if RESUMPTION not in names:
        faults += [
            f"The argument “{name}” is missing."
            for name in sorted(verb.required)
            if name not in names
        ]
    return faults


def _resumed_alone(verb: Verb, given: Mapping[str, str]) -> list[str]:
    if RESUMPTION in given and set(given) != {"verb", RESUMPTION}:
        return [f"“{RESUMPTION}” stands alone: it holds the other arguments."]
    return []


def _values(given: Mapping[str, str]) -> list[str]:
    """Values that are not written as the protocol wants them."""
    faults = []
    if not PREFIX.fullmatch(given.get("metadataPrefix", "x")):
        faults.append("“metadataPrefix” has characters that a prefix cannot have, or none.")
    if not SET.fullmatch(given.get("set", "x")):
        faults.append("“set” has characters that a set cannot have, or none.")
    if not _URI.fullmatch(given.get("identifier", "x")):
        faults.append("“identifier” is not a URI.")
    return faults + _dates(given)


def _dates(given: Mapping[str, str]) -> list[str]:
    bounds = {name: given[name] for name in ("from", "until") if name in given}
    faults = []
    for name, text in bounds.items():
        try:
            moment(text)
        except ValueError:
            faults.append(f"“{name}” is not a day (2026-01-31) or a second (2026-01-31T12:00:00Z).")
    if len(bounds) == 2 and not faults:
        if len(bounds["from"]) != len(bounds["until"]):
            faults.append("“from” and “until” are not of the same granularity.")
        elif moment(bounds["from"]) > moment(bounds["until"]):
            faults.append("“from” is later than “until”.")
    return faults


def moment(text: str) -> dt.datetime:
    """A day or a second in UTC, as the protocol writes them; ValueError for anything else."""
    if _DAY.fullmatch(text):
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    if _SECOND.fullmatch(text):
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    raise ValueError(f"Not a date of OAI-PMH: {text!r}")


def _after(text: str) -> dt.datetime | None:
    """The first moment after that day or second; None for one that never comes."""
    unit = dt.timedelta(days=1) if len(text) == len("2026-01-31") else dt.timedelta(seconds=1)
    try:
        return moment(text) + unit
    except OverflowError:
        return None


def _resume(verb: str, given: Mapping[str, str]) -> Arguments:
    text = given[RESUMPTION]
    found = tokens.read(text, verb)
    if found is None:
        # What is not even printable cannot be repeated in XML.
        raise Refused(
            [Error("badResumptionToken", "It is not ours, of another verb, or too old.")],
            echo=_TOKEN.fullmatch(text) is not None,
        )
    return Arguments(
        verb=verb,
        given=given,
        prefix=found.prefix,
        set=found.set,
        start=moment(found.start) if found.start else None,
        end=_after(found.until) if found.until else None,
        resumed=found,
    )

"""A training in the words of LHEO, the language of training offers in France.

LHEO 2.3 (lheo.gouv.fr, decree 2015-742) has 26 elements in its first circle, those that every
offer must give. `elements` says what a training has of each; `said` puts it into the training's
record, from which the exits write files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.core import body

from .sessions import HELD

_MODALITIES = {"onsite": "0", "mixed": "1", "remote": "2"}


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is responsible for the training. `contact`: how to reach it, by kind ("phone",
    "email"…); `address` in lines; `edit_url` is where its own page is edited."""

    name: str = ""
    siret: str = ""
    address: str = ""
    contact: Mapping[str, str] | None = None
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of LHEO. `field` is where it is written in the form; `of_provider` tells that
    it stands in the organisation's own page."""

    name: str
    label: Any
    field: str
    value: Callable[[Any, Provider], Any]
    of_provider: bool = False

    @property
    def own(self) -> bool:
        """Whether the training says it without anybody else."""
        return self.field not in ("organisations", "contacts")


def elements(page: Any, provider: Provider) -> dict[str, Any]:
    """What a training has of each element of the first circle, in LHEO's own codes; None for
    what it lacks. Dates are AAAAMMJJ, texts plain."""
    return {one.name: one.value(page, provider) or None for one in FIRST_CIRCLE}


def lacking(page: Any, provider: Provider) -> list[Element]:
    """The elements of the first circle that a training lacks."""
    found = elements(page, provider)
    return [one for one in FIRST_CIRCLE if found[one.name] is None]


class _Rows:
    """Rows that are known already, where a page's relation is asked for."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows

    def all(self) -> Sequence[Any]:
        return self.rows


class _Known:
    """A page of a batch with its sessions, which cost no query; whom to ask is in its record."""

    def __init__(self, page: Any, sessions: Sequence[Any]) -> None:
        self.page = page
        self.sessions = _Rows(sessions)
        self.contacts = _Rows(())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)


def said(page: Any, sessions: Sequence[Any]) -> dict[str, Any]:
    """For the record: what the training itself has of the first circle, and `info-public-vise`.
    Who is responsible and whom to ask are named in the record already, and say in records of their
    own how to reach them."""
    known = _Known(page, sessions)
    found = {one.name: one.value(known, Provider()) or None for one in FIRST_CIRCLE if one.own}
    return {**found, "info-public-vise": plain(page.audience) or None}


def plain(stream: Any) -> str:
    """The text of a body, without markup."""
    return " ".join(text for _weight, text in body.texts(stream.stream_block, stream.raw_data))


def _codes(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _content(page: Any, provider: Provider) -> str:
    """Context and programme: LHEO has one place for both."""
    programme = plain(page.programme)
    return " ".join(filter(None, [plain(page.context), programme])) if programme else ""


def _sessions(page: Any, provider: Provider) -> list[dict[str, str]]:
    """The periods of the sessions that are held."""
    return [
        {"debut": f"{row.start:%Y%m%d}", "fin": f"{row.last_day:%Y%m%d}"}
        for row in page.sessions.all()
        if row.start and row.status in HELD
    ]


def _contact(page: Any, provider: Provider) -> str:
    return ", ".join(str(row.actor) for row in page.contacts.all())


def _level_required(page: Any, provider: Provider) -> str:
    return ("1" if page.entry_level_required else "0") if page.entry_level else ""


def _costs(page: Any, provider: Provider) -> str:
    return "" if page.costs_covered is None else "1" if page.costs_covered else "0"


def _reach(page: Any, provider: Provider) -> dict[str, str]:
    return {kind: text for kind, text in (provider.contact or {}).items() if text}


FIRST_CIRCLE = (
    Element("domaine-formation", _("domains (Formacode)"), "formacodes",
            lambda page, _provider: _codes(page.formacodes)),
    Element("intitule-formation", _("title"), "title", lambda page, _provider: page.title),
    Element("objectif-formation", _("objectives"), "objectives",
            lambda page, _provider: plain(page.objectives)),
    Element("resultats-attendus", _("skills to be gained"), "skills",
            lambda page, _provider: plain(page.skills)),
    Element("contenu-formation", _("programme"), "programme", _content),
    Element("certifiante", _("certification"), "certification",
            lambda page, _provider: "1" if page.certification else "0"),
    Element("contact-formation", _("whom to ask about the training"), "contacts", _contact),
    Element("parcours-de-formation", _("kind of course"), "course",
            lambda page, _provider: page.course),
    Element("code-niveau-entree", _("level to begin with"), "entry_level",
            lambda page, _provider: page.entry_level),
    Element("rythme-formation", _("duration in words"), "duration_text",
            lambda page, _provider: page.duration_text),
    Element("code-public-vise", _("publics (Formacode)"), "public_codes",
            lambda page, _provider: _codes(page.public_codes)),
    Element("niveau-entree-obligatoire", _("whether the level is required"), "entry_level",
            _level_required),
    Element("modalites-alternance", _("alternation with work"), "alternation",
            lambda page, _provider: page.alternation),
    Element("modalites-enseignement", _("modality"), "modality",
            lambda page, _provider: _MODALITIES.get(page.modality)),
    Element("conditions-specifiques", _("prerequisites"), "prerequisites",
            lambda page, _provider: plain(page.prerequisites)),
    Element("prise-en-charge-frais-possible", _("whether costs may be covered"),
            "costs_covered", _costs),
    Element("modalites-entrees-sorties", _("when one may begin"), "permanent_entry",
            lambda page, _provider: "1" if page.permanent_entry else "0"),
    Element("session", _("a session with its days"), "sessions", _sessions),
    Element("adresse-inscription", _("postal address for inscriptions"), "registration_address",
            lambda page, provider: page.registration_address or provider.address),
    Element("contact-session", _("whom to ask about the session"), "contacts", _contact),
    Element("numero-activite", _("number of the training body"), "activity_number",
            lambda page, _provider: page.activity_number),
    Element("SIRET-organisme-formation", _("SIRET of the organisation"), "organisations",
            lambda _page, provider: provider.siret, of_provider=True),
    Element("nom-organisme", _("name of the organisation"), "organisations",
            lambda _page, provider: provider.name),
    Element("raison-sociale", _("legal name of the organisation"), "organisations",
            lambda _page, provider: provider.name),
    Element("coordonnees-organisme", _("address of the organisation"), "organisations",
            lambda _page, provider: provider.address, of_provider=True),
    Element("contact-organisme", _("how to reach the organisation"), "organisations", _reach,
            of_provider=True),
)  # fmt: skip

# What editors are told of them.
LABELS: Mapping[str, Any] = {one.name: one.label for one in FIRST_CIRCLE}

"""Training offers in LHEO 2.3 (lheo.gouv.fr, decree 2015-742): those that are complete, and what
the others lack. What is written obeys the lengths and the order of the definition.

A type whose records are offers says so (`RecordType.lheo`), and each record what it has
(`data["lheo"]`); who is responsible and whom to ask come from their own records, with what they
agreed to publish.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .notice import Notice
from .text import one_line

NAMESPACE = "http://lheo.gouv.fr/2.3"
MEDIA_TYPE = "application/xml; charset=utf-8"

LONG, NAME, LINE, AUDIENCE = 3_000, 250, 50, 250  # signs
# The least and the most signs of what is no text, which is left out and not cut.
_SIZES = {"numtel": (1, 25), "courriel": (3, 160), "urlweb": (3, 400), "code-RNCP": (1, 10),
          "code-RS": (3, 10)}  # fmt: skip
MOST_LINES = 4  # of an address
# A postal code and what follows it, up to the next comma or line.
_POSTAL = re.compile(r"(?<!\d)(\d{5})[\s,]+([^,\n\d][^,\n]*)")
_RESPONSIBLE = ("organiser", "lead")  # roles, the likeliest first


@dataclass(frozen=True, slots=True)
class Offer:
    """A training with the records that it names, those that are public, by uid."""

    notice: Notice
    actors: Mapping[str, Notice]

    @property
    def said(self) -> Mapping[str, Any]:
        found = self.notice.data.get("lheo")
        return found if isinstance(found, dict) else {}

    @property
    def provider(self) -> Notice | None:
        """Whoever organises it, else leads it, else is named first."""
        rows = sorted(self.notice.item["organisations"], key=_likelihood)
        return self.actors.get(rows[0]["uid"] or "") if rows else None

    @property
    def contacts(self) -> list[Notice]:
        uids = [one["uid"] for one in self.notice.item["contacts"]]
        return [self.actors[uid] for uid in uids if uid in self.actors]

    @property
    def names(self) -> set[str]:
        """The uids of whom it names."""
        rows = (*self.notice.item["organisations"], *self.notice.item["contacts"])
        return {one["uid"] for one in rows if one["uid"]}


def _likelihood(row: Mapping[str, Any]) -> int:
    return _RESPONSIBLE.index(row["role"]) if row["role"] in _RESPONSIBLE else len(_RESPONSIBLE)


def lacking(offer: Offer) -> list[str]:
    """The elements of the first circle without which it cannot be written, in LHEO's names."""
    said, provider = offer.said, offer.provider
    data = provider.data if provider else {}
    here = _address(str(data.get("address") or ""))
    at = _registration(offer)
    siret, activity = str(data.get("siret") or ""), str(said.get("numero-activite") or "")
    found = {
        **{name: bool(said.get(name)) for name in _SAID},
        "contact-formation": bool(offer.contacts),
        "contact-session": bool(offer.contacts),
        "adresse-inscription": at is not None,
        "numero-activite": bool(re.fullmatch(r"\d{11}", activity)),
        "SIRET-organisme-formation": bool(re.fullmatch(r"\d{14}", siret)),
        "nom-organisme": provider is not None,
        "raison-sociale": provider is not None,
        "coordonnees-organisme": here is not None,
        "contact-organisme": any((data.get("contact") or {}).values()),
    }
    return [name for name, there in found.items() if not there]


# Said by the training alone.
_SAID = (
    "domaine-formation", "intitule-formation", "objectif-formation", "resultats-attendus",
    "contenu-formation", "certifiante", "parcours-de-formation", "code-niveau-entree",
    "rythme-formation", "code-public-vise", "niveau-entree-obligatoire", "modalites-alternance",
    "modalites-enseignement", "conditions-specifiques", "prise-en-charge-frais-possible",
    "modalites-entrees-sorties", "session",
)  # fmt: skip


def write(offers: Iterable[Offer]) -> Iterator[bytes]:
    """A document of those that are complete, one at a time; nothing at all where none is, since
    LHEO has no empty list."""
    begun = False
    for offer in offers:
        if lacking(offer):
            continue
        if not begun:
            yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
            yield f'<lheo xmlns="{NAMESPACE}">\n<offres>\n'.encode()
            begun = True
        # The namespace stands in the root alone.
        own = f' xmlns="{NAMESPACE}"'.encode()
        yield etree.tostring(formation(offer), encoding="UTF-8").replace(own, b"", 1) + b"\n"
    if begun:
        yield b"</offres>\n</lheo>\n"


def formation(offer: Offer) -> etree._Element:
    """A complete offer as an element; ValueError for one that lacks something."""
    if lacking(offer):
        raise ValueError("The offer is not complete.")
    said = offer.said
    root = etree.Element(f"{{{NAMESPACE}}}formation", nsmap={None: NAMESPACE})
    root.set("numero", str(offer.notice.record.uid))
    domain = _add(root, "domaine-formation")
    for code in said["domaine-formation"][:5]:
        _add(domain, "code-FORMACODE", code)
    _add(root, "intitule-formation", _cut(said["intitule-formation"], 255))
    for name in ("objectif-formation", "resultats-attendus", "contenu-formation"):
        _add(root, name, _cut(said[name], LONG))
    _add(root, "certifiante", said["certifiante"])
    for one in offer.contacts:
        _coordinates(_add(root, "contact-formation"), one)
    _add(root, "parcours-de-formation", said["parcours-de-formation"])
    _add(root, "code-niveau-entree", said["code-niveau-entree"])
    _certification(root, offer.notice.text("certification_code"))
    _add(_add(root, "url-formation"), "urlweb", offer.notice.permalink)
    _action(root, offer)
    _provider(root, offer)
    return root


def _certification(root: etree._Element, code: str) -> None:
    if code:
        name = "code-RNCP" if code.startswith("RNCP") else "code-RS"
        number = code.lstrip("RNCPS")
        if _fits(name, number):
            _add(_add(root, "certification"), name, number)


def _action(root: etree._Element, offer: Offer) -> None:
    said = offer.said
    action = _add(root, "action")
    _add(action, "rythme-formation", _cut(said["rythme-formation"], LONG))
    for code in said["code-public-vise"][:10]:
        _add(action, "code-public-vise", code)
    audience = one_line(said.get("info-public-vise") or "")
    if 0 < len(audience) <= AUDIENCE:
        _add(action, "info-public-vise", audience)
    for name in ("niveau-entree-obligatoire", "modalites-alternance", "modalites-enseignement",
                 "conditions-specifiques", "prise-en-charge-frais-possible",
                 "modalites-entrees-sorties"):  # fmt: skip
        _add(action, name, _cut(said[name], LONG))
    for period in said["session"]:
        session = _add(action, "session")
        dates = _add(session, "periode")
        _add(dates, "debut", period["debut"])
        _add(dates, "fin", period["fin"])
        _add_address(_add(session, "adresse-inscription"), _registration(offer))


def _provider(root: etree._Element, offer: Offer) -> None:
    provider = offer.provider
    assert provider is not None  # `lacking` told
    body = _add(root, "organisme-formation-responsable")
    _add(body, "numero-activite", offer.said["numero-activite"])
    _add(_add(body, "SIRET-organisme-formation"), "SIRET", provider.data["siret"])
    for name in ("nom-organisme", "raison-sociale"):
        _add(body, name, _cut(provider.title, NAME))
    _coordinates(_add(body, "coordonnees-organisme"), provider)
    _coordinates(_add(body, "contact-organisme"), provider)


def _coordinates(parent: etree._Element, one: Notice) -> None:
    """Only what they agreed to publish."""
    contact = one.data.get("contact") or {}
    found = _add(parent, "coordonnees")
    _add(found, "ligne", _cut(one.title, LINE))
    if address := _address(one.text("address")):
        _add_address(found, address)
    for name, inside, text in (
        ("telfixe", "numtel", contact.get("phone")),
        ("portable", "numtel", contact.get("mobile")),
        ("courriel", "", contact.get("email")),
        ("web", "urlweb", contact.get("website")),
    ):
        if _fits(inside or name, one_line(text or "")):
            holder = _add(found, name) if inside else found
            _add(holder, inside or name, text)


def _fits(name: str, text: str) -> bool:
    least, most = _SIZES[name]
    return least <= len(text) <= most


@dataclass(frozen=True, slots=True)
class Address:
    lines: Sequence[str]
    code: str
    town: str


def _registration(offer: Offer) -> Address | None:
    """Where one inscribes oneself: as the training says, else at the organisation's."""
    own = _address(str(offer.said.get("adresse-inscription") or ""))
    provider = offer.provider
    return own or (_address(str(provider.data.get("address") or "")) if provider else None)


def _address(text: str) -> Address | None:
    """An address in a line or in several; None without a postal code and a town."""
    codes = list(_POSTAL.finditer(text))
    if not codes:
        return None
    found = codes[-1]  # the last one: streets have numbers too
    before = re.split(r"[,\r\n]+", text[: found.start()])
    lines = [_cut(line, LINE) for line in map(one_line, before) if line]
    town = _cut(found[2], LINE)
    return Address(lines[:MOST_LINES] or [town], found[1], town)


def _add_address(parent: etree._Element, address: Address | None) -> None:
    assert address is not None  # `lacking` told
    found = _add(parent, "adresse")
    for line in address.lines:
        _add(found, "ligne", line)
    _add(found, "codepostal", address.code)
    _add(found, "ville", address.town)


def _add(parent: etree._Element, name: str, text: Any = None) -> etree._Element:
    found = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        found.text = one_line(str(text))
    return found


def _cut(text: Any, most: int) -> str:
    """The text on one line, cut at a word where it is too long: its page says the rest."""
    line = one_line(str(text))
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0][: most - 1] + "…"

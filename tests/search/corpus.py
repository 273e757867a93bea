"""A small corpus of records, as a documentalist would describe guides; no pages needed."""

import datetime as dt
import uuid
from typing import Any

from cms.catalogue.projection import row, store
from cms.core.records import Download, Point, RecordDraft, Term, TextPart, record_uid
from knowledge.thesaurus.terms import terms_many
from tests.factories import ConceptFactory, ConceptSchemeFactory
from tests.territory_factories import TerritoryFactory

NAMESPACE = uuid.UUID("9d4f6f3a-1a50-4d2b-9a55-0c8d4f2d0b61")


def uid_of(name: str, locale: str = "fr") -> uuid.UUID:
    return record_uid(uuid.uuid5(NAMESPACE, name), locale)


def add(
    title: str,
    *,
    name: str = "",
    summary: str = "",
    body: str = "",
    headings: str = "",
    concepts: Any = (),
    terms: Any = (),
    pages: Any = (),
    kind: str = "guide",
    locale: str = "fr",
    published: str = "2024-01-01",
    points: Any = (),
    territories: Any = (),
    other_names: Any = (),
    licence: str = "",
    data: Any = None,
) -> uuid.UUID:
    """Store a record; returns its uid. `pages` are the texts of a PDF's pages, `points` are
    (latitude, longitude)."""
    described = terms_many([concept.pk for concept in concepts])
    draft = RecordDraft(
        page_id=0,
        title=title,
        url=f"/guides/{name or 'x'}/",
        summary=summary,
        text=[TextPart("heading", headings), TextPart("body", body)]
        + [TextPart("file", text, 1, number) for number, text in enumerate(pages, 1)],
        terms=[*described.values(), *terms],
        downloads=[
            Download(1, "Le rapport", "/documents/1/r.pdf", "r.pdf", "application/pdf", 9,
                     len(pages), "fr", "0")
        ] if pages else [],
        published_at=dt.datetime.fromisoformat(published).replace(tzinfo=dt.UTC),
        points=[Point(*point) for point in points],
        territories=list(territories),
        other_names=list(other_names),
        licence=licence,
        data=data or {},
    )  # fmt: skip
    made = row(
        draft,
        kind=kind,
        locale=locale,
        translation_key=uuid.uuid5(NAMESPACE, name or title),
    )
    store([made])
    return made.uid


def term(scheme: str, identifier: str, label: str) -> Term:
    return Term(scheme, identifier, {"fr": label})


def build() -> None:
    """The thesaurus and the records that the shared suite asks about."""
    themes = ConceptSchemeFactory(slug="themes", title="Thèmes")
    publics = ConceptSchemeFactory(slug="publics", title="Publics")
    territory = ConceptFactory(scheme=themes, slug="territoires", label="Action territoriale")
    cls = ConceptFactory(
        broader=territory,
        slug="cls",
        label="Contrat local de santé",
        alternatives=["CLS"],
        hidden=["C.L.S."],
    )
    clsm = ConceptFactory(
        broader=territory,
        slug="clsm",
        label="Contrat local de santé mentale",
        alternatives=["CLSM", "Conseil local de santé mentale"],
    )
    ConceptFactory(
        scheme=themes,
        slug="etp",
        label="Éducation thérapeutique du patient",
        alternatives=["ETP"],
    )
    young = ConceptFactory(scheme=publics, slug="jeunes", label="Jeunes")
    old = ConceptFactory(scheme=publics, slug="aines", label="Personnes âgées")

    add(
        "Évaluation d’une action de prévention",
        name="evaluation",
        concepts=[young],
        body="Les actions évaluées ont été intégrées au projet. Une méthode pas à pas.",
        published="2024-03-01",
    )
    add(
        "Evaluation sans accent",
        name="sans-accent",
        concepts=[old],
        body="Un titre saisi en capitales n’a pas toujours ses accents.",
    )
    add(
        "Évaluer un partenariat",
        name="evaluer",
        body="Le pôle ressources accompagne.",
        concepts=[young, old],
    )
    add(
        "Signer l’accord avec la commune",
        name="signer",
        concepts=[cls],
        body="Le contrat local de santé engage l’agence et la collectivité.",
    )
    add("Le CLS en dix questions", name="cls-dix", body="Tout sur le CLS et sa gouvernance.")
    add(
        "Santé mentale : le CLSM",
        name="clsm",
        concepts=[clsm],
        summary="Le contrat local de santé mentale réunit les acteurs.",
        body="Un contrat local de santé mentale se prépare. Le contrat local de santé mentale.",
    )
    add(
        "Animer un atelier culinaire",
        name="atelier",
        pages=[
            "Page de garde du rapport sur les ateliers.",
            "Le maraîchage thérapeutique donne de bons résultats dans les jardins.",
            "Annexes et bibliographie.",
        ],
        body="Cuisiner ensemble, du marché à la table.",
    )
    add(
        "Enseigner les sciences économiques et sociales",
        name="ses",
        body="La filière SES prépare au baccalauréat.",
    )
    add("Leurs enfants", name="possessifs", body="Ses parents et ses amis ; il est là.")
    add("Le R.M.T. en clair", name="pointed", body="Un réseau.")
    add("Former les RU en établissement", name="ru", body="Les RU siègent à la commission.")
    add(
        "Qui fait quoi ? (le point sur « l'aller-vers » : AND, OR, NOT) – 2.2.4 / l’essentiel*",
        name="ponctuation",
        body="Un titre difficile.",
    )
    add(
        "<script>alert(1)</script> & les balises",
        name="balises",
        body="Un texte avec <b>une balise</b> et <script>alert(2)</script> dedans.",
    )
    add("Œuvrer pour la santé à l’école", name="oeuvrer", body="Un cœur de métier.")
    add("Territoires et coopération", name="territoires", body="Des territoires divers.")
    add("Cartographier un territoire", name="territoire", body="Une carte.", published="2025-06-01")
    add("Des mots composés", name="mots", body="Le médico-social aujourd’hui, sur www.exemple.fr.")
    add("Évaluation en anglais", name="anglais", locale="en", body="Nothing in French here.")


def lands() -> None:
    """Two communes of Indre, one of another department with the same name, one without a place;
    what lies there, and plans of an EPCI, one of which has ended, and of the department."""
    indre = TerritoryFactory(kind="departement", code="36", name="Indre")
    gard = TerritoryFactory(kind="departement", code="30", name="Gard")
    epci = TerritoryFactory(kind="epci", code="243600319", name="CC Brenne", inside=[indre])
    TerritoryFactory(
        kind="commune", code="36018", name="Le Blanc", postal_codes=["36300"],
        inside=[indre, epci], latitude=46.633, longitude=1.062, population=6500,
    )  # fmt: skip
    TerritoryFactory(
        kind="commune", code="30018", name="Le Blanc", inside=[gard], latitude=44.0,
        longitude=4.3, population=90,
    )  # fmt: skip
    TerritoryFactory(kind="commune", code="36999", name="Nulle-Part", inside=[indre])
    add("Le jardin", name="garden", body="On y jardine.", points=[(46.65, 1.07)])
    add("Le verger", name="orchard", body="On y jardine.", points=[(46.72, 1.20)])
    add("Deux serres", name="glass", body="On y jardine.", points=[(43.3, 5.4), (46.634, 1.063)])
    add("Loin", name="far", body="On y jardine.", points=[(46.81, 1.69)])
    add("Partout", name="everywhere", body="On y jardine.")
    add(
        "Une maison", name="house", kind="organisation", points=[(46.63, 1.06)],
        data={"contact": {"phone": "0100000000"}},
    )  # fmt: skip
    year = dt.date.today().year
    for name, slug, end in (
        ("Contrat", "epci-243600319", str(year)),
        ("Ancien contrat", "epci-243600319", str(year - 1)),
        ("Schéma", "departement-36", None),
    ):
        term = Term("territory", slug, {"fr": slug})
        period = {"start": "2015", "end": end}
        add(name, name=name, kind="plan", territories=[term], data={"period": period})

"""The demo centre while it is built: its pages by name, and what any entry may say."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from cms.core.models import HomePage, SectionPage
from knowledge.base.models import (
    FundingStatement,
    KeyFigure,
    PageAuthor,
    PageContact,
    PageDescriptor,
    PageDownload,
    PageFigure,
    PageFunding,
    PageIdentifier,
    PageOrganisation,
    PageRelated,
    PageTerritory,
    PageTestimonial,
    Testimonial,
)
from knowledge.territories.models import Territory

from .blocks import stream
from .library import LICENCES, Library


@dataclass
class Centre:
    """`pages` are by "type:slug"; territories are named by their slugs ("commune-36018")."""

    library: Library
    home: HomePage
    sections: dict[str, SectionPage]
    pages: dict[str, Any] = field(default_factory=dict)

    def add(self, page: Any, parent: Any, entry: dict[str, Any], kind: str) -> Any:
        """Put a page into the tree, unpublished, with the fields that every type has: title,
        slug, summary, abstract, image, licence, review_date. `parent`: a section's slug or a
        page."""
        page.title = entry["title"]
        page.slug = entry["slug"]
        page.summary = flat(entry.get("summary"))
        page.abstract = flat(entry.get("abstract"))
        page.hero_image_id = self.library.images.get(entry.get("image", ""))
        page.licence = LICENCES.get(entry.get("licence", ""), "")
        page.review_date = entry.get("review_date")
        if entry.get("body") and hasattr(page, "body"):
            page.body = stream(entry["body"], self.library)
        page.live = False
        parent = self.sections[parent] if isinstance(parent, str) else parent
        page.locale = parent.locale
        parent.refresh_from_db(fields=["numchild", "path"])
        parent.add_child(instance=page)
        self.pages[f"{kind}:{entry['slug']}"] = page
        return page

    def fill(self, page: Any, entry: dict[str, Any]) -> None:
        """What the page shares with every other: concepts (names in any vocabulary),
        territories, organisations ([{organisation: slug, name, role}]), contacts ([{person or
        organisation: slug, role}]), authors, downloads, related ("type:slug"), figures,
        testimonials, funding, identifiers."""
        concepts = self.library.concepts
        page.descriptors = _ordered(
            PageDescriptor, [{"concept": concepts[name]} for name in entry.get("concepts") or []]
        )
        page.territories = _ordered(
            PageTerritory,
            [{"territory": self.territory(slug)} for slug in entry.get("territories") or []],
        )
        page.organisations = _ordered(
            PageOrganisation, [self._role(one) for one in entry.get("organisations") or []]
        )
        page.contacts = _ordered(
            PageContact, [self._contact(one) for one in entry.get("contacts") or []]
        )
        page.authors = _ordered(PageAuthor, [{"name": n} for n in entry.get("authors") or []])
        page.downloads = _ordered(
            PageDownload,
            [
                {"document_id": self.library.documents[one["file"]], "title": one.get("title", "")}
                for one in entry.get("downloads") or []
            ],
        )
        page.related_pages = _ordered(
            PageRelated,
            [{"related_id": self.pages[name].pk} for name in entry.get("related") or []],
        )
        page.figures = _ordered(
            PageFigure, [{"figure": self._figure(one)} for one in entry.get("figures") or []]
        )
        page.testimonials = _ordered(
            PageTestimonial,
            [{"testimonial": self._testimonial(one)} for one in entry.get("testimonials") or []],
        )
        page.fundings = _ordered(
            PageFunding, [{"statement": self._funding(one)} for one in entry.get("funding") or []]
        )
        page.identifiers = _ordered(PageIdentifier, entry.get("identifiers") or [])

    def publish(self, page: Any, published: Any = None) -> None:
        """Publish a filled page; `published`: its date as `day` takes it, today unless told."""
        day = self.day(published or "+0")
        hour = dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())
        page.first_published_at = min(hour, timezone.now())
        page.save_revision().publish()

    @staticmethod
    def territory(slug: str) -> Territory:
        return Territory.objects.defer("outline").get(slug=slug)

    def day(self, value: Any) -> dt.date:
        """A date of the content: itself, or a number of days from today ("+12", "-30")."""
        if isinstance(value, dt.date):
            return value
        text = str(value)
        if text[:1] in "+-":
            return timezone.localdate() + dt.timedelta(days=int(text))
        return dt.date.fromisoformat(text)

    def _role(self, one: dict[str, Any]) -> dict[str, Any]:
        slug = one.get("organisation")
        known = self.pages[f"organisation:{slug}"] if slug else None
        return {
            "organisation_id": known.pk if known else None,
            "name": one.get("name", ""),
            "role": one.get("role", "lead"),
        }

    def _contact(self, one: dict[str, Any]) -> dict[str, Any]:
        kind = "person" if "person" in one else "organisation"
        return {"actor_id": self.pages[f"{kind}:{one[kind]}"].pk, "role": one.get("role", "")}

    def _figure(self, one: dict[str, Any]) -> KeyFigure:
        """The figure, made once for all the pages that show it."""
        territory = one.get("territory")
        figure, _created = KeyFigure.objects.get_or_create(
            value=str(one["value"]),
            unit=one.get("unit", ""),
            label=one["label"],
            date=str(one.get("date", "")),
            source=one.get("source", ""),
            territory=self.territory(territory) if territory else None,
        )
        return figure

    def _testimonial(self, one: dict[str, Any]) -> Testimonial:
        territory = one.get("territory")
        return Testimonial.objects.create(
            quote=flat(one["quote"]),
            author=one.get("author", ""),
            role=one.get("role", ""),
            territory=self.territory(territory) if territory else None,
            consent=Testimonial.Consent.YES,
            consent_date=one.get("consent_date") or dt.date(2025, 1, 15),
            consent_source=one.get("consent_source", "Formulaire signé"),
        )

    def _funding(self, one: dict[str, Any]) -> FundingStatement:
        made, _new = FundingStatement.objects.get_or_create(
            name=one["name"],
            defaults={
                "statement": flat(one["statement"]),
                "emblem_id": self.library.images.get(one.get("image", "")),
                "url": one.get("url", ""),
            },
        )
        return made


def flat(text: str | None) -> str:
    """A folded YAML text on one line."""
    return " ".join((text or "").split())


def _ordered(model: Any, rows: list[dict[str, Any]]) -> list[Any]:
    return [model(sort_order=place, **row) for place, row in enumerate(rows)]

"""The demo's pictures, files and vocabulary, put into the database."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.files import File

from cms.core.licences import Licence
from cms.core.models import CustomDocument, CustomImage
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme
from knowledge.thesaurus.relations import relate

CONTENT = Path(__file__).resolve().parent / "content"

LICENCES = {
    "Licence Ouverte 2.0": Licence.ETALAB_2,
    "CC BY 4.0": Licence.CC_BY_4,
    "CC BY-SA 4.0": Licence.CC_BY_SA_4,
}

_GUIDE_LINK = re.compile(r'href="guide:([a-z0-9-]+)"')


def read(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


@dataclass
class Library:
    """What pages refer to, by the names used in the content: ids of database rows."""

    images: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    guides: dict[str, int] = field(default_factory=dict)

    def rich(self, html: str) -> str:
        """Rich text as Wagtail stores it: links to guides by their page's id."""

        def link(match: re.Match[str]) -> str:
            return f'linktype="page" id="{self.guides[match[1]]}"'

        return _GUIDE_LINK.sub(link, " ".join(html.split(" \n")).strip())

    def load_images(self) -> None:
        for entry in read("images.yaml"):
            with (CONTENT / "images" / entry["file"]).open("rb") as file:
                image = CustomImage(
                    title=entry["title"],
                    file=File(file, name=entry["file"]),
                    alt_text="" if entry.get("decorative") else entry["alt"].strip(),
                    is_decorative=bool(entry.get("decorative")),
                    credit=entry.get("credit", ""),
                    licence=LICENCES.get(entry.get("licence", ""), ""),
                    consent=entry.get("consent", "unknown"),
                )
                image._set_image_file_metadata()
                image.save()
            self.images[entry["file"]] = image.pk

    def load_documents(self) -> None:
        for entry in read("documents.yaml"):
            with (CONTENT / "documents" / entry["file"]).open("rb") as file:
                document = CustomDocument(
                    title=entry["title"],
                    file=File(file, name=entry["file"]),
                    language=entry.get("language", "fr"),
                )
                document._set_document_file_metadata()
                document.save()
            self.documents[entry["file"]] = document.pk

    def load_schemes(self) -> None:
        schemes = read("schemes.yaml")
        for place, entry in enumerate(schemes):
            scheme = ConceptScheme.objects.create(
                slug=entry["slug"],
                title=entry["title"],
                description=entry.get("description", "").strip(),
                applies_to=entry["applies_to"],
                multiple=entry["multiple"],
                is_facet=entry["facet"],
                required=entry["required"],
                sort_order=place,
            )
            self._load_concepts(scheme, entry["concepts"])
        # Last: a term may be related to one of another vocabulary, and both sides must say so.
        for entry in (found for scheme in schemes for found in scheme["concepts"]):
            if names := entry.get("related"):
                concept = self.concepts[entry["id"]]
                known = [relation.other for relation in concept.relations.all()]
                relate(concept, [*known, *(self.concepts[name] for name in names)])

    def _load_concepts(self, scheme: ConceptScheme, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            concept = Concept.objects.create(
                scheme=scheme, slug=entry["id"], scope_note=entry.get("note", "").strip()
            )
            self.concepts[entry["id"]] = concept
            labels = [("preferred", entry["pref"])]
            labels += [("alternative", label) for label in entry.get("alt") or []]
            labels += [("hidden", label) for label in entry.get("hidden") or []]
            for kind, label in labels:
                ConceptLabel.objects.create(
                    concept=concept, language="fr", kind=kind, label=str(label)
                )
        for entry in entries:
            if entry.get("broader"):
                concept = self.concepts[entry["id"]]
                concept.broader = self.concepts[entry["broader"]]
                concept.save()

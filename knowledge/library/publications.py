"""A bibliographic record: a document as a library describes it, and where to borrow it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.core import body
from cms.core.citing import words
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import Facet, PartialDate, Proposal, RecordDraft, RecordType, TextPart
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField, parse, spoken
from knowledge.base.pages import KnowledgePage
from knowledge.base.panels import FilesWithoutTextPanel
from knowledge.base.relations import Role

from . import numbers, proposing
from .citation import Reference, citation
from .copies import PublicationCopy


class Kind(models.TextChoices):
    """What a document is."""

    BOOK = "book", _("Book")
    REPORT = "report", _("Report")
    ARTICLE = "article", _("Article of a periodical")
    PERIODICAL = "periodical", _("Periodical")
    THESIS = "thesis", _("Thesis")
    TOOL = "tool", _("Educational tool")
    GAME = "game", _("Game")
    KIT = "kit", _("Kit")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Sound recording")
    LEAFLET = "leaflet", _("Leaflet or poster")
    WEBSITE = "website", _("Website")


# https://schema.org classes.
SCHEMA_TYPES = {
    Kind.BOOK: "Book", Kind.REPORT: "Report", Kind.ARTICLE: "Article",
    Kind.PERIODICAL: "Periodical", Kind.THESIS: "Thesis", Kind.TOOL: "LearningResource",
    Kind.GAME: "Game", Kind.KIT: "LearningResource", Kind.VIDEO: "VideoObject",
    Kind.AUDIO: "AudioObject", Kind.LEAFLET: "CreativeWork", Kind.WEBSITE: "WebSite",
}  # fmt: skip

# What a citation says of the medium: see `cms.core.citing`.
_MEDIA = {Kind.VIDEO: "video", Kind.AUDIO: "sound", Kind.GAME: "game", Kind.KIT: "kit",
          Kind.WEBSITE: "online"}  # fmt: skip


class Language(models.TextChoices):
    """ISO 639-1, and "mul" for several (ISO 639-2)."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    SPANISH = "es", _("Spanish")
    ITALIAN = "it", _("Italian")
    PORTUGUESE = "pt", _("Portuguese")
    DUTCH = "nl", _("Dutch")
    ARABIC = "ar", _("Arabic")
    UKRAINIAN = "uk", _("Ukrainian")
    BRETON = "br", _("Breton")
    BASQUE = "eu", _("Basque")
    OCCITAN = "oc", _("Occitan")
    SIGNS = "sgn", _("Sign language")
    SEVERAL = "mul", _("Several languages")


def _has_host(page: Any) -> bool:
    return page.kind != Kind.ARTICLE or bool(page.host_title.strip())


def _has_issue(page: Any) -> bool:
    return page.kind != Kind.ARTICLE or bool(page.volume or page.issue)


def _has_pages(page: Any) -> bool:
    return page.kind != Kind.ARTICLE or bool(page.pages or page.link or page.doi)


class PublicationPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "publication",
        _("Publication"),
        _("Publications"),
        color="publication",
        shape="square",
        schema_type="CreativeWork",
        own_facets=(
            Facet("publication_kind", _("Type of document"), dict(Kind.choices), is_kind=True),
        ),
        listing="newest",
        identifiers=("isbn", "issn", "doi", "ean"),
        proposal=proposing.FORM,
    )

    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check(
            "host_title", _("the title of the periodical in which the article stands"),
            required=True, filled=_has_host,
        ),
        Check("issue", _("the volume or the number of the periodical"), filled=_has_issue),
        Check("pages", _("the pages of the article"), filled=_has_pages),
        Check("issued", _("a year of publication")),
        Check("authors", _("the authors")),
    )  # fmt: skip

    kind = models.CharField(_("type of document"), max_length=12, choices=Kind, default=Kind.BOOK)
    issued = PartialDateField(_("date of publication"))
    edition = models.CharField(
        pgettext_lazy("of a document", "edition"), max_length=100, blank=True,
        help_text=_("As printed: 2e édition, édition revue et augmentée."),
    )  # fmt: skip
    publisher_name = models.CharField(
        _("publisher as printed"), max_length=200, blank=True,
        help_text=_(
            "For a publisher that is not in the directory; otherwise choose it among the"
            " organisations, as publisher."
        ),
    )  # fmt: skip
    publisher_place = models.CharField(_("place of publication"), max_length=200, blank=True)
    host_title = models.CharField(
        _("title of the periodical"), max_length=300, blank=True,
        help_text=_("For an article: the periodical in which it stands."),
    )  # fmt: skip
    volume = models.CharField(_("volume"), max_length=40, blank=True)
    issue = models.CharField(pgettext_lazy("of a periodical", "number"), max_length=40, blank=True)
    pages = models.CharField(
        _("pages"), max_length=60, blank=True, help_text=_("From and to: 12-18.")
    )
    series = models.CharField(pgettext_lazy("of books", "series"), max_length=200, blank=True)
    series_number = models.CharField(_("number in the series"), max_length=40, blank=True)
    isbn = models.CharField(
        "ISBN", max_length=40, blank=True,
        help_text=_("10 or 13 digits, with or without hyphens: the check digit is verified."),
    )  # fmt: skip
    issn = models.CharField(
        "ISSN", max_length=40, blank=True, help_text=_("Of the periodical: 1234-5679.")
    )
    doi = models.CharField(
        "DOI", max_length=200, blank=True, help_text=_("10.1234/abcd or its address.")
    )
    ean = models.CharField(
        "EAN", max_length=40, blank=True, help_text=_("The number under the bar code of a game.")
    )
    extent = models.CharField(
        _("extent"), max_length=100, blank=True, help_text=_("48 p., 52 min, 1 box and 60 cards…")
    )
    language = models.CharField(
        _("language"), max_length=3, choices=Language, blank=True, default=Language.FRENCH
    )
    link = models.URLField(
        _("address online"), max_length=500, blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    citation_text = models.TextField(
        _("citation"), blank=True, help_text=_("Left empty, it is made from the fields above."),
    )  # fmt: skip

    search_fields = [
        *KnowledgePage.search_fields,
        index.SearchField("isbn"),
        index.SearchField("host_title"),
    ]
    template = "library/publication_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        FilesWithoutTextPanel(),
        *KnowledgePage.content_panels[:1],
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("issued")]),
                FieldRowPanel([FieldPanel("publisher_name"), FieldPanel("publisher_place")]),
                FieldRowPanel([FieldPanel("edition"), FieldPanel("extent")]),
                FieldRowPanel([FieldPanel("series"), FieldPanel("series_number")]),
                FieldRowPanel([FieldPanel("language"), FieldPanel("link")]),
            ],
            heading=_("The document"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("host_title"),
                FieldRowPanel([FieldPanel("volume"), FieldPanel("issue"), FieldPanel("pages")]),
            ],
            heading=_("Article or periodical"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("isbn"), FieldPanel("issn")]),
                FieldRowPanel([FieldPanel("doi"), FieldPanel("ean")]),
            ],
            heading=_("Numbers of the document"),
        ),
        InlinePanel("authors", heading=_("Authors"), label=_("Author")),
        *KnowledgePage.content_panels[1:],
        FieldPanel("abstract"),
        InlinePanel("copies", heading=_("Copies to borrow"), label=_("Copy to borrow")),
        FieldPanel("body"),
    ]
    # Authors and abstract stand with the document itself.
    indexing_panels = [
        *(
            panel
            for panel in KnowledgePage.indexing_panels
            if getattr(panel, "relation_name", "") != "authors"
            and getattr(panel, "field_name", "") != "abstract"
        ),
        FieldPanel("citation_text"),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "extent", "citation_text"),
        synchronised=(
            "kind",
            "issued",
            "edition",
            "publisher_name",
            "publisher_place",
            "host_title",
            "volume",
            "issue",
            "pages",
            "series",
            "series_number",
            "isbn",
            "issn",
            "doi",
            "ean",
            "language",
            "link",
        ),
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def clean(self) -> None:
        super().clean()
        errors = {}
        for name in ("isbn", "issn", "doi", "ean"):
            if typed := getattr(self, name).strip():
                try:
                    setattr(self, name, getattr(numbers, name)(typed))
                except ValidationError as error:
                    errors[name] = error
        if errors:
            raise ValidationError(errors)

    @property
    def issued_partial_date(self) -> PartialDate | None:
        return parse(self.issued) if self.issued else None

    def cite(self, authors: Sequence[str], publishers: Sequence[str]) -> str:
        """The citation that the editor wrote, else one made of the fields. `publishers`: the
        names of the organisations that published it, beside the one printed."""
        if self.citation_text.strip():
            return self.citation_text.strip()
        language = self.locale.language_code
        medium = _MEDIA.get(Kind(self.kind))
        return citation(
            Reference(
                title=self.title,
                authors=authors,
                medium=getattr(words(language), medium) if medium else "",
                edition=self.edition,
                place=self.publisher_place,
                publishers=[self.publisher_name] if self.publisher_name else publishers,
                year=self.issued[:4],
                host_title=self.host_title,
                volume=self.volume,
                issue=self.issue,
                pages=self.pages,
                extent=self.extent,
                series=self.series,
                series_number=self.series_number,
                isbn=numbers.hyphenated(self.isbn),
                issn=self.issn,
                doi=self.doi,
                link=self.link,
                language=language,
            )
        )

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        return proposing.complete(super().build_draft(proposal, parent), proposal)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        copies: dict[int, list[PublicationCopy]] = {}
        rows = PublicationCopy.objects.filter(page__in=[page.pk for page in pages])
        for copy in rows.order_by("sort_order", "pk"):
            copies.setdefault(copy.page_id, []).append(copy)
        for page, draft in zip(pages, drafts, strict=True):
            page._say(draft, copies.get(page.pk, []))
        return drafts

    def _say(self, draft: RecordDraft, copies: list[PublicationCopy]) -> None:
        """What the draft holds of a publication's own fields."""
        publishers = [one.name for one in draft.organisations if one.role == Role.PUBLISHER]
        draft.date = self.issued_partial_date
        draft.data |= {
            "publication_kind": self.kind,
            "schema_type": SCHEMA_TYPES[Kind(self.kind)],
            "issued": self.issued or None,
            "edition": self.edition,
            "publisher": self.publisher_name or ", ".join(publishers),
            "publisher_place": self.publisher_place,
            "host_title": self.host_title,
            "volume": self.volume,
            "issue": self.issue,
            "pages": self.pages,
            "series": self.series,
            "series_number": self.series_number,
            "isbn": self.isbn,
            "isbn_printed": numbers.hyphenated(self.isbn),
            "issn": self.issn,
            "doi": self.doi,
            "ean": self.ean,
            "extent": self.extent,
            "language": self.language,
            "link": self.link,
            "copies": [copy.said() for copy in copies],
            "available": any(not copy.on_loan for copy in copies) if copies else None,
            "citation": self.cite(draft.authors, publishers),
        }
        known = [
            *numbers.spellings(self.isbn), self.issn, self.issn.replace("-", ""), self.doi,
            self.ean, self.host_title, self.series, self.publisher_name, self.publisher_place,
            *(copy.shelf_mark for copy in copies),
        ]  # fmt: skip
        draft.text.append(TextPart("body", " ".join(filter(None, known))))

    def facts(self) -> list[dict[str, Any]]:
        """The first lines of “En bref”."""
        hosted = [
            self.host_title,
            gettext("vol. %(number)s") % {"number": self.volume} if self.volume else "",
            gettext("no. %(number)s") % {"number": self.issue} if self.issue else "",
            gettext("p. %(pages)s") % {"pages": self.pages} if self.pages else "",
        ]
        place = self.publisher_place
        printed = ", ".join(filter(None, [self.publisher_name, place]))
        series = [self.series, self.series_number and f"n° {self.series_number}"]
        date = self.issued_partial_date
        found = [
            (_("Type of document"), str(self.get_kind_display())),
            (_("Published in"), ", ".join(filter(None, hosted))),
            (_("Published on"), spoken(date) if date else ""),
            (_("Publisher"), printed if self.publisher_name else ""),
            (_("Place of publication"), "" if self.publisher_name else place),
            (pgettext_lazy("of books", "Series"), ", ".join(filter(None, series))),
            (_("Extent"), self.extent),
            (_("Language"), str(self.get_language_display()) if self.language else ""),
            ("ISBN", numbers.hyphenated(self.isbn)),
            ("ISSN", self.issn),
            ("EAN", self.ean),
            ("DOI", self.doi),
        ]
        return [{"label": label, "texts": [text]} for label, text in found if text]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        publishers = [
            actor.name
            for group in context["roles"]
            if group["role"] == Role.PUBLISHER
            for actor in group["actors"]
        ]
        context["facts"] = self.facts()
        context["citation"] = self.cite(context["authors"], publishers)
        context["copies"] = list(self.copies.all())
        context["own_date"] = True
        return context

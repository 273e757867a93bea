"""Everything that tests need to exist, made in one line, valid as an editor would make it."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pixels
from wagtail.models import Locale, Page, Site

from cms.core.models import CustomDocument, CustomImage, HomePage, SectionPage
from knowledge.base.models import PageAuthor, PageDescriptor, PageDownload, PageRelated
from knowledge.guides.models import GuideChapter, GuidePage
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme
from knowledge.thesaurus.relations import relate


def pdf_bytes(pages: Sequence[str]) -> bytes:
    """A small PDF, one page for each text; an empty text makes a page without any text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    kids = []
    for text in pages:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown = escaped.replace("’", "'").encode("cp1252", "replace")
        stream = b"BT /F1 12 Tf 50 780 Td (" + shown + b") Tj ET" if text else b""
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def png_bytes(size: tuple[int, int] = (64, 48), color: str = "teal") -> bytes:
    buffer = BytesIO()
    Pixels.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


def locale(language: str = "fr") -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]


def root() -> Page:
    return Page.objects.get(depth=1)


class UserFactory(factory.django.DjangoModelFactory):
    """An administrator unless said otherwise; the password is "password"."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence("user{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("password")
    is_superuser = True
    is_staff = True


class ImageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CustomImage

    title = factory.Sequence("Image {}".format)
    file = factory.Sequence(lambda n: ContentFile(png_bytes(), name=f"image-{n}.png"))
    alt_text = "Deux personnes regardent une carte"
    consent = "not_needed"


class DocumentFactory(factory.django.DjangoModelFactory):
    """A real PDF; `texts` are the texts of its pages."""

    class Meta:
        model = CustomDocument

    class Params:
        texts: Sequence[str] = ("Première page", "Seconde page")

    title = factory.Sequence("Document {}".format)
    file = factory.LazyAttributeSequence(
        lambda made, n: ContentFile(pdf_bytes(made.texts), name=f"document-{n}.pdf")
    )


class ConceptSchemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConceptScheme
        django_get_or_create = ("slug",)

    slug = factory.Sequence("vocabulaire-{}".format)
    title = factory.LazyAttribute(lambda made: made.slug.capitalize())
    applies_to = ("guide",)


class ConceptFactory(factory.django.DjangoModelFactory):
    """`label` is the preferred one in French; `alternatives`, `hidden` and `english` are more;
    `related` are concepts."""

    class Meta:
        model = Concept
        skip_postgeneration_save = True

    class Params:
        pass

    scheme = factory.SubFactory(ConceptSchemeFactory, slug="themes", title="Thèmes")
    slug = factory.Sequence("concept-{}".format)

    @classmethod
    def _create(
        cls,
        model_class: type[Concept],
        *args: Any,
        label: str | None = None,
        alternatives: Iterable[str] = (),
        hidden: Iterable[str] = (),
        english: str = "",
        related: Iterable[Concept] = (),
        **fields: Any,
    ) -> Concept:
        if fields.get("broader") is not None:
            fields["scheme"] = fields["broader"].scheme
        concept = super()._create(model_class, *args, **fields)
        named = [("fr", "preferred", label or concept.slug)]
        named += [("fr", "alternative", text) for text in alternatives]
        named += [("fr", "hidden", text) for text in hidden]
        named += [("en", "preferred", english)] if english else []
        for place, (language, kind, text) in enumerate(named):
            ConceptLabel.objects.create(
                concept=concept, language=language, kind=kind, label=text, sort_order=place
            )
        if others := list(related):
            relate(concept, others)
        return Concept.objects.get(pk=concept.pk)


class PageFactory(factory.django.DjangoModelFactory):
    """A live page under `parent`."""

    class Meta:
        abstract = True

    title = factory.Sequence("Page {}".format)
    live = True

    @classmethod
    def default_parent(cls) -> Page:
        return HomePageFactory()

    @classmethod
    def _create(
        cls, model_class: type[Page], *args: Any, parent: Page | None = None, **fields: Any
    ) -> Page:
        parent = parent or cls.default_parent()
        if fields["live"]:
            fields.setdefault("first_published_at", timezone.now())
            fields.setdefault("last_published_at", fields["first_published_at"])
        fields.setdefault("locale", parent.locale if parent.depth > 1 else locale())
        page = model_class(*args, **fields)
        return parent.add_child(instance=page)


class HomePageFactory(PageFactory):
    """The one home page of the default site: made on first use, then the same again."""

    class Meta:
        model = HomePage

    title = "Accueil"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Page:
        language = fields.get("locale") or locale()
        if home := HomePage.objects.filter(locale=language, depth=2).first():
            return home
        home = super()._create(model_class, *args, parent=root(), **fields)
        site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
        if not isinstance(site.root_page.specific if site.pk else None, HomePage):
            site.hostname, site.port, site.root_page = "testserver", 80, home
            site.save()
        return home


class SectionPageFactory(PageFactory):
    class Meta:
        model = SectionPage

    title = factory.Sequence("Rubrique {}".format)


class GuidePageFactory(PageFactory):
    """`chapters` are (title, html) or (title, [(block type, raw value)]); `concepts`, `authors`,
    `documents` and `related` are what they say."""

    class Meta:
        model = GuidePage

    title = factory.Sequence("Guide {}".format)
    summary = "Un guide pour commencer."

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="guides").first() or SectionPageFactory(
            title="Guides", slug="guides"
        )

    @classmethod
    def _create(
        cls,
        model_class: type[GuidePage],
        *args: Any,
        chapters: Iterable[tuple[str, Any]] = (("Commencer", "<p>Se réunir.</p>"),),
        concepts: Iterable[Concept] = (),
        authors: Iterable[str] = (),
        documents: Iterable[CustomDocument] = (),
        related: Iterable[Page] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        for place, (title, content) in enumerate(chapters):
            blocks = [("paragraph", content)] if isinstance(content, str) else content
            GuideChapter.objects.create(
                page=page, locale=page.locale, sort_order=place, title=title,
                body=[{"type": kind, "value": value} for kind, value in blocks],
            )  # fmt: skip
        children = [
            *(PageDescriptor(concept=concept, sort_order=n) for n, concept in enumerate(concepts)),
            *(PageAuthor(name=name, sort_order=n) for n, name in enumerate(authors)),
            *(PageDownload(document=found, sort_order=n) for n, found in enumerate(documents)),
            *(PageRelated(related=other, sort_order=n) for n, other in enumerate(related)),
        ]
        for child in children:
            child.page_id = page.pk
            child.save()
        return GuidePage.objects.get(pk=page.pk)

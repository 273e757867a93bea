"""The base of every page, and the two kinds that a bare site needs: home and section."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from . import body
from .blocks import BodyBlock
from .headless import HeadlessPreview
from .policy import policy
from .records import Proposal, RecordDraft, RecordDrafts, RecordType, TextPart


class BasePage(HeadlessPreview, Page):
    """Title, summary and picture; says itself as a record draft, a batch at a time.

    A page type with a public record sets `record_type`; without one (home, sections) the
    page has no record, but what it uses is known to the catalogue all the same, because a
    document is public only where a public page uses it.
    """

    record_type: ClassVar[RecordType | None] = None

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences, 300 signs at most: shown under the title."),
    )
    hero_image = models.ForeignKey(
        "cms_core.CustomImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    override_translatable_fields = policy(
        translated=("title", "slug", "seo_title", "search_description", "summary"),
        synchronised=("show_in_menus", "hero_image"),
    )

    class Meta:
        abstract = True

    search_fields = [*Page.search_fields, index.SearchField("summary")]

    # A page type declares its own panels; the tabs around them are the same everywhere.
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("hero_image"),
    ]
    indexing_panels: ClassVar[list[Any]] = []

    @classmethod
    def tabs(cls) -> list[ObjectList]:
        """The tabs of the edit form, in the order in which a documentalist thinks."""
        found = [ObjectList(cls.content_panels, heading=_("Content"))]
        if cls.indexing_panels:
            found.append(ObjectList(cls.indexing_panels, heading=_("Indexing")))
        found.append(ObjectList(cls.promote_panels, heading=_("Address and menu")))
        found.append(ObjectList(cls.settings_panels, heading=_("Publication")))
        return found

    @classmethod
    def get_edit_handler(cls) -> Any:
        form = cls.base_form_class
        return TabbedInterface(cls.tabs(), base_form_class=form).bind_to_model(cls)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What uses what is noted once for the page, not once more for each of its rows."""
        from wagtail.signal_handlers import (  # it needs every model
            disable_reference_index_auto_update,
            reference_index_auto_update_disabled,
            update_reference_index_on_save,
        )

        if getattr(reference_index_auto_update_disabled, "value", False):  # by who saves much
            super().save(*args, **kwargs)
            return
        with disable_reference_index_auto_update():
            super().save(*args, **kwargs)
        update_reference_index_on_save(self)

    def route(self, request: Any, path_components: list[str]) -> Any:
        """An alias made by locale synchronisation holds the source language's text: it is not
        a page of its own locale. Its real children still are. A centre may show the source in
        its place, see SHOW_UNTRANSLATED."""
        if not path_components and self.alias_of_id and self.is_foreign_alias():
            source = self.shown_instead()
            if source is None:
                raise Http404
            request.shown_in = source.locale.language_code
            return RouteResult(source)
        return super().route(request, path_components)

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().serve(request, *args, **kwargs)
        if shown_in := getattr(request, "shown_in", ""):
            response["Content-Language"] = shown_in
        return response

    def shown_instead(self) -> Any:
        """The source of an alias where it is shown under another language's address, or None."""
        if not settings.SHOW_UNTRANSLATED or not self.live:
            return None
        both = {self.alias_of_id, self.pk}
        if self.get_view_restrictions().exists() or not body.visible_pages(both) & {
            self.alias_of_id
        }:
            return None
        return self.alias_of.specific

    def is_foreign_alias(self) -> bool:
        return bool(self.alias_of_id) and self.alias_of.locale_id != self.locale_id

    @classmethod
    def bodies(cls, pages: Sequence["BasePage"]) -> dict[int, list[tuple[str, StreamField]]]:
        """The stream values of each page in reading order, by page id, each with its heading
        ("" for none). Queries must not grow with the number of pages."""
        return {page.pk: [] for page in pages}

    @classmethod
    def own_references(cls, pages: Sequence["BasePage"]) -> dict[int, set[body.Reference]]:
        """What each page points to outside its bodies, by page id: its picture, its files."""
        return {
            page.pk: {("image", page.hero_image_id)} if page.hero_image_id else set()
            for page in pages
        }

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        """An unsaved draft of what somebody proposed, with its rows; a type adds its own."""
        values = proposal.values
        return cls(
            title=values["title"],
            summary=values.get("summary", ""),
            hero_image_id=next(iter(proposal.images), None),
            locale=parent.locale,
            live=False,
        )

    @classmethod
    def describe_many(cls, pages: Sequence["BasePage"]) -> RecordDrafts:
        """Drafts in the order of the pages, in a constant number of queries."""
        return cls.describe_with(pages, *cls.gather(pages))

    @classmethod
    def gather(
        cls, pages: Sequence["BasePage"]
    ) -> tuple[
        dict[int, list[tuple[str, Any]]],
        dict[int, set[body.Reference]],
        body.References,
    ]:
        bodies = cls.bodies(pages)
        wanted = cls.own_references(pages)
        for page_id, parts in bodies.items():
            for _heading, stream in parts:
                wanted[page_id] |= body.references(stream.stream_block, stream.raw_data)
        everything = set().union(*wanted.values()) if wanted else set()
        return bodies, wanted, body.References.load(everything, texts=True)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence["BasePage"],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        return [cls._draft(page, bodies[page.pk], wanted[page.pk], targets) for page in pages]

    @classmethod
    def _draft(
        cls,
        page: "BasePage",
        parts: list[tuple[str, Any]],
        wanted: set[body.Reference],
        targets: body.References,
    ) -> RecordDraft:
        targets = targets.spoken(page.locale.language_code)
        draft = RecordDraft(
            page_id=page.pk,
            title=page.title,
            url=body.page_address(page) or "",
            summary=page.summary,
            published_at=page.first_published_at,
            image=targets.picture(page.hero_image_id),
            depends_on=body.dependencies(wanted),
        )
        draft.text += [TextPart("title", page.title), TextPart("summary", page.summary)]
        for heading, stream in parts:
            blocks = body.describe(stream.stream_block, stream.raw_data, targets)
            if heading:
                draft.text.append(TextPart("heading", heading))
                draft.body.append({"type": "chapter", "value": {"title": heading}})
            draft.body += blocks
            draft.text += [
                TextPart("heading" if weight == "heading" else "body", text)
                for weight, text in body.texts(stream.stream_block, stream.raw_data)
            ]
        for kind, number in sorted(wanted):
            if kind == "document" and (found := targets.download(number)):
                draft.downloads.append(found)
                draft.text += [
                    TextPart(
                        "file",
                        page_text.text,
                        document_id=number,
                        page=page_text.number,
                    )
                    for page_text in targets.documents[number].pages.all()
                    if page_text.text
                ]
        return draft


class WithBody(models.Model):
    """A page with one body."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    class Meta:
        abstract = True

    @classmethod
    def bodies(cls, pages: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
        return {page.pk: [("", page.body)] for page in pages}


class HomePage(WithBody, BasePage):
    """The front door: what the centre is, where to begin."""

    template = "core/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    override_translatable_fields = policy(
        BasePage.override_translatable_fields, translated=("body",)
    )

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class SectionPage(WithBody, BasePage):
    """A shelf: an introduction, then the pages it holds."""

    template = "core/section_page.html"
    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    override_translatable_fields = policy(
        BasePage.override_translatable_fields, translated=("body",)
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

"""To be written by the room's keeper."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.core.pages import WithBody
from cms.core.records import RecordType
from knowledge.base.pages import KnowledgePage


class PublicationPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "publication", _("Publication"), _("Publications"), color="publication", shape="square",
        schema_type="Book",
        listing="newest",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")


class DossierPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "dossier", _("Thematic file"), _("Thematic files"), color="publication", shape="square",
        schema_type="Collection",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("thematic file")
        verbose_name_plural = _("thematic files")

"""To be written by the room's keeper."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.core.pages import WithBody
from cms.core.records import RecordType
from knowledge.base.pages import KnowledgePage


class OrganisationPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "organisation", _("Organisation"), _("Organisations"), color="organisation", shape="ring",
        schema_type="Organization",
        listing="letters", actor="organisation",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")


class PersonPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "person", _("Person"), _("People"), color="organisation", shape="disc",
        schema_type="Person",
        listing="letters", actor="person",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

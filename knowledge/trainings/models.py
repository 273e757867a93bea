"""To be written by the room's keeper."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.core.pages import WithBody
from cms.core.records import RecordType
from knowledge.base.pages import KnowledgePage


class TrainingPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "training", _("Training"), _("Trainings"), color="training", shape="diamond",
        schema_type="Course",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

"""To be written by the room's keeper."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.core.pages import WithBody
from cms.core.records import RecordType
from knowledge.base.pages import KnowledgePage


class PlanPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "plan", _("Strategic plan or contract"), _("Strategic plans and contracts"),
        color="plan", shape="leaf", schema_type="CreativeWork",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = ["knowledge_plans.ActionPage"]
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("strategic plan or contract")
        verbose_name_plural = _("strategic plans and contracts")


class ActionPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "action", _("Action"), _("Actions"), color="plan", shape="leaf",
        schema_type="Action",
    )  # fmt: skip

    template = "record.html"
    parent_page_types = ["knowledge_plans.PlanPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*KnowledgePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")

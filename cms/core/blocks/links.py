"""Ways on to other pages and to people. Only a page that anybody may read is named or linked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.core.body import References

from .base import LINKS, PROSE, CleanRichTextBlock, DescribedStruct, WebAddressBlock


class CardBlock(DescribedStruct):
    title = blocks.CharBlock(
        required=False, label=_("Title"), help_text=_("Left empty: the title of the page.")
    )
    summary = blocks.TextBlock(required=False, label=_("Text"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    url = WebAddressBlock(
        required=False, label=_("Address"), help_text=_("Of another site, instead of a page.")
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        page, url = cleaned["page"], cleaned["url"]
        errors = {}
        if page and url:
            errors["url"] = gettext("Choose a page or write an address, not both.")
        elif not self.is_deferred_validation:
            if not page and not url:
                errors["page"] = gettext("Choose a page or write an address.")
            elif url and not cleaned["title"]:
                errors["title"] = gettext("A link to another site needs a title.")
        if errors:
            raise StructBlockValidationError(
                {name: ValidationError(said) for name, said in errors.items()}
            )
        return cleaned

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        """Title, text and address; the address is empty for a page that is not public."""
        value = super().describe(raw, targets)
        page = value.pop("page") or {"title": "", "url": ""}
        return {
            "title": value["title"] or page["title"],
            "summary": value["summary"] or "",
            "url": page["url"] or value["url"],
        }

    class Meta:
        icon = "link"
        label = _("Card")
        label_format = "{title}"


class CardsBlock(DescribedStruct):
    items = blocks.ListBlock(CardBlock(), min_num=1, label=_("Cards"))

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        items = super().describe(raw, targets)["items"]
        return {"items": [item for item in items if item["title"]]}

    class Meta:
        icon = "link"
        label = _("Link cards")
        label_format = _("Link cards")
        group = LINKS
        template = "core/blocks/cards.html"


class ContactBlock(DescribedStruct):
    page = blocks.PageChooserBlock(
        required=False, label=_("Page"), help_text=_("Of an organisation, a service…")
    )
    content = CleanRichTextBlock(features=PROSE, required=False, label=_("Text"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not (self.is_deferred_validation or cleaned["page"] or cleaned["content"]):
            said = ValidationError(gettext("Choose a page or write how to get in touch."))
            raise StructBlockValidationError({"page": said})
        return cleaned

    class Meta:
        icon = "mail"
        label = _("Contact")
        label_format = _("Contact")
        group = LINKS
        template = "core/blocks/contact.html"

"""Doing in the real admin views what editors do: forms are fetched, filled and posted."""

from typing import Any

from django.forms import CheckboxInput
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from lxml import html
from wagtail import blocks
from wagtail.blocks import BlockField
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

PAGES = "wagtailadmin_pages"
_untouched: dict[str, QueryDict] = {}


def untouched(client: Client, address: str) -> QueryDict:
    """The data that the form of a new page would post with nothing filled in: the same in every
    section, so that a process fetches it once for each type."""
    kind = address.rstrip("/").rpartition("/")[0]  # without the section's number
    if kind not in _untouched:
        _untouched[kind] = form(client, address)
    return _untouched[kind].copy()


def posted(document: bytes, form_id: str) -> QueryDict:
    """What a browser would post of a form in a page, its buttons apart."""
    [shown] = html.document_fromstring(document).xpath("//form[@id=$id]", id=form_id)
    data = QueryDict(mutable=True)
    for field in shown.xpath(".//*[self::input or self::select or self::textarea][@name]"):
        name, kind = field.get("name"), field.get("type", "")
        if name == "csrfmiddlewaretoken":
            continue
        if field.tag == "textarea":
            data[name] = field.text_content().removeprefix("\n")
        elif field.tag == "select":
            for option in _chosen(field):
                data.appendlist(name, option.get("value", option.text_content()))
        elif kind not in ("checkbox", "radio"):
            data[name] = field.get("value", "")
        elif field.get("checked") is not None:
            data.appendlist(name, field.get("value", ""))
    return data


def _chosen(select: html.SelectElement) -> list[html.HtmlElement]:
    """The options of a list that are chosen; of one that allows a single choice, else the
    first."""
    options = select.xpath(".//option")
    found = [option for option in options if option.get("selected") is not None]
    return found or ([] if select.get("multiple") is not None else options[:1])


def form(client: Client, address: str, form_id: str = "page-edit-form") -> Any:
    """The data that the form at an address would post unchanged, bodies included."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    data = posted(response.content, form_id)
    shown = response.context["form"]
    forms = [shown, *(child for formset in shown.formsets.values() for child in formset.forms)]
    for part in forms:
        for name, field in part.fields.items():
            if data.get(part.add_prefix(name)) == "" and isinstance(field.widget, CheckboxInput):
                data[part.add_prefix(name)] = "on"  # ticked, as a browser posts it
            if isinstance(field, BlockField):
                value = part.initial.get(name) or field.block.to_python([])
                stream = stored(field.block, value)
                for key, entry in nested_form_data({part.add_prefix(name): stream}).items():
                    data[key] = entry
    return data


def stored(block: blocks.Block, value: Any) -> Any:
    """What a block's form posts for a value. The editor makes these fields by JavaScript."""
    match block:
        case blocks.StreamBlock():
            items = [(child.block_type, stored(child.block, child.value)) for child in value]
            return streamfield(items)
        case blocks.ListBlock():
            children = [stored(block.child_block, child) for child in value]
            fields = {"value": None, "deleted": "", "type": "item", "id": ""}
            rows = {
                str(place): {**fields, "value": child, "order": str(place)}
                for place, child in enumerate(children)
            }
            return {"count": str(len(children)), **rows}
        case blocks.StructBlock():
            return {
                name: stored(child, value.get(name))
                for name, child in block.child_blocks.items()
                if not (isinstance(child, blocks.BooleanBlock) and not value.get(name))
            }
        case TypedTableBlock():
            return table(value)
        case blocks.RichTextBlock():
            return rich_text(value.source if value else "")
        case blocks.BooleanBlock():
            return "on"
        case blocks.ChooserBlock():
            return str(value.pk) if value else ""
    return "" if value is None else str(value)


def table(value: Any) -> dict[str, Any]:
    """What the form of a table posts."""
    data = {"caption": value.caption, "column-count": len(value.columns),
            "row-count": len(value.row_data)}  # fmt: skip
    for place, column in enumerate(value.columns):
        own = {"type": column["block"].name, "order": place, "deleted": ""}
        data[f"column-{place}"] = {**own, "heading": column["heading"]}
    for line, row in enumerate(value.row_data):
        data[f"row-{line}"] = {"order": line, "deleted": ""}
        for place, cell in enumerate(row["values"]):
            block = value.columns[place]["block"]
            data[f"cell-{line}-{place}"] = stored(block, cell)
    return data


def post(client: Client, address: str, data: Any) -> HttpResponse:
    """Post and insist that it was accepted: admin forms redirect on success."""
    response = client.post(address, data)
    if response.status_code == 200 and response.context and "form" in response.context:
        raise AssertionError(response.context["form"].errors)
    assert response.status_code in (200, 302), response.status_code
    return response


def edit(client: Client, page: Page, action: str | None = "publish", **changes: Any) -> None:
    """Open a page's edit form, change some fields, save a draft (action None) or publish…"""
    address = reverse(f"{PAGES}:edit", args=[page.pk])
    data = form(client, address)
    for name, value in changes.items():
        data[name] = value
    if action:
        data[f"action-{action}"] = "1"
    post(client, address, data)


def page_action(client: Client, name: str, page: Page, *more: Any, **data: Any) -> HttpResponse:
    """Post to one of the page's own views, such as "unpublish" or "set_privacy"."""
    return post(client, reverse(f"{PAGES}:{name}", args=[page.pk, *more]), data)


def bulk(client: Client, action: str, *objects: Any, model: str = "wagtailcore.page", **data: Any):
    app, name = model.split(".")
    ids = "&".join(f"id={found.pk}" for found in objects)
    address = reverse("wagtail_bulk_action", args=[app, name, action])
    return post(client, f"{address}?{ids}", data)

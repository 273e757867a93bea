"""Pictures, files, videos and places."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.core import sketch
from cms.core.body import References

from .base import MEDIA, PROSE, CleanRichTextBlock, DegreesBlock, DescribedStruct, WebAddressBlock


class ImageBlock(DescribedStruct):
    image = ImageChooserBlock(label=_("Image"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        group = MEDIA
        template = "core/blocks/image.html"


class GalleryBlock(DescribedStruct):
    """Several pictures. Wagtail's own block of image and alternative text stays out of it: the
    translation tool crashes on one that stands so deep."""

    items = blocks.ListBlock(ImageBlock(), min_num=1, label=_("Images"))

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        items = super().describe(raw, targets)["items"]
        return {"items": [item for item in items if item["image"]]}

    class Meta:
        icon = "grid"
        label = _("Gallery")
        label_format = _("Gallery")
        group = MEDIA
        template = "core/blocks/gallery.html"


class DownloadBlock(DescribedStruct):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(required=False, label=_("Title"))

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        title = raw.get("title")
        found = targets.download(raw.get("document"), title or "")
        return {"document": asdict(found) if found else None, "title": title}

    class Meta:
        icon = "download"
        label = _("Download")
        group = MEDIA
        template = "core/blocks/download.html"


class VideoBlock(DescribedStruct):
    """A link to a video, never an embed: no third party sees who reads the page."""

    url = WebAddressBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("Title"))
    transcript = CleanRichTextBlock(features=PROSE, required=False, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Video")
        group = MEDIA
        template = "core/blocks/video.html"


class PointBlock(DescribedStruct):
    label = blocks.CharBlock(label=_("Place"))
    latitude = DegreesBlock(
        limit=90, label=_("Latitude"), help_text=_("In decimal degrees: 48.8566.")
    )
    longitude = DegreesBlock(
        limit=180, label=_("Longitude"), help_text=_("In decimal degrees, negative in the west.")
    )

    class Meta:
        icon = "crosshairs"
        label = _("Point")
        label_format = "{label}"


class MapBlock(DescribedStruct):
    """A few places: a drawing of ours with numbers, and the same places as a numbered list."""

    title = blocks.CharBlock(label=_("Title"))
    points = blocks.ListBlock(PointBlock(), min_num=1, label=_("Points"))

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        value = super().describe(raw, targets)
        value["points"] = [
            point
            for point in value["points"]
            if point["latitude"] is not None and point["longitude"] is not None
        ]
        return value

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        points = self.describe(self.get_prep_value(value), References())["points"]
        places = [(point["latitude"], point["longitude"]) for point in points]
        return {**context, "points": points, "sketch": sketch.draw(places)}

    class Meta:
        icon = "globe"
        label = _("Map excerpt")
        group = MEDIA
        template = "core/blocks/map.html"

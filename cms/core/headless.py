"""A second preview for editors, beside the site's own: in a partner's front, which reads the draft
from the API by a token (see `cms.partners.previews`). Off until a setting names the front."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail_headless_preview.models import HeadlessPreviewMixin

MODE = "headless"


class HeadlessPreview(HeadlessPreviewMixin):
    """Goes before wagtail's Page in the bases of a page."""

    @property
    def preview_modes(self) -> Any:
        own = super().preview_modes  # type: ignore[misc]  # wagtail's Page has it
        if not settings.HEADLESS_PREVIEW_URL or getattr(self, "record_type", None) is None:
            return own
        return [*own, (MODE, _("In the partner’s front"))]

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        if mode_name == MODE and settings.HEADLESS_PREVIEW_URL:
            response = super().serve_preview(request, mode_name)
            # The library's page is a frame with the front, and a style of its own.
            front = urlsplit(settings.HEADLESS_PREVIEW_URL)
            response._csp_replace = {
                "frame-src": (f"{front.scheme}://{front.netloc}",),
                "style-src": ("'unsafe-inline'",),
            }
            return response
        # The library would send every preview to the front.
        return super(HeadlessPreviewMixin, self).serve_preview(request, mode_name)  # type: ignore[misc]

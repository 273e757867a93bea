"""Addresses of files: a document or a picture obeys the visibility of the pages that use it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents import get_document_model
from wagtail.documents.views import serve as wagtail_serve
from wagtail.images import get_image_model
from wagtail.images.views.serve import ServeView
from wagtail.permissions import policy_registry

from .visibility import document_is_public, image_is_public


def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponse:
    """The file, for everybody where a public page uses it, else for its editors. 404 otherwise:
    a refusal would say that the file exists."""
    if not document_is_public(document_id) and not _edits(request, get_document_model()):
        raise Http404
    response = wagtail_serve.serve(request, document_id, document_filename)
    # What is public now may be withdrawn in a minute: caches must ask again.
    response["Cache-Control"] = "no-cache"
    return response


class Picture(ServeView):
    """A picture at a signed size."""

    model = get_image_model()

    def get(self, request: HttpRequest, signature: str, image_id: int, filter_spec: str,
            filename: str | None = None) -> HttpResponse:  # fmt: skip
        if not image_is_public(image_id) and not _edits(request, self.model):
            raise Http404
        response = super().get(request, signature, image_id, filter_spec, filename)
        response["Cache-Control"] = "no-cache"
        return response


def _edits(request: HttpRequest, model: Any) -> bool:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return policy_registry.get_by_type(model).user_has_any_permission(user, ["add", "change"])

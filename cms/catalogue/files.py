"""Addresses of files: a document or a picture obeys the visibility of the pages that use it."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.static import serve
from wagtail.documents import get_document_model
from wagtail.documents.views import serve as wagtail_serve
from wagtail.images import get_image_model
from wagtail.images.views.serve import ServeView
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from .visibility import document_is_public, image_is_public


def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponse:
    """The file, for everybody where a public page uses it, else for its editors and for those
    who may read a restricted page that uses it. 404 otherwise: a refusal would say that the
    file exists."""
    model = get_document_model()
    if not document_is_public(document_id) and not _may_read(request, model, document_id):
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
        if not image_is_public(image_id) and not _may_read(request, self.model, image_id):
            raise Http404
        response = super().get(request, signature, image_id, filter_spec, filename)
        response["Cache-Control"] = "no-cache"
        return response


def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """A size of a picture that Wagtail made, for the admin's lists and for `{% image %}`."""
    renditions = get_image_model().get_rendition_model().objects
    found = None if "\0" in name else renditions.filter(file=f"images/{name}").first()
    if found is None:
        raise Http404
    image = found.image_id
    if not image_is_public(image) and not _may_read(request, get_image_model(), image):
        raise Http404
    response = serve(request, found.file.name, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = "no-cache"
    return response


def _may_read(request: HttpRequest, model: Any, object_id: int) -> bool:
    """The exceptions: who edits files, who was let into a restricted page that uses it, and who
    reads the proof of a draft (a view that has checked it says so on the request)."""
    if getattr(request, "lent_with_proof", False):
        return True
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        policy = policy_registry.get_by_type(model)
        if policy.user_has_any_permission(user, ["add", "change"]):
            return True
    found = model.objects.filter(pk=object_id).first()
    if found is None:
        return False
    users = ReferenceIndex.get_references_to(found).values_list("base_content_type", "object_id")
    page_type = ContentType.objects.get_for_model(Page)
    ids = [int(number) for kind, number in users if kind == page_type.pk]
    # Only pages with a rule count: without one, a live page's file is public or is a draft's.
    rules = (
        list(page.get_view_restrictions()) for page in Page.objects.filter(pk__in=ids, live=True)
    )
    return any(found and all(rule.accept_request(request) for rule in found) for found in rules)

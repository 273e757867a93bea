"""What the admin adds for pictures, documents and translations, and which language is served."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from wagtail import hooks

from .consent import doubtful_images
from .document_list import DocumentIndexView
from .pages import BasePage
from .section_admin import SectionViewSet


# Before those of wagtail.documents, because this app stands before it in INSTALLED_APPS: the
# addresses and their names stay, the list gains a column.
@hooks.register("register_admin_urls")
def document_list() -> list[Any]:
    return [
        path("documents/", DocumentIndexView.as_view()),
        path("documents/results/", DocumentIndexView.as_view(results_only=True)),
    ]


@hooks.register("insert_editor_js")
def leave_after_autosave() -> str:
    script = static("relais/admin/after_autosave.js")
    return format_html('<script src="{}" type="module"></script>', script)


@hooks.register("insert_global_admin_js")
def keep_typed_dates() -> str:
    return format_html('<script src="{}"></script>', static("relais/admin/dates.js"))


@hooks.register("register_admin_viewset")
def section_viewset() -> Any:
    return SectionViewSet("sections")


@hooks.register("after_publish_page")
def warn_of_unknown_consent(request: HttpRequest, page: Any) -> None:
    page = page.specific
    if not isinstance(page, BasePage):
        return
    if images := doubtful_images(page):
        text = ngettext(
            "Published with a picture whose consent is not known: %(titles)s. Ask the people"
            " pictured, or replace it.",
            "Published with pictures whose consent is not known: %(titles)s. Ask the people"
            " pictured, or replace them.",
            len(images),
        )
        messages.warning(request, text % {"titles": ", ".join(image.title for image in images)})


# Before the rules of privacy: nothing is asked about an address that is none.
@hooks.register("before_serve_page", order=-1)
def serve_in_its_own_language(
    page: Any, request: HttpRequest, serve_args: Any, serve_kwargs: Any
) -> None:
    """Where a language has no home page, Wagtail would show the first one's pages under the
    language's address."""
    shown_in = getattr(request, "shown_in", get_language())
    if page.locale.language_code != shown_in:
        raise Http404

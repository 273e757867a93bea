"""What the admin adds for pictures and documents."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import ngettext
from wagtail import hooks

from .consent import doubtful_images
from .document_list import DocumentIndexView
from .pages import BasePage


# Before those of wagtail.documents, because this app stands before it in INSTALLED_APPS: the
# addresses and their names stay, the list gains a column.
@hooks.register("register_admin_urls")
def document_list() -> list[Any]:
    return [
        path("documents/", DocumentIndexView.as_view()),
        path("documents/results/", DocumentIndexView.as_view(results_only=True)),
    ]


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

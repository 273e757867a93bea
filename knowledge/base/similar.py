"""Pages that are called nearly the same, announced while a title is typed."""

from typing import Any

from django.apps import apps
from django.contrib.postgres.search import TrigramSimilarity, TrigramStrictWordSimilarity
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.visibility import public_pages
from cms.core.pages import BasePage
from cms.core.records import record_types

MIN_LENGTH = 6  # of a title, in signs: below, everything looks alike
SHOWN = 5
_CANDIDATES = 40  # read before asking which of them the user may see

# Trigrams in common. A title typed in full differs by some letters or words; one that is still
# being typed stands, word for word, in a longer one.
ALIKE = 0.5
WITHIN = 0.8


class Plain(Func):
    """Without accents, in lower case."""

    function = "unaccent"
    output_field = TextField()


def similar_pages(title: str, models: list[type[Page]], language: str = "") -> Any:
    """Pages of these types, live or draft, whose title is nearly this one, the closest first."""
    pages = Page.objects.type(*models) if models else Page.objects.none()
    if language:
        pages = pages.filter(locale__language_code=language)
    typed: Any = Plain(Lower(Value(title, output_field=TextField())))
    return (
        pages.filter(alias_of__isnull=True)
        .annotate(plain=Plain(Lower("draft_title")))
        .annotate(
            alike=TrigramSimilarity("plain", typed),
            within=TrigramStrictWordSimilarity(typed, F("plain")),
        )
        .filter(Q(alike__gte=ALIKE) | Q(within__gte=WITHIN))
        .order_by("-alike", "-within", "pk")
    )


@require_GET
def similar(request: HttpRequest) -> JsonResponse:
    """`{"pages": [{"title", "url", "status"}]}` for `type`, `title`, `language`, and `page`, the
    number of the page that is being written. Only pages that the user may see."""
    title = " ".join(request.GET.get("title", "").split())[:255].replace("\x00", "")
    kind = request.GET.get("type", "")
    if len(title) < MIN_LENGTH or kind not in record_types():
        return JsonResponse({"pages": []})
    found = similar_pages(title, _models(kind), request.GET.get("language", "")[:10])
    number = request.GET.get("page", "")
    if number.isascii() and number.isdigit():
        found = found.exclude(pk=int(number[:18]))
    candidates = list(found.select_related("locale")[:_CANDIDATES])
    ids = [page.pk for page in candidates]
    policy = policy_registry.get_by_type(Page)
    mine = policy.explorable_instances(request.user).filter(pk__in=ids)
    seen = {*mine.values_list("pk", flat=True), *public_pages(ids)}
    shown = [page for page in candidates if page.pk in seen][:SHOWN]
    return JsonResponse({"pages": [_entry(page, request) for page in shown]})


def _models(kind: str) -> list[type[Page]]:
    return [
        model
        for model in apps.get_models()
        if issubclass(model, BasePage) and getattr(model.record_type, "name", "") == kind
    ]


def _entry(page: Page, request: HttpRequest) -> dict[str, str]:
    may_edit = page.permissions_for_user(request.user).can_edit()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_edit else page.url
    return {
        "title": page.draft_title or page.title,
        "url": address or reverse("wagtailadmin_explore", args=[page.pk]),
        "status": str(_("online") if page.live else _("draft")),
    }

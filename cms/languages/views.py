"""The editors' pages: the board, synchronising, the state of a translation, every language."""

import html
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry
from wagtail_localize.models import (
    StringTranslation,
    Translation,
    TranslationSource,
)

from . import board, carrying, editor, emergency, exchange, jobs, publishing, updating
from .glossary import Glossary
from .models import TreeTranslation
from .shared import lacking

BOARD = "languages_board"
NEEDED = ("add", "change", "publish")


def may(user: Any) -> bool:
    """Whether somebody works on pages at all."""
    return policy_registry.get_by_type(Page).user_has_any_permission(user, NEEDED)


def _around(title: str, **more: Any) -> dict[str, Any]:
    crumbs = [{"url": reverse(BOARD), "label": _("Languages")}, {"url": "", "label": title}]
    return {
        "breadcrumbs_items": crumbs if title != _("Languages") else crumbs[:1],
        "header_title": title,
        "header_icon": "wagtail-localize-language",
        **more,
    }


def board_view(request: HttpRequest) -> HttpResponse:
    """Languages × types, then the pages of one cell. 15 queries at most."""
    if not may(request.user):
        raise PermissionDenied
    source = board.source_locale()
    locales = [one for one in Locale.objects.order_by("language_code") if one.pk != source.pk]
    chosen = _chosen(request)
    context = _around(
        _("Languages"),
        states=board.STATES.values(),
        lines=board.lines(source, locales),
        jobs=TreeTranslation.objects.select_related("locale")[:5],
        chosen=chosen,
    )
    if chosen:
        number = max(1, _number(request.GET.get("p")) or 1)
        rows = board.rows(source, **chosen, start=(number - 1) * board.SIZE)
        context |= {
            "rows": rows,
            "state": board.STATES[chosen["state"]],
            "number": number,
            "more": len(rows) == board.SIZE,
            "locale": next((one for one in locales if one.pk == chosen["locale"]), None),
        }
    return render(request, "cms_languages/board.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _chosen(request: HttpRequest) -> dict[str, Any] | None:
    state = request.GET.get("state", "")
    locale, kind = _number(request.GET.get("locale")), _number(request.GET.get("kind"))
    if state not in board.STATES or not locale or not kind:
        return None
    return {"locale": locale, "kind": kind, "state": state}


def _page(request: HttpRequest, pk: int) -> Page:
    """A page that this person may edit."""
    page = get_object_or_404(Page.objects.select_related("locale"), pk=pk).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def synchronise(request: HttpRequest, pk: int) -> HttpResponse:
    """What synchronising the translations of a page will do, then doing it."""
    page = _page(request, pk)
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        raise Http404
    if request.method == "POST":
        done = updating.apply(source)
        published = _publish(request, source) if request.POST.get("publish") else 0
        messages.success(request, _synchronised(done, published))
        return redirect("languages_synchronise", page.pk)
    title = _("Synchronise %(title)s") % {"title": page.title}
    context = _around(title, plan=updating.plan(source), page=page)
    return render(request, "cms_languages/synchronise.html", context)


def _synchronised(done: updating.Plan, published: int) -> str:
    said = _("The translations know what the source says now.")
    if published:
        said += " " + ngettext(
            "%(n)d of them is published.", "%(n)d of them are published.", published
        ) % {"n": published}
    return said


def _publish(request: HttpRequest, source: TranslationSource) -> int:
    """Publish the translations in which nothing is missing: dates and numbers come with it."""
    count = 0
    # Read again: the source that they hold would be the one before.
    for one in Translation.objects.filter(source=source, enabled=True).select_related("source"):
        target = one.get_target_instance()
        may_publish = target.permissions_for_user(request.user).can_publish()
        left = carrying.progress(one.source_id, one.target_locale_id).missing
        if may_publish and target.live and not left:
            one.save_target(user=request.user, publish=True)
            count += 1
    return count


def _translation(request: HttpRequest, pk: int) -> Translation:
    found = get_object_or_404(
        Translation.objects.select_related("source__locale", "target_locale"), pk=pk
    )
    try:
        target = found.get_target_instance()
    except Page.DoesNotExist as gone:
        raise Http404 from gone
    if not target.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return found


def translation(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a translation stands: what is missing, what a machine wrote, the glossary, the file
    to take away and to bring back."""
    found = _translation(request, pk)
    if request.method == "POST":
        if request.POST.get("do") == "accept":
            return _accept(request, found)
        return _upload(request, found)
    return _shown(request, found, None)


def _shown(
    request: HttpRequest, found: Translation, reading: exchange.Reading | None
) -> HttpResponse:
    target = found.get_target_instance()
    title = _("Translation of %(title)s") % {"title": found.source.object_repr}
    context = _around(
        title,
        same=_same(found),
        translation=found,
        target=target,
        progress=carrying.progress(found.source_id, found.target_locale_id),
        names=editor.names(found),
        doubts=_doubts(found),
        shared=lacking(target, found.target_locale.language_code, request.user),
        reading=reading,
    )
    return render(
        request, "cms_languages/translation.html", context, status=400 if reading else 200
    )


def _doubts(found: Translation) -> list[dict[str, str]]:
    """Texts whose translation does not use the glossary's name. The first of them."""
    glossary = Glossary(found.source.locale.language_code, found.target_locale.language_code)
    rows = StringTranslation.objects.filter(
        locale=found.target_locale_id,
        context__object=found.source.object_id,
        translation_of__segments__source=found.source_id,
    ).select_related("translation_of")
    doubts = []
    for row in rows.distinct():
        for name, wanted in glossary.unused(row.translation_of.data, row.data):
            doubts.append({"text": row.data, "name": name, "wanted": wanted})
    return doubts[:20]


def _same(found: Translation) -> list[str]:
    """Texts whose translation is the French text word for word, in order: names, or an oversight.
    The first of them."""
    rows = StringTranslation.objects.filter(
        locale=found.target_locale_id,
        context__object=found.source.object_id,
        translation_of__segments__source=found.source_id,
        data=F("translation_of__data"),
    ).order_by("translation_of__segments__order")
    texts = dict.fromkeys(rows.exclude(context__path="slug").values_list("data", flat=True))
    return [bare(text) for text in texts][:100]


def _accept(request: HttpRequest, found: Translation) -> HttpResponse:
    """A person has read what the machine wrote. The page says so once it is published again."""
    count = carrying.progress(found.source_id, found.target_locale_id).machine
    rows = StringTranslation.objects.filter(
        locale=found.target_locale_id,
        context__object=found.source.object_id,
        translation_type="machine",
    )
    rows.update(
        translation_type="manual", last_translated_by=request.user, updated_at=timezone.now()
    )
    said = ngettext("%(n)d text is accepted.", "%(n)d texts are accepted.", count) % {"n": count}
    if found.get_target_instance().live:
        said += " " + _("Publish the page again: until then it says that a machine wrote it.")
    messages.success(request, said)
    return redirect("languages_translation", found.pk)


def _upload(request: HttpRequest, found: Translation) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        reading = exchange.Reading([exchange.Remark(0, _("Choose a file."))])
    elif (file.size or 0) > exchange.MAX_SIZE:
        reading = exchange.Reading([exchange.Remark(0, _("The file is too large."))])
    else:
        reading = exchange.read(found, file.read())
    if reading.errors:
        messages.error(request, _("Nothing of the file was taken in: see what is wrong below."))
        return _shown(request, found, reading)
    count = exchange.write(found, reading, request.user)
    said = ngettext("%(n)d text is taken in.", "%(n)d texts are taken in.", count) % {"n": count}
    messages.success(request, said)
    for remark in reading.warnings[:20]:
        messages.warning(request, f"{remark.line}: {remark.text}" if remark.line else remark.text)
    return redirect("languages_translation", found.pk)


def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The translation as a PO file."""
    found = _translation(request, pk)
    response = HttpResponse(str(exchange.export(found)), content_type="text/x-gettext-translation")
    name = f"{slugify(found.source.object_repr)[:60]}-{found.target_locale.language_code}.po"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def everywhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Unpublish or delete a page in every language, after a look at what that touches."""
    page = _page(request, pk)
    if page.depth < 3:  # the root and the home pages
        raise Http404
    if request.method == "POST":
        action = request.POST.get("do")
        if action not in (emergency.UNPUBLISH, emergency.DELETE):
            raise Http404
        parent = page.get_parent()
        number = emergency.everywhere(page, action, request.user)
        said = ngettext("Done in %(n)d language.", "Done in %(n)d languages.", number) % {
            "n": number
        }
        messages.success(request, said)
        return redirect("wagtailadmin_explore", parent.pk)
    title = _("%(title)s in every language") % {"title": page.title}
    context = _around(title, page=page, touched=emergency.touched(page))
    return render(request, "cms_languages/everywhere.html", context)


def bare(text: str) -> str:
    """A text as people read it."""
    return html.unescape(strip_tags(text))


def same(request: HttpRequest, pk: int) -> HttpResponse:
    """The short texts that a page written by hand has in common with French, to look at before it
    is published: whoever accepts them is in the page's history, and is not asked again."""
    page = _page(request, pk).get_latest_revision_as_object()
    texts = publishing.same(page)
    if request.method == "POST":
        if texts:
            data = {"texts": texts}
            log(instance=page, action=publishing.ACCEPTED, user=request.user, data=data)
        messages.success(request, _("Accepted: the page can be published."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = _around(_("The same as in French"), page=page, texts=[bare(one) for one in texts])
    return render(request, "cms_languages/same.html", context)


def tree(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the translation of a page and of all below it, in the worker."""
    page = _page(request, pk)
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        raise PermissionDenied
    source = board.source_locale()
    locales = [one for one in Locale.objects.order_by("language_code") if one.pk != source.pk]
    if request.method == "POST":
        chosen = [one for one in locales if str(one.pk) in request.POST.getlist("locale")]
        for locale in chosen:
            jobs.start(page, locale, request.user)
        if chosen:
            messages.success(request, _("The translations are being prepared; see how far below."))
            return redirect(BOARD)
        messages.error(request, _("Choose a language."))
    title = _("Translate %(title)s and all below it") % {"title": page.title}
    number = page.get_descendants(inclusive=True).filter(alias_of=None).count()
    context = _around(title, page=page, locales=locales, number=number)
    return render(request, "cms_languages/tree.html", context)

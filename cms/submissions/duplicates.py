"""Something that is known here already: what was proposed completes the page that exists.

An editor chooses, field by field, what the page is to take; it becomes a draft revision, which
Wagtail compares with what is online. The submission is archived with the page's number.
"""

import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.visibility import public_pages

from . import accepting, kinds, states, uploads
from .models import Submission
from .quietly import enter_workflow
from .remits import visible

FILES = "files"
_TEXT = 400  # signs of a value that are shown
# What a row is, apart from what it says.
_MACHINERY = {"id", "sort_order", "locale", "translation_key", "uuid", "uid"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the page, or its rows of one kind: what it says, what is proposed, whether that
    is added to it (else it replaces it), and whether it is chosen unless somebody says no."""

    name: str
    label: str
    kept: str
    proposed: str
    adds: bool
    ticked: bool


def choices(submission: Submission, page: Page, draft: Any) -> list[Choice]:
    """What of a draft says something that the page does not."""
    found = []
    if draft is not None:
        found = [*_fields(page, draft), *_rows(page, draft)]
    if names := [upload.name for upload in submission.uploads.all()]:
        found.append(Choice(FILES, _("Files and pictures"), "", ", ".join(names), True, True))
    return found


def _fields(page: Any, draft: Any) -> list[Choice]:
    found = []
    for field in type(draft)._meta.concrete_fields:
        if not _is_said(field, draft):
            continue
        kept, proposed = _shown(field, page), _shown(field, draft)
        if kept != proposed and not (isinstance(field, StreamField) and proposed in kept):
            adds = isinstance(field, StreamField)
            label = capfirst(str(field.verbose_name))
            found.append(Choice(field.name, label, kept, proposed, adds, not kept))
    return found


def _is_said(field: Any, draft: Any) -> bool:
    """Whether a field is somebody's to fill, and the draft does."""
    if field.model is Page or (field.is_relation and field.remote_field.parent_link):
        return bool(field.name == "title")
    if not field.editable or field.name in _MACHINERY:
        return False
    value = field.value_from_object(draft)
    return bool(value) and value != field.get_default()


def _shown(field: Any, row: Any) -> str:
    if isinstance(field, StreamField):
        value = getattr(row, field.attname)
        text = strip_tags(" ".join(map(str, value)).replace("<", " <")) if value else ""
        return _short(text)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    value = getattr(row, field.name) if field.is_relation else field.value_from_object(row)
    return _short(str(value)) if value not in (None, "") else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"


def _rows(page: Any, draft: Any) -> list[Choice]:
    found = []
    for relation in get_all_child_relations(type(draft)):
        name = relation.get_accessor_name()
        new = _new_rows(page, draft, name)
        if new:
            label = capfirst(str(relation.related_model._meta.verbose_name_plural))
            kept = " / ".join(map(_row_shown, getattr(page, name).all()))
            said = " / ".join(map(_row_shown, new))
            found.append(Choice(name, label, kept, said, True, True))
    return found


def _new_rows(page: Any, draft: Any, name: str) -> list[Any]:
    known = {_key(row) for row in getattr(page, name).all()}
    return [row for row in getattr(draft, name).all() if _key(row) not in known]


def _said_by(row: Any) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in row._meta.concrete_fields
        if field.name not in _MACHINERY and not isinstance(field, ParentalKey)
    ]


def _key(row: Any) -> tuple[str, ...]:
    return tuple(str(field.value_from_object(row)) for field in _said_by(row))


def _row_shown(row: Any) -> str:
    told = (_shown(field, row) for field in _said_by(row) if field.value_from_object(row))
    return ", ".join(filter(None, told))


@transaction.atomic
def merge(pk: int, page: Page, user: Any, *, names: set[str], text: str = "") -> Submission:
    """Give the page what was chosen, as a draft revision, and archive the submission. With nothing
    chosen the page stays as it is. Raises states.Refused; nothing has changed then."""
    submission = states.locked(pk)
    if why := states.refusal(submission, "merge", user):
        raise states.Refused(why)
    made: list[Any] = []
    try:
        if names:
            _may_edit(page, user)
            made = uploads.adopt(submission, user) if FILES in names else []
            _complete(submission, page, user, names, made)
    except Exception as error:
        uploads.disown(made)
        if isinstance(error, ValidationError):
            raise states.Refused(" ".join(error.messages)) from error
        raise
    return states.perform(
        pk, "merge", user=user, text=text, page_id=page.pk, target_id=page.pk,
        accepted_at=timezone.now() if names else None,
    )  # fmt: skip


def _may_edit(page: Page, user: Any) -> None:
    lock = page.get_lock()
    if not page.permissions_for_user(user).can_edit() or (lock and lock.for_user(user)):
        raise states.Refused(_("You may not edit this page."))


def _complete(
    submission: Submission, page: Page, user: Any, names: set[str], made: list[Any]
) -> None:
    kept: Any = page.get_latest_revision_as_object()
    draft = _draft(submission, kept, made)
    for choice in choices(submission, kept, draft):
        if choice.name in names and choice.name != FILES:
            _take(kept, draft, choice)
    if FILES in names and draft is not None:
        _take_files(kept, draft)
    kept.save_revision(user=user, log_action=True, changed=True)
    log(instance=kept, action=accepting.LOG_ACTION, user=user, data={"submission": submission.pk})
    enter_workflow(kept, user)


def _draft(submission: Submission, page: Any, made: Any = ()) -> Any:
    """What acceptance would make of it, unsaved; None where the page is of another type."""
    model = accepting.model_of(submission)
    if model is None or not isinstance(page, model):
        return None
    cleaned, errors = kinds.Steps(submission, submission.said()).clean()
    if errors:
        raise states.Refused(_("Something is still missing or wrong: correct it first."))
    with translation.override(page.locale.language_code):
        return model.build_draft(accepting.proposal(submission, cleaned, made), page.get_parent())


def _take(page: Any, draft: Any, choice: Choice) -> None:
    rows = getattr(page, choice.name)
    if hasattr(rows, "get_object_list"):  # a child relation
        _add_rows(page, choice.name, _new_rows(page, draft, choice.name))
        return
    field = type(page)._meta.get_field(choice.name)
    value = getattr(draft, choice.name)
    if isinstance(field, StreamField):
        blocks = [*rows.get_prep_value(), *value.get_prep_value()]
        value = field.stream_block.to_python(blocks)
    setattr(page, choice.name, value)


def _add_rows(page: Any, name: str, rows: list[Any]) -> None:
    there = getattr(page, name)
    last = max((getattr(row, "sort_order", None) or 0 for row in there.all()), default=-1)
    for place, row in enumerate(rows, start=last + 1):
        added = copy.copy(row)
        added.pk = None
        added.sort_order = place
        there.add(added)


def _take_files(page: Any, draft: Any) -> None:
    if not page.hero_image_id:
        page.hero_image_id = draft.hero_image_id
    if hasattr(draft, "downloads"):
        _add_rows(page, "downloads", _new_rows(page, draft, "downloads"))


def view(request: HttpRequest, pk: int, page_id: int = 0) -> HttpResponse:
    """Beside each other, what the page says and what is proposed; the editor ticks."""
    if not states.may(request.user):
        raise PermissionDenied
    submission = get_object_or_404(visible(request.user), pk=pk)
    page = _page(request, submission, page_id)
    if page is None:
        messages.error(request, _("Choose the page of which it is the duplicate."))
        return redirect("submissions_detail", pk)
    try:
        if request.method == "POST":
            text = request.POST.get("text", "").strip()[:5000].replace("\x00", "")
            names = set(request.POST.getlist("take")[:200])
            merge(pk, page, request.user, names=names, text=text)
            messages.success(request, _("It is done."))
            return redirect("submissions_detail", pk)
        if why := states.refusal(submission, "merge", request.user):
            raise states.Refused(why)
        latest = page.get_latest_revision_as_object()
        found = choices(submission, latest, _draft(submission, latest))
    except states.Refused as refused:
        messages.error(request, str(refused))
        return redirect("submissions_detail", pk)
    called = _("Duplicate of “%(title)s”") % {"title": page.title}
    return render(
        request,
        "cms_submissions/duplicate.html",
        {
            "submission": submission,
            "page": page,
            "choices": found,
            "may_edit": page.permissions_for_user(request.user).can_edit(),
            "breadcrumbs_items": [
                {"url": reverse("submissions_desk"), "label": _("Submissions")},
                {
                    "url": reverse("submissions_detail", args=[pk]),
                    "label": submission.title or str(submission),
                },
                {"url": "", "label": called},
            ],
            "header_title": called,
            "header_icon": "mail",
        },
    )


def _page(request: HttpRequest, submission: Submission, page_id: int) -> Any:
    """A page that this editor may see: by its number, or by the address in `?address=`."""
    if not page_id:
        from .forms import PageAddressField

        try:
            found = PageAddressField().clean(request.GET.get("address", "").replace("\x00", ""))
        except ValidationError:
            return None
        return found.specific
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        raise Http404
    mine = policy_registry.get_by_type(Page).explorable_instances(request.user)
    if not public_pages([page_id]) and not mine.filter(pk=page_id).exists():
        raise Http404
    return page.specific

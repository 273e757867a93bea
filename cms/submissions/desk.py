"""The editors' desk: what waits, one submission beside what exists already, and the spam."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy

from . import accepting, kinds, outbox, proofs, states
from .forms import correctable
from .models import RefusalReason, State, Submission, Upload
from .remits import cut_short, lost_mail, named_in, places, visible, waits
from .similar import similar

INDEX, RESULTS, DETAIL, SPAM = (
    "submissions_desk", "submissions_desk_results", "submissions_detail", "submissions_spam",
)  # fmt: skip
PER_PAGE = 100  # of the spam
_BUTTONS = ("claim", "release", "take_over", "ask", "refuse", "spam", "not_spam", "archive")


def _kind_choices() -> list[tuple[str, Any]]:
    return [(name, one.label) for name, one in kinds.kinds().items()]


def _territory_choices() -> list[tuple[str, str]]:
    """Where something was proposed, and what covers it."""
    nodes = {node.pk: node for line in places().values() for node in line}
    return sorted(
        ((str(node.pk), f"{node.name} ({node.code})" if node.code else node.name)
         for node in nodes.values()),
        key=lambda one: one[1],
    )  # fmt: skip


def concerns(page_id: int) -> Q:
    """Submissions that became a page, or that are about it."""
    return Q(page_id=page_id) | Q(target_id=page_id)


class DeskFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_kind_choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[one for one in State.choices if one[0] != State.SPAM]
    )
    whose = django_filters.ChoiceFilter(
        label=_("Read by"),
        choices=[("mine", _("Me")), ("nobody", _("Nobody yet"))],
        method="of",
    )
    territory = django_filters.ChoiceFilter(
        label=_("Territory"), choices=_territory_choices, method="lying_in"
    )

    page = django_filters.NumberFilter(label=_("Page (its number)"), method="about")

    class Meta:
        model = Submission
        fields = ("kind", "state", "whose", "territory", "page")

    def about(self, rows: QuerySet[Submission], name: str, value: Any) -> QuerySet[Submission]:
        return rows.filter(concerns(min(int(value), 2**62)))

    def of(self, rows: QuerySet[Submission], name: str, value: str) -> QuerySet[Submission]:
        if value == "mine":
            return rows.filter(claimed_by=self.request.user)
        # Who cannot sign in any more reads nothing.
        return rows.filter(Q(claimed_by=None) | Q(claimed_by__is_active=False))

    def lying_in(self, rows: QuerySet[Submission], name: str, value: str) -> QuerySet[Submission]:
        return rows.filter(territory__in=named_in([int(value)]))


class DeskView(ReportView):
    """What waits, the oldest first; other states by the filter."""

    page_title = _("Submissions")
    header_icon = "mail"
    model = Submission
    template_name = "cms_submissions/desk.html"
    index_url_name = INDEX
    index_results_url_name = RESULTS
    filterset_class = DeskFilterSet
    default_ordering = "received_at"
    permission_policy = ModelPermissionPolicy(Submission)
    any_permission_required = ["change"]
    list_export: list[str] = []
    columns = [
        TitleColumn("called", label=_("Title"), get_url=lambda row: detail_address(row)),
        Column("kind_label", label=_("Kind")),
        Column("territory", label=_("Territory")),
        Column("called_state", label=_("State")),
        Column("holder", label=_("Read by")),
        DateColumn("received_at", label=_("Received")),
    ]

    def get_base_queryset(self) -> QuerySet[Submission]:
        found = visible(self.request.user).exclude(state=State.SPAM)
        if not (self.request.GET.get("state") or self.request.GET.get("page")):
            found = found.filter(waits())
        own = {"submission": OuterRef("pk")}
        found = found.annotate(
            cut_short=Exists(cut_short().filter(**own)), lost=Exists(lost_mail().filter(**own))
        )
        return found.order_by("received_at", "pk")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Spam"), url=reverse(SPAM), icon_name="bin")]

    @cached_property
    def no_results_message(self) -> Any:
        return _("Nothing waits.")

    def get_queryset(self) -> Any:
        return self.get_base_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        rows = list(object_list)
        for row in rows:
            row.called = row.title or str(row)
            row.kind_label = kinds.label(row.kind)
            row.called_state = called_state(row)
            row.holder = holder(row)
        return rows


def called_state(submission: Submission) -> str:
    """The state, that the author has answered to a proof, that a message did not arrive."""
    state = submission.get_state_display()
    if getattr(submission, "cut_short", False):
        return gettext("%(state)s, a message was cut short") % {"state": state}
    if getattr(submission, "lost", False):
        return gettext("%(state)s, a message does not arrive") % {"state": state}
    if submission.state == State.ACCEPTED and submission.proof_answered_at:
        return gettext("%(state)s, proof answered") % {"state": state}
    return state


def holder(submission: Submission) -> str:
    """Who is reading it; said of somebody who cannot sign in any more."""
    user = submission.claimed_by
    if user is None:
        return ""
    name = user.get_full_name() or user.get_username()
    return name if user.is_active else gettext("%(name)s (no longer active)") % {"name": name}


def detail_address(submission: Submission) -> str:
    return reverse(DETAIL, args=[submission.pk])


def _found(request: HttpRequest, pk: int) -> Submission:
    if not states.may(request.user):
        raise PermissionDenied
    return get_object_or_404(visible(request.user), pk=pk)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission: what was said and corrected, what exists already, what may be done."""
    submission = _found(request, pk)
    forms = None
    if request.method == "POST":
        done = _act(request, submission)
        if done is None:
            return redirect(DETAIL, pk)
        forms = done
    elif request.GET.get("edit") and "correct" in states.possible(submission, request.user):
        forms = _forms(submission, submission.said())
    return render(
        request,
        "cms_submissions/detail.html",
        _context(request, submission, forms),
        status=422 if request.method == "POST" else 200,
    )


def _forms(submission: Submission, data: Any, *, bound: bool = False) -> list[Any]:
    steps = kinds.Steps(submission).own
    return [step(data) if bound else step(initial=data) for step in steps]


def _act(request: HttpRequest, submission: Submission) -> list[Any] | None:
    """Do what a button says. None once it is done, or refused with a message; the forms with
    their errors where a correction is not right."""
    name = request.POST.get("do", "")
    text = request.POST.get("text", "").strip()[:5000].replace("\x00", "")
    try:
        if name == "correct":
            return _correct(request, submission)
        if name == "resend":
            _resend(request, submission)
        elif name == "accept":
            parent = _page(request.POST.get("parent", ""))
            accepting.accept(submission.pk, request.user, parent=parent, text=text)
        elif name == "proof":
            proofs.send(submission.pk, request.user, text)
        elif name in _BUTTONS:
            if name in ("ask", "refuse") and not text:
                raise states.Refused(gettext("Write what the author is to read."))
            states.perform(submission.pk, name, user=request.user, text=text)
        else:
            raise states.Refused(gettext("This is not something that can be done here."))
    except states.Refused as refused:
        messages.error(request, str(refused))
        return None
    messages.success(request, gettext("It is done."))
    return None


def _correct(request: HttpRequest, submission: Submission) -> list[Any] | None:
    forms = _forms(submission, request.POST, bound=True)
    wrong = [form for form in forms if not form.is_valid()]
    if wrong:
        messages.error(request, gettext("Something is to be corrected; nothing is lost."))
        return forms
    written: dict[str, str] = {}
    for form in forms:
        written |= kinds.written(form)
    changed = {
        name: value for name, value in written.items() if value != submission.values.get(name, "")
    }
    cleaned = {k: v for form in forms for k, v in form.cleaned_data.items()}
    values: dict[str, Any] = {"corrected": changed}
    if "commune" in cleaned:
        values["territory"] = cleaned["commune"]
    values["title"] = kinds.title_of(submission, cleaned)
    states.perform(submission.pk, "correct", user=request.user, **values)
    messages.success(request, gettext("Corrected. What the author wrote is kept beside it."))
    return None


def _resend(request: HttpRequest, submission: Submission) -> None:
    number = request.POST.get("mail", "")
    mail = submission.mails.filter(pk=int(number[:15])).first() if number.isdecimal() else None
    if mail is None:
        raise states.Refused(gettext("This message is gone."))
    outbox.again(mail)


def _page(number: str) -> Any:
    return Page.objects.filter(pk=int(number[:15])).first() if number.isdecimal() else None


def _context(request: HttpRequest, submission: Submission, forms: Any) -> dict[str, Any]:
    possible = states.possible(submission, request.user)
    page = _page(str(submission.page_id or ""))
    target = kinds.Steps(submission).target
    return {
        "submission": submission,
        "author": getattr(submission, "author", None),
        "kind_label": kinds.label(submission.kind),
        "holder": holder(submission),
        "fields": _beside(submission, target),
        "uploads": list(submission.uploads.all()),
        "steps": list(submission.steps.select_related("user")),
        "mails": _mails(submission),
        "similar": similar(submission, request.user),
        "possible": possible,
        "quick": possible - {"ask", "refuse", "accept", "merge", "proof"},
        "forms": forms,
        "reasons": list(RefusalReason.objects.all()) if "refuse" in possible else [],
        "sections": accepting.sections(submission, request.user) if "accept" in possible else [],
        "page": page,
        "proof": submission.proof_until if proofs.may_be_read(submission) else None,
        "may_prove": "proof" in possible and page is not None and page.has_unpublished_changes,
        "unreachable": outbox.is_given_up(submission),
        "target": target,
        "referent": _page(str(submission.referent_id or "")),
        "compare": _compare(page),
        "needs_section": submission.kind not in (kinds.CORRECTION, kinds.SUPPORT),
        "breadcrumbs_items": [
            {"url": reverse(INDEX), "label": gettext("Submissions")},
            {"url": "", "label": submission.title or str(submission)},
        ],
        "header_title": submission.title or str(submission),
        "header_icon": "mail",
        "spam_address": reverse(SPAM),
    }


def _mails(submission: Submission) -> list[Any]:
    """Its messages, each called as its subject says."""
    found = list(submission.mails.all())
    names = outbox.subjects()
    for mail in found:
        mail.called = names.get(mail.kind, mail.kind)  # type: ignore[attr-defined]
    return found


def _compare(page: Any) -> str:
    """Where Wagtail compares, field by field, what is online with the draft that changes it."""
    if page is None or not (page.live and page.has_unpublished_changes):
        return ""
    return reverse(
        "wagtailadmin_pages:revisions_compare", args=[page.pk, "live", page.latest_revision_id]
    )


def _beside(submission: Submission, target: Any) -> list[dict[str, Any]]:
    """Each field with what the author says, what was said first where it differs, what an editor
    says instead, and what the page says that is to be corrected."""
    found = []
    for name, field in kinds.Steps(submission).fields().items():
        said = kinds.as_text(field, submission.values.get(name, ""))
        first = kinds.as_text(field, submission.original.get(name, ""))
        row: dict[str, Any] = {
            "label": str(field.label),
            "said": said,
            "first": first if submission.original and first != said else "",
            "corrected": kinds.as_text(field, submission.corrected.get(name, "")),
            "is_corrected": name in submission.corrected,
            "online": "",
        }
        if target is not None and name in correctable(target):
            row["online"] = str(getattr(target, name) or "")
            row["differs"] = "yes" if row["online"] != said else ""
        if row["said"] or row["corrected"] or row["first"]:
            found.append(row)
    return found


def spam(request: HttpRequest) -> HttpResponse:
    """What looks like spam, a hundred at a time; archived or given back together."""
    if not states.may(request.user):
        raise PermissionDenied
    rows = visible(request.user).filter(state=State.SPAM).order_by("-created_at", "-pk")
    if request.method == "POST":
        name = request.POST.get("do", "")
        if name not in ("archive", "not_spam"):
            raise PermissionDenied
        chosen = rows
        if not request.POST.get("all"):
            ids = [int(one[:15]) for one in request.POST.getlist("id") if one.isdecimal()]
            chosen = rows.filter(pk__in=ids)
        done = 0
        for pk in list(chosen.values_list("pk", flat=True)[:2000]):
            try:
                states.perform(pk, name, user=request.user)
                done += 1
            except states.Refused:
                continue
        said = ngettext("%(n)d submission treated.", "%(n)d submissions treated.", done)
        messages.success(request, said % {"n": done})
        return redirect(SPAM)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    for row in page:
        row.kind_label = kinds.label(row.kind)  # type: ignore[attr-defined]  # for the table
    context = {
        "rows": page,
        "breadcrumbs_items": [
            {"url": reverse(INDEX), "label": gettext("Submissions")},
            {"url": "", "label": gettext("Spam")},
        ],
        "header_title": gettext("Spam"),
        "header_icon": "mail",
    }
    return render(request, "cms_submissions/spam.html", context)


def upload(request: HttpRequest, pk: int) -> FileResponse:
    """A file that waits, always as a download: it is nobody's page."""
    if not states.may(request.user):
        raise PermissionDenied
    found = get_object_or_404(Upload, pk=pk, submission__in=visible(request.user))
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )

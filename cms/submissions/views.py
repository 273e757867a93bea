"""The public pages of `/proposer/`: forms in steps, without an account and without JavaScript."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from cms.catalogue.models import Record

from . import kinds, links, outbox, proofs, spam, states, uploads, writing
from .forms import AuthorStep, FilesStep
from .guarding import guarded, sorry
from .models import State, Step, Submission

# What is said to the author, and by the author.
TOLD = ("ask", "answer", "refuse", "accept", "merge", "proof", "proof_answer")


def _data(request: HttpRequest) -> Any:
    """What was posted; a form posted empty has errors too."""
    return request.POST if request.method == "POST" else None


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """`kinds`: what may be proposed."""
    return render(request, "submissions/choose.html", {"kinds": kinds.kinds().values()})


@guarded
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """The first step. Nothing is written before it is right."""
    known = kinds.kinds().get(kind)
    if known is None:
        raise Http404
    form_class = known.steps[0]
    ticket = spam.read_ticket(request.POST.get("ticket", ""))
    form = form_class(_data(request), initial=_asked(request))
    context = {
        "kind": known, "form": form, "number": 1, "heading": form_class.heading,
        "ticket": request.POST.get("ticket") if ticket else spam.new_ticket(),
        "trap": spam.TRAP, "total": len(known.steps) + 2,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "submissions/step.html", context)
    trapped = bool(request.POST.get(spam.TRAP))
    if not form.is_valid() and not trapped:
        return render(request, "submissions/step.html", context, status=422)
    if ticket is None:
        form.add_error(None, gettext("This form had expired: check it and send it again."))
        return render(request, "submissions/step.html", context, status=422)
    return _begin(request, known, form, ticket, trapped)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The page to correct, from its link: `?page=` and its path, or the uid of its record."""
    asked = request.GET.get("page", "").replace("\x00", "")
    live = Record.objects.filter(gone_at__isnull=True)
    try:
        found = live.filter(uid=UUID(asked)).first()
    except ValueError:
        found = live.filter(url=asked).first() if asked.startswith("/") else None
    return {"page": request.build_absolute_uri(found.url)} if found else {}


def _begin(
    request: HttpRequest, known: kinds.Kind, form: Any, ticket: tuple[Any, float], trapped: bool
) -> HttpResponse:
    nonce, age = ticket
    why = ""
    if trapped:
        why = gettext("the hidden field is filled")
    elif age < spam.FASTEST:
        why = gettext("filled in less than %(n)d seconds") % {"n": spam.FASTEST}
    elif spam.knock(request, "new") > spam.NEW_AN_HOUR:
        why = gettext("many submissions from the same network")
    language = (get_language() or "fr").split("-")[0]
    submission = writing.begin(nonce, known.name, language, why)
    if submission.state == State.UNCONFIRMED and not submission.sent_at:
        if form.is_valid():
            submission = writing.write(submission.pk, form)
        if trapped:
            title = str(request.POST.get("title", ""))[:255].replace("\x00", "")
            states.perform(submission.pk, "suspect", text=why, title=submission.title or title)
            return redirect(links.path(submission))
        return redirect(links.path(submission, "step", 2))
    return redirect(links.path(submission))


def _found(token: str) -> Submission:
    submission = (
        Submission.objects.select_related("author", "claimed_by", "territory")
        .filter(token_digest=links.digest(token))
        .first()
    )
    if submission is None:
        raise Http404
    return submission


@guarded
def step(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """One of the other steps, or the first again."""
    submission = _found(token)
    steps = kinds.Steps(submission)
    if not 1 <= number <= len(steps.all):
        raise Http404
    form_class = steps.all[number - 1]
    signing = issubclass(form_class, AuthorStep)
    may_sign = signing and submission.state == State.UNCONFIRMED
    if not submission.may_be_written and not may_sign:
        return redirect(links.path(submission))
    if signing and submission.state != State.UNCONFIRMED:
        return redirect(links.path(submission, "check"))
    if form_class is FilesStep:
        return _files(request, submission, steps, number)
    form = form_class(_data(request), initial=_initial(submission, form_class))
    if request.method == "POST" and form.is_valid():
        try:
            if signing:
                writing.sign(submission.pk, form.cleaned_data)
            else:
                submission = writing.write(submission.pk, form)
        except states.Refused as refused:
            if not signing or _found(token).state != State.UNCONFIRMED:
                return redirect(links.path(submission))
            form.add_error("email", str(refused))
        else:
            return redirect(_after(submission, number))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "submissions/step.html", _context(submission, steps, number, form), status=status
    )


def _initial(submission: Submission, form_class: Any) -> dict[str, Any]:
    if not issubclass(form_class, AuthorStep):
        return dict(submission.values)
    author = getattr(submission, "author", None)
    if author is None:
        return {}
    fields = ("name", "email", "organisation", "show_name")
    return {name: getattr(author, name) for name in fields} | {"consent": True}


def _after(submission: Submission, number: int) -> str:
    """The next step, else the page that sends, else the tracking page."""
    if submission.sent_at and submission.state == State.UNCONFIRMED:
        return links.path(submission)
    if number < len(kinds.Steps(submission).all):
        return links.path(submission, "step", number + 1)
    return links.path(submission, "check")


def _context(submission: Submission, steps: kinds.Steps, number: int, form: Any) -> dict[str, Any]:
    return {
        "kind": kinds.kinds().get(submission.kind),
        "submission": submission,
        "form": form,
        "number": number,
        "total": len(steps.all),
        "heading": form.heading,
        "tracking": links.address(submission),
        "back": links.path(submission, "step", number - 1) if number > 1 else "",
    }


def _files(
    request: HttpRequest, submission: Submission, steps: kinds.Steps, number: int
) -> HttpResponse:
    """Each file that may be kept is kept, and those that may not are named; one by one they can
    be taken away."""
    form = FilesStep()
    errors: list[str] = []
    if request.method == "POST":
        wanted = [int(one[:15]) for one in request.POST.getlist("remove")[:50] if one.isdecimal()]
        with transaction.atomic():
            if not states.locked(submission.pk).may_be_written:
                return redirect(links.path(submission))
            for upload in submission.uploads.filter(pk__in=wanted):
                uploads.remove(upload)
            errors = uploads.add(submission, request.FILES.getlist("joined"))
        if not errors:
            here = links.path(submission, "step", number)
            return redirect(here if wanted else _after(submission, number))
    context = _context(submission, steps, number, form)
    context |= {"files": list(submission.uploads.all()), "file_errors": errors}
    return render(request, "submissions/step.html", context, status=422 if errors else 200)


@guarded
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that was said, with what lacks; the button that sends."""
    submission = _found(token)
    if not submission.may_be_written:
        return redirect(links.path(submission))
    steps = kinds.Steps(submission)
    _cleaned, errors = steps.clean()
    incomplete = set(errors)
    if not hasattr(submission, "author"):
        incomplete.add(len(steps.all))
    if request.method == "POST" and not incomplete:
        with suppress(states.Refused):  # sent or withdrawn meanwhile: the tracking page says so
            if submission.state == State.UNCONFIRMED:
                writing.send(submission.pk)
        return redirect(links.path(submission))
    context = {
        "kind": kinds.kinds().get(submission.kind),
        "submission": submission,
        "fields": kinds.shown(submission, submission.values),
        "files": list(submission.uploads.all()),
        "author": getattr(submission, "author", None),
        "steps": _step_links(submission, steps, incomplete),
        "incomplete": incomplete,
    }
    return render(
        request, "submissions/check.html", context, status=422 if request.method == "POST" else 200
    )


def _step_links(
    submission: Submission, steps: kinds.Steps, incomplete: set[int]
) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "heading": one.heading,
            "address": links.path(submission, "step", number),
            "incomplete": number in incomplete,
        }
        for number, one in enumerate(steps.all, start=1)
        if not (issubclass(one, AuthorStep) and submission.state != State.UNCONFIRMED)
    ]


@guarded
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Where it stands, what was said by both sides, what the author may do now."""
    submission = _found(token)
    error = ""
    if request.method == "POST":
        error = _author_does(request, submission)
        if not error:
            return HttpResponseRedirect(links.path(submission))
    steps = kinds.Steps(submission)
    told = submission.steps.filter(action__in=TOLD)
    thread = told.exclude(text="")
    context = {
        "kind": kinds.kinds().get(submission.kind),
        "submission": submission,
        "author": getattr(submission, "author", None),
        "fields": kinds.shown(submission, submission.values),
        "files": list(submission.uploads.all()),
        "thread": list(thread),
        "page_address": outbox.page_address(submission),
        "proof": links.proof_path(submission) if proofs.may_be_read(submission) else "",
        "unreachable": outbox.is_given_up(submission),
        "tracking": links.address(submission),
        "steps": _step_links(submission, steps, set()) if submission.may_be_written else [],
        "signing": links.path(submission, "step", len(steps.all)),
        "checking": links.path(submission, "check"),
        "may_withdraw": not states.refusal(submission, "withdraw"),
        "answer": request.POST.get("text", "")[:5000],
        "error": error,
        "who": Step.Who,
    }
    return render(request, "submissions/tracking.html", context, status=422 if error else 200)


def _author_does(request: HttpRequest, submission: Submission) -> str:
    """Answer or withdraw; the sentence of an error, "" when it is done."""
    name = request.POST.get("do", "")
    text = request.POST.get("text", "").strip()[:5000].replace("\x00", "")
    if name == "answer" and not text:
        return gettext("Write your answer, or what you have changed.")
    if name not in ("answer", "withdraw"):
        return gettext("This is not something that can be done here.")
    try:
        states.perform(submission.pk, name, text=text if name == "answer" else "")
    except states.Refused as refused:
        return str(refused)
    return ""


@guarded
def confirm(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """A button, not the link itself, confirms: programs that look at mail open links."""
    submission = _found(token)
    author = getattr(submission, "author", None)
    if author is None or not links.is_code(submission, author.email, code):
        said = gettext(
            "This link is no longer the right one: the address was corrected since, or the link"
            " was cut. Open the latest message that we sent you."
        )
        return sorry(request, said, 410)
    if request.method == "POST":
        with suppress(states.Refused):  # used twice: the tracking page says what became of it
            writing.confirm(submission.pk)
        return redirect(links.path(submission))
    context = {
        "submission": submission,
        "kind": kinds.kinds().get(submission.kind),
        "already": submission.state != State.UNCONFIRMED,
        "tracking": reverse("submissions:tracking", args=[token]),
    }
    return render(request, "submissions/confirm.html", context)

"""A request for support, as whoever is asked for it reads it: by a link of the message, without an
account, as long as the request is open."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.crypto import constant_time_compare

from . import kinds, links
from .guarding import guarded
from .models import State, Submission

# Once it is closed the link leads nowhere: what is asked for holds somebody's name and address.
_READ = (State.RECEIVED, State.CLAIMED, State.NEEDS_INFORMATION, State.ACCEPTED)


def _found(pk: int, token: str) -> Submission:
    rows = Submission.objects.select_related("author").filter(
        kind=kinds.SUPPORT, state__in=_READ, author__isnull=False, referent_id__isnull=False
    )
    submission = rows.filter(pk=min(pk, 2**62)).first()
    if submission is None or not constant_time_compare(links.support_token(submission), token):
        raise Http404
    return submission


@guarded
def request_for_support(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """What is asked, by whom, with the files."""
    submission = _found(pk, token)
    context = {
        "submission": submission,
        "author": submission.author,
        "fields": kinds.shown(submission, submission.said()),
        "files": list(submission.uploads.all()),
        "token": token,
    }
    return render(request, "submissions/support.html", context)


@guarded
def file(request: HttpRequest, pk: int, token: str, number: int) -> HttpResponseBase:
    """One of its files, always as a download."""
    upload = get_object_or_404(_found(pk, token).uploads, pk=min(number, 2**62))
    return FileResponse(
        upload.file.open("rb"),
        as_attachment=True,
        filename=upload.name,
        content_type="application/octet-stream",
    )

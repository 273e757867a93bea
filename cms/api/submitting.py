"""Partners send what their public proposes: the door of `/proposer/` for programs."""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from ninja import Body, Query, Router
from pydantic import Field
from pydantic import ValidationError as ShapeError

from cms.partners import deposits
from cms.partners.keys import Caller
from cms.partners.models import Deposit, Partner
from cms.submissions import depositing, links, uploads
from cms.submissions.describing import describe
from cms.submissions.models import Submission

from . import conditional, partner_examples
from .admission import caller_of, key_needed, scope_needed, too_many
from .partner_schemas import Deposited, InvalidFields, Kinds, Proposed
from .problems import Problem, preferred_language
from .schemas import ProblemDocument
from .strict import LocaleCode, StrictQuery, no_parameters

router = Router(tags=["submissions"])
LARGEST = 256 * 1024  # bytes of the JSON
MOST_ERRORS = 100  # named in one answer
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KindsQuery(StrictQuery):
    """In which language."""

    locale: LocaleCode = Field(
        "fr", description=gettext_noop("A language of the site: fr, en or es.")
    )


@router.get(
    "submissions/kinds",
    operation_id="list_submission_kinds",
    summary=gettext_noop("What may be proposed"),
    description=gettext_noop(
        "The kinds of proposals with their fields, the fields about the author, the text to which "
        "the person must agree, and which files may be joined."
    ),
    response={200: Kinds, 400: ProblemDocument},
)
def kinds(request: HttpRequest, query: Query[KindsQuery]) -> HttpResponse:
    body = json.dumps(describe(query.locale), ensure_ascii=False)
    validators = conditional.of_list("", body, None)
    if validators.not_modified(request):
        return validators.unchanged()
    return validators.put_on(HttpResponse(body.encode(), content_type="application/json"))


@router.post(
    "submissions",
    operation_id="submit",
    summary=gettext_noop("Send a proposal"),
    description=gettext_noop(
        "For keys with the scope `submit`. The same rules as at /proposer/: the author is sent a "
        "link, and nothing is read before it was opened. The header Idempotency-Key is one of your "
        "own for each proposal: sent again with the same content within seven days, it answers the "
        "same and makes nothing new. Files go as multipart/form-data: a part `submission` with the "
        "JSON, parts `files`."
    ),
    response={
        201: Deposited, 400: ProblemDocument, 410: ProblemDocument, 413: ProblemDocument,
        415: ProblemDocument, 422: InvalidFields,
    },
    openapi_extra=partner_examples.OPERATION,
)  # fmt: skip
def submit(request: HttpRequest, body: Body[Proposed]) -> HttpResponse:
    raise NotImplementedError("Described here, answered by `view`.")


def view(request: HttpRequest) -> HttpResponse:
    """The operation `submit`."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    no_parameters(request)
    caller = _allowed(request)
    name = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(name):
        raise Problem(
            400, "bad-request",
            _("The header Idempotency-Key is missing, or is not of 1 to 255 visible signs."),
        )  # fmt: skip
    document, files = _read(request)
    digest = _digest(document, files)
    if known := Deposit.objects.filter(partner=caller.partner_id, idempotency_key=name).first():
        return _again(known, digest)
    with translation.override(preferred_language(request)):
        return _take(caller, name, digest, document, files)


def _allowed(request: HttpRequest) -> Caller:
    caller = caller_of(request)
    if caller is None:
        raise key_needed()
    if not caller.may_submit:
        raise scope_needed("submit")
    return caller


def _read(request: HttpRequest) -> tuple[Any, list[Any]]:
    """The JSON document and the files. Raises a Problem."""
    size = str(request.META.get("CONTENT_LENGTH") or "0")
    several = request.content_type == "multipart/form-data"
    if not several and request.content_type != "application/json":
        raise Problem(
            415, "unsupported-type", _("Send application/json, or multipart/form-data with files.")
        )
    if not size.isdecimal() or int(size) > (uploads.BODY if several else LARGEST):
        raise Problem(413, "too-large", _("256 KB at most without files, 30 MB with them."))
    if not several:
        return _json(request.body), []
    return _parts(request)


def _parts(request: HttpRequest) -> tuple[Any, list[Any]]:
    try:
        files = request.FILES  # the body is read here, and what is wrong with it is told
    except (MultiPartParserError, UnreadablePostError):
        raise Problem(400, "bad-request", _("The body is not multipart/form-data.")) from None
    strange = (request.POST.keys() - {"submission"}) | (files.keys() - {"files"})
    if strange or len(request.POST.getlist("submission")) != 1:
        raise Problem(
            400, "bad-request", _("One part “submission” with the JSON, and parts “files”.")
        )
    text = request.POST["submission"]
    if len(text) > LARGEST:
        raise Problem(413, "too-large", _("256 KB at most without files, 30 MB with them."))
    return _json(text), request.FILES.getlist("files")


def _json(text: str | bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) != len(pairs):
            raise ValueError("a name twice")
        return found

    def refuse(_constant: str) -> Any:
        raise ValueError("no JSON")

    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
        json.dumps(found, ensure_ascii=False).encode()  # halves of surrogates are no text
    except (ValueError, RecursionError):
        raise Problem(400, "bad-request", _("The body is not JSON in UTF-8.")) from None
    return found


def _digest(document: Any, files: Sequence[Any]) -> str:
    """What tells two contents apart, however they are written."""
    found = hashlib.sha256(json.dumps(document, sort_keys=True).encode())
    for file in files:
        content = hashlib.sha256()
        for chunk in file.chunks():
            content.update(chunk)
        file.seek(0)
        found.update(f"{file.name}|{content.hexdigest()}".encode("utf-8", "replace"))
    return found.hexdigest()


def _again(known: Deposit, digest: str) -> HttpResponse:
    """The answer to what was sent before."""
    if known.digest != digest:
        raise Problem(
            422, "other-content",
            _("This Idempotency-Key came before with another content; nothing was kept."),
        )  # fmt: skip
    submission = Submission.objects.filter(pk=known.submission_id or 0).first()
    if submission is None:
        raise Problem(410, "gone", _("This proposal was erased since."))
    return _taken(submission, known)


def _take(
    caller: Caller, name: str, digest: str, document: Any, files: Sequence[Any]
) -> HttpResponse:
    if wait := deposits.wait(caller.partner_id):
        raise too_many(wait)
    proposed = _shaped(document)
    author = proposed.author.model_dump()
    checked = depositing.check(proposed.kind, proposed.values, author, files)
    if checked.errors:
        raise invalid(checked.errors)
    partner = Partner.objects.get(pk=caller.partner_id)
    source = gettext("By the API: %(name)s") % {"name": partner.name}
    try:
        with transaction.atomic():
            # Of two that come at once the second waits here for the first.
            known, new = Deposit.objects.get_or_create(
                partner=partner, idempotency_key=name, defaults={"digest": digest}
            )
            if not new:
                return _again(known, digest)
            submission = depositing.deposit(checked, proposed.language, files, source)
            known.submission_id = submission.pk
            known.save(update_fields=["submission_id"])
    except ValidationError as error:
        raise invalid({"files": error.messages}) from None
    return _taken(submission, known)


def _shaped(document: Any) -> Proposed:
    """The document with the members that the contract says. Raises a Problem that names others."""
    try:
        proposed = Proposed.model_validate(document)
    except ShapeError as error:
        errors: dict[str, list[str]] = {}
        for one in error.errors(include_url=False, include_input=False):
            place = ".".join(str(part) for part in one["loc"][:2])[:100] or "submission"
            errors[place] = [_shape(one["type"])]
        raise invalid(errors) from None
    if proposed.language not in dict(settings.LANGUAGES):
        raise invalid({"language": [gettext("A language of the site: fr, en or es.")]})
    return proposed


def _shape(kind: str) -> str:
    if kind == "missing":
        return gettext("This is required.")
    if kind == "extra_forbidden":
        return gettext("Nothing is asked for under this name.")
    return gettext("This is not the kind of value that is expected: see the contract.")


def invalid(errors: dict[str, list[str]]) -> Problem:
    """`errors`: sentences by field."""
    listed = [
        {"field": name, "detail": sentence}
        for name, sentences in errors.items()
        for sentence in sentences
    ]
    return Problem(
        422,
        "invalid-fields",
        _("Nothing was kept: correct what errors names, and send again."),
        more={"errors": listed[:MOST_ERRORS]},
    )


def _taken(submission: Submission, known: Deposit) -> HttpResponse:
    document = {
        "number": submission.pk,
        "kind": submission.kind,
        "title": submission.title,
        "sent_at": known.at,
        "files": list(submission.uploads.values_list("name", flat=True)),
        "tracking": links.address(submission),
    }
    return JsonResponse(
        document,
        status=201,
        headers={"Cache-Control": "no-store"},
        json_dumps_params={"ensure_ascii": False},
    )

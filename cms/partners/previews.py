"""A draft as the API would show it: saved, described as a public page is, and all of it undone.

Types describe themselves from what the database holds, children included. So the draft is written
in a transaction that never ends well: no reader, no index and no clock sees it.
"""

import json
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.signing import BadSignature
from django.db import IntegrityError, transaction
from wagtail.models import Page
from wagtail_headless_preview.models import HeadlessPreviewMixin, PagePreview

from cms.catalogue import projection

Answer = TypeVar("Answer")
SECONDS = 15 * 60  # that a token is good for


class NoPreviewError(Exception):
    """The token is none of ours, or is over."""


class IncompleteError(Exception):
    """The draft lacks something without which it cannot be stored."""


def draft(token: str, read: Callable[[uuid.UUID], Answer]) -> Answer:
    """What `read` makes of the record that a draft would have, by its uid, while it has it. Its
    version is 0. Raises NoPreviewError, IncompleteError."""
    try:
        _signer().unsign(token, max_age=SECONDS)
    except BadSignature:
        raise NoPreviewError from None
    found = PagePreview.objects.filter(token=token).first()
    if found is None:
        raise NoPreviewError
    try:
        with transaction.atomic():
            uid = projection.rehearse(_save(found))
            answer = read(uid) if uid else None
            transaction.set_rollback(True)
    except IntegrityError:
        raise IncompleteError from None
    if answer is None:
        raise IncompleteError
    return answer


def _signer() -> Any:
    return HeadlessPreviewMixin.get_preview_signer()


def _save(preview: PagePreview) -> int:
    """Write the draft over its page, or under its parent if it is new; the page's number."""
    content = json.loads(preview.content_json)
    known = Page.objects.filter(pk=content["pk"]).first() if content["pk"] else None
    if known is not None:
        page = known.specific.with_content_json(content)
        page.first_published_at = known.first_published_at  # JSON cuts it
        page.save(clean=False)
        number: int = page.pk
        return number
    page = preview.as_page()
    parent = page.get_parent()
    if content["pk"] or parent is None:  # deleted meanwhile
        raise NoPreviewError
    page.slug = page.slug or "apercu"
    page.path, page.depth, page.numchild = "", None, 0
    made: int = parent.add_child(instance=page).pk
    return made


def forget_old() -> int:
    """Copies of drafts whose token is over; the number of rows."""
    signer = _signer()
    over = []
    for pk, token in PagePreview.objects.values_list("pk", "token"):
        try:
            signer.unsign(token, max_age=SECONDS)
        except BadSignature:
            over.append(pk)
    return PagePreview.objects.filter(pk__in=over).delete()[0]

"""From a submission to Wagtail: a draft page in a section, or a draft revision of a page."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from cms.core.images import CustomImage
from cms.core.records import Proposal

from . import kinds, remits, states, uploads
from .models import Submission
from .quietly import enter_workflow

LOG_ACTION = "relais.submission"


def model_of(submission: Submission) -> Any:
    """The page model of what is proposed; None for a correction or a request for support."""
    return remits.model_named(submission.kind)


def sections(submission: Submission, user: Any) -> list[Page]:
    """Where a draft may stand: pages under which this user may add one, of the author's language
    if there are any; first those that hold most of its kind."""
    model = model_of(submission)
    if model is None:
        return []
    parents = model.allowed_parent_page_models()
    own = Q()
    for parent in parents:
        own |= Q(content_type__app_label=parent._meta.app_label,
                 content_type__model=parent._meta.model_name)  # fmt: skip
    limits = remits.of(user)
    under = remits.lies_under(limits.paths if limits else ())
    pages = Page.objects.filter(own, under).select_related("locale")
    found = [one for one in pages if one.permissions_for_user(user).can_add_subpage()]
    spoken = [one for one in found if one.locale.language_code == submission.language]
    found = spoken or found  # a language in which nothing is published yet
    held = _held(model)
    return sorted(found, key=lambda one: (-held.get(one.path, 0), one.path))


def _held(model: Any) -> dict[str, int]:
    """How many pages of a type stand under each path."""
    counts: dict[str, int] = {}
    for path in model.objects.values_list("path", flat=True):
        parent = path[: -Page.steplen]
        counts[parent] = counts.get(parent, 0) + 1
    return counts


@transaction.atomic
def accept(pk: int, user: Any, *, parent: Any = None, text: str = "") -> Submission:
    """Accept, whatever it is. Raises states.Refused, with the sentence to show, when it cannot be
    done; nothing has changed then."""
    submission = states.locked(pk)
    if why := states.refusal(submission, "accept", user):
        raise states.Refused(why)
    steps = kinds.Steps(submission, submission.said())
    cleaned, errors = steps.clean()
    if errors:
        raise states.Refused(_("Something is still missing or wrong: correct it first."))
    page: Any = None
    if submission.kind == kinds.CORRECTION:
        page = _correct(submission, steps.target, cleaned, user)
    elif submission.kind != kinds.SUPPORT:
        page = _draft(submission, cleaned, parent, user)
    done = states.perform(
        pk, "accept", user=user, text=text, page_id=page.pk if page is not None else None
    )
    if page is not None:
        log(instance=page, action=LOG_ACTION, user=user, data={"submission": pk})
        enter_workflow(page, user)
    return done


def _draft(submission: Submission, cleaned: dict[str, Any], parent: Any, user: Any) -> Page:
    model = model_of(submission)
    if model is None or parent is None:
        raise states.Refused(_("Choose the section in which the page is to stand."))
    if not parent.permissions_for_user(user).can_add_subpage():
        raise states.Refused(_("You may not add a page to this section."))
    if parent.pk not in {one.pk for one in sections(submission, user)}:
        raise states.Refused(_("Choose the section in which the page is to stand."))
    made = uploads.adopt(submission, user)
    try:
        with translation.override(parent.locale.language_code):
            page: Page = model.build_draft(proposal(submission, cleaned, made), parent.specific)
        page.owner = user
        parent.add_child(instance=page)
        page.save_revision(user=user, log_action=True)
    except Exception as error:
        uploads.disown(made)
        if isinstance(error, ValidationError):
            raise states.Refused(" ".join(error.messages)) from error
        raise
    return page


def proposal(submission: Submission, cleaned: dict[str, Any], made: Sequence[Any]) -> Proposal:
    """What a type makes a draft of: the values, and the files that were adopted."""
    pictures = [one.pk for one in made if isinstance(one, CustomImage)]
    author = getattr(submission, "author", None)
    return Proposal(
        values=cleaned,
        territories=(submission.territory_id,) if submission.territory_id else (),
        documents=tuple(one.pk for one in made if not isinstance(one, CustomImage)),
        images=tuple(pictures),
        credit=author.name if author and author.show_name else "",
    )


def _correct(submission: Submission, target: Any, cleaned: dict[str, Any], user: Any) -> Page:
    if target is None:
        raise states.Refused(_("The page is gone."))
    if not target.permissions_for_user(user).can_edit():
        raise states.Refused(_("You may not edit this page."))
    page: Any = target.get_latest_revision_as_object()
    changed = kinds.changes(submission, page, cleaned)
    for name, value in changed.items():
        setattr(page, name, value)
    if changed:
        try:
            page.save_revision(user=user, log_action=True, changed=True)
        except ValidationError as error:
            raise states.Refused(" ".join(error.messages)) from error
    return page

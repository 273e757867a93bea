"""Two translators on one text: the second is told before anything of the first is replaced.

What each has seen of a translation is kept in the session: when its page was opened, and which
texts were seen since. A text that somebody else wrote in between is shown instead, beside the text
that was just typed; typed again, it replaces the other, which stays in the page's history.
"""

import html
import time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from wagtail.log_actions import log
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.views.edit_translation import (
    StringTranslationSerializer,
    user_can_edit_instance,
)

REPLACED = "languages.replaced"
SEEN = "languages_seen"
KEPT = 30  # translations of which a session remembers what it has seen


def opened(request: HttpRequest, translation: Translation) -> None:
    """Somebody has the texts of a translation before them, as they are now."""
    seen = request.session.get(SEEN, {})
    seen.pop(str(translation.pk), None)
    seen = dict(list(seen.items())[1 - KEPT :])
    request.session[SEEN] = {**seen, str(translation.pk): {"": time.time()}}


@api_view(["PUT", "DELETE"])
@permission_classes([IsAuthenticated])
@authentication_classes([SessionAuthentication])
@transaction.atomic
def edit(request: Any, translation_id: int, string_segment_id: int) -> Response:
    """Write a text of a translation, or empty it; takes the place of wagtail-localize's own."""
    translation = get_object_or_404(Translation, pk=translation_id)
    segment = get_object_or_404(StringSegment, pk=string_segment_id)
    if segment.context.object_id != translation.source.object_id:
        raise Http404
    target = translation.get_target_instance()
    if not user_can_edit_instance(request.user, target):
        raise PermissionDenied
    key = {
        "translation_of_id": segment.string_id,
        "locale_id": translation.target_locale_id,
        "context_id": segment.context_id,
    }
    own = StringTranslation.objects.select_for_update(of=("self",)).filter(**key).first()
    typed = request.POST.get("value", "") if request.method == "PUT" else ""
    if own and own.data != typed and _unseen(request, translation, own):
        _see(request, translation, own)
        if not typed:
            return Response(status=status.HTTP_409_CONFLICT)
        return _answer(translation, own, said=_both(own, typed))
    if own and own.last_translated_by_id not in (None, request.user.pk) and own.data != typed:
        _remember(target, segment, own, request.user)
    if not typed:
        if own is None:
            return Response(status=status.HTTP_404_NOT_FOUND)
        own.delete()
        return _answer(translation, own)
    written, created = StringTranslation.objects.update_or_create(
        **key,
        defaults={
            "data": typed, "translation_type": "manual", "tool_name": "",
            "last_translated_by": request.user, "has_error": False, "field_error": "",
        },
    )  # fmt: skip
    return _answer(translation, written, created=created)


def _unseen(request: Any, translation: Translation, own: StringTranslation) -> bool:
    """Whether somebody else wrote the text after this person last saw it."""
    if own.last_translated_by_id == request.user.pk:
        return False
    seen = request.session.get(SEEN, {}).get(str(translation.pk), {})
    since = seen.get(str(own.pk), seen.get("", 0))
    return bool(own.updated_at.timestamp() > since)


def _see(request: Any, translation: Translation, own: StringTranslation) -> None:
    seen = request.session.get(SEEN, {})
    seen.setdefault(str(translation.pk), {})[str(own.pk)] = own.updated_at.timestamp()
    request.session[SEEN] = seen


def _both(own: StringTranslation, typed: str) -> str:
    said = _(
        "%(name)s translated this text while you did: it stands above. Yours is not written:"
        " “%(text)s”. Save it again to replace the other, which stays in the page’s history."
    )
    who = own.last_translated_by
    return said % {
        "name": (who.get_full_name() or who.get_username()) if who else _("Somebody"),
        "text": html.unescape(typed),
    }


def _remember(target: Any, segment: StringSegment, own: StringTranslation, user: Any) -> None:
    """What is replaced goes into the page's history."""
    data = {"path": segment.context.path, "text": own.data}
    log(instance=target, action=REPLACED, user=user, data=data)


def _answer(
    translation: Translation, written: StringTranslation, *, said: str = "", created: bool = False
) -> Response:
    """What the form shows; `said` stands below the text as what is wrong with it."""
    data = StringTranslationSerializer(
        written, context={"translation_source": translation.source}
    ).data
    code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return Response({**data, "error": said or data["error"]}, status=code)

"""Keys and rates: what the door of the partners refuses, as problem documents."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.partners import admission
from cms.partners.admission import ScopeError, TooManyError
from cms.partners.keys import Caller, WrongKeyError

from .problems import Filled, Problem, Text

# Answers anybody who has a key, whatever it opens.
ANY_SCOPE = frozenset({"/api/v1/usage"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}

_WHY: Mapping[str, Text] = {
    "unknown": _("No key is written so. It goes into the header “Authorization: Bearer <key>”."),
    "revoked": _("This key was revoked. Ask the team of the site for another one."),
    "expired": _("This key has expired. Ask the team of the site for another one."),
    "suspended": _("This partner’s keys are suspended. Ask the team of the site."),
}


def admit(request: HttpRequest) -> Caller | None:
    """Who asks, None without a key. Raises a Problem: 401, 403 or 429."""
    reads = request.method == "GET" and request.path_info not in ANY_SCOPE
    try:
        return admission.admit(request, "read" if reads else None)
    except WrongKeyError as error:
        raise Problem(401, "wrong-key", _WHY[error.why], headers=_CHALLENGE) from None
    except ScopeError as error:
        raise scope_needed(error.scope) from None
    except TooManyError as error:
        raise too_many(error.wait) from None


def caller_of(request: HttpRequest) -> Caller | None:
    """Whom `admit` has found; None without a key."""
    return getattr(request, "caller", None)


def key_needed() -> Problem:
    """For an address that answers nobody without a key."""
    return Problem(401, "wrong-key", _("This address asks for a key."), headers=_CHALLENGE)


def scope_needed(scope: str) -> Problem:
    return Problem(
        403, "scope", Filled(_("This key has not the scope “%(scope)s”."), scope=scope),
        more={"scope": scope},
    )  # fmt: skip


def too_many(wait: int) -> Problem:
    """`wait` in seconds."""
    return Problem(
        429,
        "too-many",
        Filled(_("Too many requests: the next one may come in %(n)s seconds."), n=str(wait)),
        headers={"Retry-After": str(wait)},
    )

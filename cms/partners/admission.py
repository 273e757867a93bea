"""The door of the API: who asks, and whether it is not too often."""

from django.conf import settings
from django.http import HttpRequest

from cms.core import visitors

from .keys import Caller, WrongKeyError, find
from .rates import limiter
from .usage import tally


class TooManyError(Exception):
    """The rate is used up; `wait` seconds until the next request may pass."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class ScopeError(Exception):
    """The key is good and does not open this; `scope` is what it lacks."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


def admit(request: HttpRequest, scope: str | None) -> Caller | None:
    """Who asks: None for somebody without a key. `scope` is what a key must have, None for any
    key. No query without a key (one each time that a twentieth of the rate is used); with one, one
    more. Raises WrongKeyError, TooManyError, ScopeError."""
    given = request.META.get("HTTP_AUTHORIZATION")
    if given is None:
        _hit(f"address {visitors.network(request)}", settings.API_ANONYMOUS_RATE)
        return None
    try:
        caller = find(_bearer(given))
    except WrongKeyError:
        _hit(f"address {visitors.network(request)}", settings.API_ANONYMOUS_RATE)
        raise
    try:
        _hit(f"key {caller.key_id}", caller.rate or settings.API_KEY_RATE)
        if scope and not getattr(caller, f"may_{scope}"):
            raise ScopeError(scope)
    except (TooManyError, ScopeError):
        tally.count(caller.key_id, refused=True)
        raise
    tally.count(caller.key_id)
    return caller


def _bearer(given: str) -> str:
    """The key in the header. Whatever else stands there is no key, and nobody is let in by it as
    if nothing had been said."""
    scheme, _space, text = given.strip().partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise WrongKeyError("unknown")
    return text.strip()


def _hit(client: str, rate: int) -> None:
    if wait := limiter.hit(client, rate):
        raise TooManyError(wait)

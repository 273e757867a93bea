"""What every public form of this room is guarded by."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from . import spam, uploads

View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """For every page behind a form: a body that is too large is refused before it is read, posts
    are counted by address and protected, and nothing is kept by caches or told to other sites."""

    @csrf_protect
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and spam.knock(request, "post") > spam.POSTS_AN_HOUR:
            said = gettext("Too many forms came from your network. Try again in an hour.")
            return sorry(request, said, 429)
        return view(request, *args, **kwargs)

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if size.isdecimal() and int(size) > uploads.BODY:
            said = gettext(
                "These files are too large: 10 MB at most for each, 30 MB for all. What you wrote"
                " before is kept: go back and choose fewer."
            )
            response: HttpResponseBase = sorry(request, said, 413)
        else:
            response = counted(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return outer


def sorry(request: HttpRequest, said: str, status: int) -> HttpResponse:
    """A page that says why something did not work."""
    return render(request, "submissions/sorry.html", {"said": said}, status=status)

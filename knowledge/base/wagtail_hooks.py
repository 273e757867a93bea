"""What the admin's front page adds for those who keep the contents."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from .desk import Desk


@hooks.register("construct_homepage_panels")
def show_the_desk(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(Desk())

"""What is wrong with an address, as a problem document (RFC 9457)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cms.core.reading import problem

ECHO = 80  # signs of what was sent that are sent back


class BadAddress(ValueError):
    """A parameter that cannot be read; `message` is a sentence in the visitor's language."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message

    def response(self) -> HttpResponse:
        return problem(400, "invalid-parameter", _("Value not accepted"), self.message,
                       parameter=self.parameter[:ECHO])  # fmt: skip

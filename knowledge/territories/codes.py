"""Official codes: their forms (INSEE's "code officiel géographique", SIREN, the State's list of
priority districts) and what is said of a wrong one."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Kind -> (form, length to which a number that lost its zeros is filled up; 0: it has none).
_FORMS = {
    "region": (re.compile(r"[0-9]{2}"), 2),
    "departement": (re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]"), 2),
    "epci": (re.compile(r"[0-9]{9}"), 0),
    "commune": (re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}"), 5),
    "qpv": (re.compile(r"Q[NP][0-9A-Z]{6}"), 0),
}
_DISTRICTS = (
    (re.compile(r"751(?:0[1-9]|1[0-9]|20)"), "75056"),
    (re.compile(r"6938[1-9]"), "69123"),
    (re.compile(r"132(?:0[1-9]|1[0-6])"), "13055"),
)
_POSTAL = re.compile(r"[0-9]{5}")


def clean_code(kind: str, text: str) -> str:
    """The official code of a territory of this kind, in capitals. ValidationError, with what to
    write instead where that is known."""
    code = "".join(text.split()).upper()
    form, length = _FORMS[kind]
    if form.fullmatch(code):
        if kind == "epci" and not luhn(code):
            raise ValidationError(
                _("“%(code)s” is not a SIREN: one of its nine digits is wrong.") % {"code": text}
            )
        return code
    if length and (whole := _with_zero(code, length)) and form.fullmatch(whole):
        raise ValidationError(_lost_zero(text, whole))
    messages = {
        "region": _("The code of a region has two digits, such as “24”."),
        "departement": _("The code of a department looks like “36”, “2A” or “974”."),
        "epci": _("The code of an EPCI is its SIREN: nine digits."),
        "commune": _("The INSEE code of a commune has five signs, such as “36018” or “2A004”."),
        "qpv": _("The code of a priority district begins with QN or QP, such as “QN03601M”."),
    }
    raise ValidationError(messages[kind])


def validate_postal_code(text: str) -> None:
    """Five digits; one that a spreadsheet took for a number is refused with what it was."""
    if _POSTAL.fullmatch(text):
        return
    whole = _with_zero(text, 5)
    if whole and _POSTAL.fullmatch(whole):
        raise ValidationError(_lost_zero(text, whole))
    raise ValidationError(_("“%(code)s” is not a postal code: write five digits.") % {"code": text})


def luhn(digits: str) -> bool:
    """Whether the last digit agrees with the others (Luhn's key, ISO/IEC 7812-1 annex B)."""
    doubled = (int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def department_of(commune: str) -> str:
    """The code of the department, or overseas collectivity, of a commune or postal code."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def is_collectivity(code: str) -> bool:
    """Whether this code, among those of departments, is of an overseas collectivity or territory,
    which belongs to no region."""
    return code.startswith("98") or code in ("975", "977", "978")


def whole_commune(code: str) -> str:
    """The INSEE code of the city for that of a municipal district of Paris, Lyon or Marseille,
    else the code itself."""
    for form, city in _DISTRICTS:
        if form.fullmatch(code):
            return city
    return code


def _with_zero(text: str, length: int) -> str:
    """A number, perhaps "1400.0", whose one leading zero was lost, with its zero; else empty."""
    number = re.sub(r"[.,]0+$", "", text.strip())
    return f"0{number}" if number.isdecimal() and len(number) == length - 1 else ""


def _lost_zero(text: str, whole: str) -> str:
    message = _("“%(code)s” lost the zero at its beginning: write “%(whole)s”.")
    return message % {"code": text, "whole": whole}

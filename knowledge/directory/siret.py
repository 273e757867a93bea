"""SIRET numbers: fourteen digits that tell one establishment of an organisation (INSEE)."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.fr import siret

SIREN_LENGTH, SIRET_LENGTH = 9, 14


def clean_siret(text: str) -> str:
    """The fourteen digits of a SIRET, whatever spaces, dots or hyphens it is written with; "" for
    none. ValidationError, in words, for what cannot be one."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(sign for sign in plain if not sign.isspace() and sign not in ".-")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        raise ValidationError(_("A SIRET has digits only."))
    if len(digits) == SIREN_LENGTH:
        raise ValidationError(
            _(
                "This is a SIREN (9 digits): a SIRET has 14, the SIREN and the 5 of the"
                " establishment."
            )
        )
    if len(digits) != SIRET_LENGTH:
        raise ValidationError(
            _("A SIRET has 14 digits: this one has %(number)s.") % {"number": len(digits)}
        )
    if not siret.is_valid(digits):
        raise ValidationError(
            _("The control digit of this SIRET is wrong: look for a digit mistyped or swapped.")
        )
    return digits

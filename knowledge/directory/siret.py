"""SIRET numbers: fourteen digits that tell one establishment of an organisation (INSEE)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidFormat
from stdnum.exceptions import ValidationError as Wrong
from stdnum.fr import siret

SIREN_LENGTH = 9


def clean_siret(text: str) -> str:
    """The fourteen digits of a SIRET, whatever spaces, dots or hyphens it is written with; "" for
    none. ValidationError, in words, for what cannot be one."""
    digits = "".join(sign for sign in text if not sign.isspace() and sign not in ".-")
    if not digits:
        return ""
    if digits.isascii() and digits.isdigit() and len(digits) == SIREN_LENGTH:
        raise ValidationError(
            _(
                "This is a SIREN (9 digits): a SIRET has 14, the SIREN and the 5 of the"
                " establishment."
            )
        )
    try:
        return siret.validate(digits)
    except InvalidFormat as error:
        raise ValidationError(_("A SIRET has digits only.")) from error
    except InvalidChecksum as error:
        raise ValidationError(
            _("The control digit of this SIRET is wrong: look for a digit mistyped or swapped.")
        ) from error
    except Wrong as error:
        raise ValidationError(
            _("A SIRET has 14 digits: this one has %(number)s.") % {"number": len(digits)}
        ) from error

"""The numbers printed on documents: checked, then stored in one form.

Each function takes what an editor typed, hyphens, spaces and prefixes included, gives the form
that is stored, and raises ValidationError in words that say what is wrong.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import ean as ean_numbers
from stdnum import isbn as isbn_numbers
from stdnum import issn as issn_numbers
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as Invalid

# Dashes of every kind, and spaces, as they come from a PDF.
_SEPARATORS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]+")
_PREFIX = re.compile(r"^(?:e-?)?(?:isbn|issn|ean)(?:-?1[03])?\s*:?\s*", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi\s*:?\s*)", re.IGNORECASE)
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-z0-9<>\[\]+#]+", re.IGNORECASE)


def isbn(text: str) -> str:
    """An ISBN-13 without hyphens: an ISBN-10 is converted."""
    number = _bare(text)
    try:
        return isbn_numbers.validate(number, convert=True)
    except InvalidLength as error:
        raise ValidationError(
            _("An ISBN has 10 or 13 digits; this one has %(count)s."),
            params={"count": len(number)},
        ) from error
    except InvalidChecksum as error:
        expected = _isbn_check_digit(number)
        raise ValidationError(_wrong_digit("ISBN", number, expected)) from error
    except Invalid as error:
        raise ValidationError(
            _("An ISBN is made of digits and begins with 978 or 979 where it has 13 of them.")
        ) from error


def issn(text: str) -> str:
    """An ISSN as it is printed: 1234-5679."""
    number = _bare(text)
    try:
        return issn_numbers.format(issn_numbers.validate(number))
    except InvalidLength as error:
        raise ValidationError(
            _("An ISSN has 8 signs; this one has %(count)s."), params={"count": len(number)}
        ) from error
    except InvalidChecksum as error:
        expected = issn_numbers.calc_check_digit(number[:-1])
        raise ValidationError(_wrong_digit("ISSN", number, expected)) from error
    except Invalid as error:
        raise ValidationError(
            _("An ISSN is made of 7 digits and a last sign, a digit or X: 1234-5679.")
        ) from error


def ean(text: str) -> str:
    """An EAN of 13 digits (or 8, 12, 14), without spaces: the number under a bar code."""
    number = _bare(text)
    try:
        return ean_numbers.validate(number)
    except InvalidLength as error:
        raise ValidationError(
            _("An EAN has 13 digits; this one has %(count)s."), params={"count": len(number)}
        ) from error
    except InvalidChecksum as error:
        expected = ean_numbers.calc_check_digit(number[:-1])
        raise ValidationError(_wrong_digit("EAN", number, expected)) from error
    except Invalid as error:
        raise ValidationError(_("An EAN is made of digits only.")) from error


def doi(text: str) -> str:
    """A DOI without address or prefix: 10.1234/abc."""
    bare = _DOI_PREFIX.sub("", text.strip())
    if not _DOI.fullmatch(bare):
        raise ValidationError(
            _("A DOI begins with “10.”, a number and a slash: 10.1234/abcd."),
        )
    return bare


def hyphenated(number: str) -> str:
    """A stored ISBN as it is printed: 978-2-07-036822-8."""
    return isbn_numbers.format(number) if number else ""


def spellings(isbn13: str) -> list[str]:
    """Every way in which a reader may write a stored ISBN, with and without hyphens."""
    if not isbn13:
        return []
    forms = [isbn13]
    if isbn13.startswith("978"):
        forms.append(isbn_numbers.to_isbn10(isbn13))
    return [*forms, *(isbn_numbers.format(form) for form in forms)]


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", _PREFIX.sub("", text.strip())).upper()


def _isbn_check_digit(number: str) -> str:
    if len(number) == 10:
        return isbn_numbers._calc_isbn10_check_digit(number[:-1])
    return ean_numbers.calc_check_digit(number[:-1])


def _wrong_digit(name: str, number: str, expected: str) -> str:
    words = {"name": name, "number": number, "digit": number[-1], "expected": expected}
    return (
        _(
            "%(name)s %(number)s is wrong: its check digit is %(digit)s and should be"
            " %(expected)s. Look at the document again."
        )
        % words
    )

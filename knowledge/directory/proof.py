"""The proof of consents: who agreed to what, when, how the centre knows, and when it ended.

Kept in the log of the page, which outlives old versions, what they are purged of, and the page
itself. The value to which somebody agreed never stands in it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from wagtail.log_actions import log

GRANTED, WITHDRAWN, PURGED = "relais.consent", "relais.consent_withdrawn", "relais.purge"


def granted(page: Any, name: str, user: Any) -> None:
    """A consent is recorded, or recorded anew."""
    _log(page, GRANTED, user, name, vars(page))


def withdrawn(page: Any, name: str, said: Mapping[str, Any], user: Any) -> None:
    """A consent ends; `said` are the field values by which it was known until then."""
    _log(page, WITHDRAWN, user, name, said)


def purged(page: Any, names: set[str]) -> None:
    """What stood in old versions is gone from them."""
    log(instance=page, action=PURGED, data={"fields": sorted(names)})


def _log(page: Any, action: str, user: Any, name: str, said: Mapping[str, Any]) -> None:
    data = {
        "field": name,
        "agreed_on": str(said[f"{name}_consent_date"]),
        "source": str(said[f"{name}_consent_source"]).replace(str(said[name]), "…"),
    }
    log(instance=page, action=action, user=user, data=data)


def sentence(entry: Any) -> str:
    """What an entry of the log says, in words."""
    data = entry.data
    if entry.action == PURGED:
        names = ", ".join(_label(entry, name) for name in data["fields"])
        return _("Old versions were purged of: %(names)s.") % {"names": names}
    words = {
        "field": _label(entry, data["field"]),
        "day": formats.date_format(day) if (day := parse_date(data["agreed_on"])) else "",
        "source": data["source"],
    }
    if entry.action == WITHDRAWN:
        return _("%(field)s: consent withdrawn; it had been given on %(day)s (%(source)s).") % words
    return _("%(field)s: consent to publish given on %(day)s (%(source)s).") % words


def _label(entry: Any, name: str) -> str:
    model = entry.content_type.model_class()
    return str(model._meta.get_field(name).verbose_name).capitalize() if model else name

"""Names of places as a machine compares them."""

import re

from django.db import models

from knowledge.thesaurus.labels import normalise

_SIGNS = re.compile(r"[\W_]+")
_SHORT = {"st": "saint", "ste": "sainte"}


def key(text: str) -> str:
    """The text without what does not distinguish two names: case, accents, hyphens, apostrophes
    and other signs; "St" and "Ste" are written in full."""
    words = _SIGNS.sub(" ", normalise(text)).split()
    return " ".join(_SHORT.get(word, word) for word in words)


class ComputedField(models.TextField):
    """Computed by the row's `make_NAME()` on every write, bulk writes included."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, f"make_{self.attname}")()
        setattr(model_instance, self.attname, value)
        return value

"""The column by which two labels are compared."""

from django.db import models

from .labels import normalise


class NormalizedLabelField(models.CharField):
    """Computed from the row's `label` on every write, bulk writes included."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = normalise(getattr(model_instance, "label"))  # noqa: B009  any model with a label
        setattr(model_instance, self.attname, value)
        return value

"""How trainings are given, made and entered."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Modality(models.TextChoices):
    ONSITE = "onsite", pgettext_lazy("modality", "On site")
    MIXED = "mixed", pgettext_lazy("modality", "Mixed")
    REMOTE = "remote", pgettext_lazy("modality", "Online")


class Course(models.TextChoices):
    """How the course is made; the codes of LHEO's `dict-type-parcours`."""

    GROUP = "1", _("As a group")
    INDIVIDUAL = "2", _("Individual")
    MODULES = "3", _("In modules")
    MIXED = "4", pgettext_lazy("kind of course", "Mixed")


class EntryLevel(models.TextChoices):
    """Schooling that one has to begin with; the codes of LHEO's `dict-niveaux`."""

    NONE = "1", _("No level in particular")
    BASICS = "2", _("Reading and writing not acquired")
    PREPARATION = "3", _("Preparation for a first qualification")
    CAP = "4", _("CAP, BEP")
    BAC = "5", _("Baccalauréat")
    BTS = "6", _("BTS, DUT")
    LICENCE = "7", _("Licence, maîtrise")
    MASTER = "8", pgettext_lazy("level of studies", "Above")

"""Licences under which a centre publishes, by SPDX identifier where there is one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    UNSTATED = "", _("Not stated")
    ETALAB_2 = "etalab-2.0", _("Licence Ouverte 2.0")
    CC_BY_4 = "CC-BY-4.0", _("Creative Commons BY 4.0")
    CC_BY_SA_4 = "CC-BY-SA-4.0", _("Creative Commons BY-SA 4.0")
    CC_BY_NC_4 = "CC-BY-NC-4.0", _("Creative Commons BY-NC 4.0")
    CC_BY_NC_ND_4 = "CC-BY-NC-ND-4.0", _("Creative Commons BY-NC-ND 4.0")
    CC0 = "CC0-1.0", _("Creative Commons Zero")
    RESERVED = "reserved", _("All rights reserved")

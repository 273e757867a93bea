from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cms.core import people


class PartnersConfig(AppConfig):
    name = "cms.partners"
    label = "cms_partners"
    verbose_name = _("Partners")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import personal

        people.register("partners", personal.export, personal.erase)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormatsConfig(AppConfig):
    name = "cms.formats"
    label = "cms_formats"
    verbose_name = _("Formats")
    default_auto_field = "django.db.models.BigAutoField"

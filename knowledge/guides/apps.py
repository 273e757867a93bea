from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidesConfig(AppConfig):
    name = "knowledge.guides"
    label = "knowledge_guides"
    verbose_name = _("Guides")
    default_auto_field = "django.db.models.BigAutoField"

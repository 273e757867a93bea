from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    name = "knowledge.base"
    label = "knowledge_base"
    verbose_name = _("Knowledge pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.languages import shared

        from .spoken import lacking

        shared.register(lacking)

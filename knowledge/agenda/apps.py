from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "knowledge.agenda"
    label = "knowledge_agenda"
    verbose_name = _("Agenda")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.core import vocabularies

        from .series import Cycles

        vocabularies.register(Cycles())

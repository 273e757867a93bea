from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "knowledge.consultations"
    label = "knowledge_consultations"
    verbose_name = _("Consultations")
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    name = "knowledge.territories"
    label = "knowledge_territories"
    verbose_name = _("Territories")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.core import sketch, vocabularies

        from .finding import outlines_around
        from .vocabulary import Territories

        vocabularies.register(Territories())
        sketch.lands.append(outlines_around)

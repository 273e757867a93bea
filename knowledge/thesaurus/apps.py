from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThesaurusConfig(AppConfig):
    name = "knowledge.thesaurus"
    label = "knowledge_thesaurus"
    verbose_name = _("Thesaurus")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.core import vocabularies
        from cms.languages import glossary

        from .labels import names
        from .vocabulary import Thesaurus

        vocabularies.register(Thesaurus())
        glossary.register(names)

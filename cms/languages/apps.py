from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LanguagesConfig(AppConfig):
    name = "cms.languages"
    label = "cms_languages"
    verbose_name = _("Languages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import carrying, editor, following, publishing

        publishing.connect()
        carrying.connect()
        following.connect()
        editor.connect()

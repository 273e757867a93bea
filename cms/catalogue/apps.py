from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "cms.catalogue"
    label = "cms_catalogue"
    verbose_name = _("Catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.core import body, vocabularies

        from . import former
        from .organisations import Organisations
        from .triggers import install_triggers
        from .visibility import public_pages

        body.visible_pages = public_pages
        vocabularies.register(Organisations())
        former.connect()
        post_migrate.connect(install_triggers, dispatch_uid="cms_catalogue.triggers")

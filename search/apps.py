from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = pgettext_lazy("page", "Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.catalogue.signals import catalogue_changed
        from cms.core import people

        from . import personal
        from . import semantic_checks as semantic_checks
        from .receivers import on_catalogue_changed

        people.register("searches", personal.export, personal.erase)
        catalogue_changed.connect(on_catalogue_changed, dispatch_uid="search.follow")

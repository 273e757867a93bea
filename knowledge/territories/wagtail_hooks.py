from wagtail import hooks

from .choosers import TerritoryChooserViewSet, territory_chooser
from .viewsets import TerritoryViewSet


@hooks.register("register_admin_viewset")
def choosers() -> TerritoryChooserViewSet:
    return territory_chooser


@hooks.register("register_admin_viewset")
def territories() -> TerritoryViewSet:
    return TerritoryViewSet()

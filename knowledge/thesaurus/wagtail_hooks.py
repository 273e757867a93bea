from wagtail import hooks

from .choosers import ConceptChooserViewSet, concept_chooser
from .viewsets import ThesaurusGroup


@hooks.register("register_admin_viewset")
def choosers() -> ConceptChooserViewSet:
    return concept_chooser


@hooks.register("register_admin_viewset")
def thesaurus() -> ThesaurusGroup:
    return ThesaurusGroup()

"""Adding a page to a section: what it holds already is offered first."""

from typing import Any

from wagtail.admin.views.pages.create import AddSubpageView
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry

from .pages import SectionPage


class AddToSectionView(AddSubpageView):
    """`own`: the types of the pages that stand in the section, whether published or not;
    `others`: those that may stand there too, one step further."""

    template_name = "cms_core/add_to_section.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        children = self.parent_page.get_children().order_by()
        held = set(
            children.values_list("content_type__app_label", "content_type__model").distinct()
        )
        own = [one for one in self.page_types if one[1:3] in held]
        return context | {"own": own, "others": [one for one in self.page_types if one not in own]}


class SectionViewSet(PageViewSet):
    """For what is done in a section; what it lists are pages of all types, as Wagtail has it."""

    add_subpage_view_class = AddToSectionView

    def on_register(self) -> None:
        page_viewset_registry.values_by_parent_model[SectionPage] = self

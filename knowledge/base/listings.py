"""Lists of pages of one type in the admin."""

from typing import Any, ClassVar

from django.db.models import Count, F, prefetch_related_objects
from django.db.models.functions import Substr
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page

from cms.core.models import SectionPage


class PrefetchingIndexView(IndexView):
    """Fetches at once what a column of the list shows of another object, named by `shown`."""

    shown: ClassVar[str] = ""

    def get_table(self, object_list: Any) -> Any:
        rows = list(object_list)
        prefetch_related_objects(rows, self.shown)
        return super().get_table(rows)


class ChooseSectionView(ChooseParentView):
    """Where to add a page: the section in which most pages of its type stand is proposed."""

    def get_form(self) -> Any:
        form = super().get_form()
        if not form.is_bound:
            form.initial["parent_page"] = self._usual()
        return form

    def _usual(self) -> Page | None:
        """The section with most of them among those where this user may add; None without any:
        of the plans that hold actions, none is more likely than another."""
        allowed = self.get_valid_parent_pages(self.request.user).values("pk")
        above = Substr("path", 1, (F("depth") - 1) * Page.steplen)
        rows = self.model.objects.order_by().annotate(above=above).values("above")
        held = {row["above"]: row["n"] for row in rows.annotate(n=Count("pk"))}
        sections = SectionPage.objects.filter(pk__in=allowed, path__in=held)
        return max(sections, key=lambda page: (held[page.path], page.path), default=None)


class PageListing(PageListingViewSet):
    choose_parent_view_class = ChooseSectionView

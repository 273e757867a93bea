"""Lists of pages of one type in the admin."""

from typing import Any, ClassVar

from django.db.models import prefetch_related_objects
from wagtail.admin.views.pages.listing import IndexView


class PrefetchingIndexView(IndexView):
    """Fetches at once what a column of the list shows of another object, named by `shown`."""

    shown: ClassVar[str] = ""

    def get_table(self, object_list: Any) -> Any:
        rows = list(object_list)
        prefetch_related_objects(rows, self.shown)
        return super().get_table(rows)

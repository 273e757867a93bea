"""What exits depend on, in one short query: who asks whether anything is new pays for no more."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from cms.core.postgresql.reading import one_row

# The newest version; how far each search index has read; the site's name; what changes with every
# edit of the vocabularies and of their order, and of the territories; editors' picks.
_STATE = """
    SELECT
        (SELECT version FROM cms_catalogue_record ORDER BY version DESC LIMIT 1),
        (SELECT modified_at FROM cms_catalogue_record ORDER BY version DESC LIMIT 1),
        (SELECT site_name FROM wagtailcore_site WHERE is_default_site),
        (SELECT string_agg(concat(id, '.', version), ' ' ORDER BY id) FROM search_indexcursor),
        (SELECT concat(count(*), max(updated_at)) FROM knowledge_thesaurus_conceptscheme),
        (SELECT concat(count(*), max(updated_at)) FROM knowledge_thesaurus_concept),
        (SELECT concat(count(*), max(id), max(updated_at)) FROM knowledge_thesaurus_conceptlabel),
        (SELECT concat(count(*), max(id)) FROM knowledge_thesaurus_conceptrelation),
        (SELECT concat(number, ' ', at) FROM knowledge_territories_edition),
        (SELECT concat(count(*), ' ', max(updated_at)) FROM search_pick),
        (SELECT concat(count(*), ' ', max(id)) FROM search_pickpage)
"""


@dataclass(frozen=True, slots=True)
class State:
    """`modified` is the time of the newest change, None for an empty catalogue; `site` the default
    site's name; `all` changes with whatever an exit may show."""

    modified: dt.datetime | None
    site: str
    all: tuple[object, ...]

    @property
    def newest(self) -> tuple[object, ...]:
        """What changes with every record: the newest version and its time."""
        return self.all[:2]

    @property
    def vocabularies(self) -> tuple[object, ...]:
        """What changes with whatever the thesaurus may show, and with the territories."""
        return (*self.all[4:9], self.all[-1])


def state() -> State:
    """One query."""
    row = one_row(_STATE)
    return State(row[1], row[2] or settings.WAGTAIL_SITE_NAME, (*row, settings.BASE_URL))

"""Database triggers that notice every change, whoever makes it.

Wagtail's signals do not cover bulk updates, aliases, privacy or the children of a moved page;
a trigger runs in the changing transaction and covers them all. They are (re)made after each
`migrate`, from what the installed models say:

- every page type's table, and the tables of its child objects: kind "page";
- a model with `record_dependency = (kind, column)`: that kind, with the column's value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

# A draft saved on a live page changes none of these; everything that a reader may notice does.
PAGE_COLUMNS = (
    "live", "expired", "path", "url_path", "title", "locale_id", "alias_of_id",
    "translation_key", "content_type_id", "live_revision_id", "first_published_at",
    "last_published_at",
)  # fmt: skip

FUNCTION = """
CREATE OR REPLACE FUNCTION cms_catalogue_touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_id bigint; new_id bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_id := (to_jsonb(OLD) ->> TG_ARGV[1])::bigint; END IF;
    IF TG_OP <> 'DELETE' THEN new_id := (to_jsonb(NEW) ->> TG_ARGV[1])::bigint; END IF;
    IF new_id IS NOT NULL THEN
        INSERT INTO cms_catalogue_touch (kind, object_id) VALUES (TG_ARGV[0], new_id);
    END IF;
    IF old_id IS NOT NULL AND old_id IS DISTINCT FROM new_id THEN
        INSERT INTO cms_catalogue_touch (kind, object_id) VALUES (TG_ARGV[0], old_id);
    END IF;
    RETURN NULL;
END $$
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows touch the catalogue: `column` holds the id of the object touched;
    `when` lists the columns that matter on update (all when empty)."""

    table: str
    kind: str
    column: str
    when: tuple[str, ...] = ()


WAGTAIL_SOURCES = (
    Source("wagtailcore_page", "page", "id", PAGE_COLUMNS),
    # With its address a page gives its title to others: a card or a contact shows both.
    Source("wagtailcore_page", "address", "id", ("url_path", "live", "locale_id", "title")),
    Source("wagtailcore_pageviewrestriction", "subtree", "page_id"),
    Source("wagtailcore_collectionviewrestriction", "collection", "collection_id"),
    Source("wagtailcore_collection", "collection", "id", ("path",)),
    Source("wagtailcore_site", "site", "id", ("root_page_id", "hostname", "port")),
)


def sources() -> Iterator[Source]:
    """Every table to watch, from the models that are installed."""
    yield from WAGTAIL_SOURCES
    seen: set[str] = set()
    for model in apps.get_models():
        if declared := getattr(model, "record_dependency", None):
            yield Source(model._meta.db_table, *declared)
        if not issubclass(model, Page) or model is Page:
            continue
        yield Source(model._meta.db_table, "page", "page_ptr_id")
        for relation in get_all_child_relations(model):
            child: Any = relation.related_model
            table = child._meta.db_table
            if table in seen or child.__module__.startswith("wagtail."):
                continue
            seen.add(table)
            yield Source(table, "page", relation.field.column)


def install_triggers(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Make every trigger as the models say today. Idempotent; runs after each migration."""
    if sender is not None and sender.label != "cms_catalogue":
        return
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        if "cms_catalogue_touch" not in tables:
            return
        cursor.execute(FUNCTION)
        for source in sources():
            if source.table in tables:
                for statement in _statements(source):
                    cursor.execute(statement)


def _statements(source: Source) -> Iterator[str]:
    call = f"EXECUTE FUNCTION cms_catalogue_touch('{source.kind}', '{source.column}')"
    on = f'ON "{source.table}" FOR EACH ROW'
    yield f"CREATE OR REPLACE TRIGGER cms_touch_{source.kind} AFTER INSERT OR DELETE {on} {call}"
    condition = ""
    if source.when:
        old = ", ".join(f"OLD.{column}" for column in source.when)
        new = ", ".join(f"NEW.{column}" for column in source.when)
        condition = f"WHEN (({old}) IS DISTINCT FROM ({new}))"
    name = f"cms_touch_{source.kind}_update"
    yield f"CREATE OR REPLACE TRIGGER {name} AFTER UPDATE {on} {condition} {call}"

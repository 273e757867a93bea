"""In which file and on which page an extract stands.

The engine is given the pages of files as values of one field: as separate (nested) documents
they could not be scored together with the rest of the record. The extract is a piece of one
page, so the catalogue's own text tells which.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from ..result import FoundInFile

_LOCATE = """
    SELECT DISTINCT ON (record.uid) record.uid, file ->> 'title', file ->> 'url',
        file ->> 'media_type', (page ->> 'number')::int
    FROM unnest(%s::uuid[], %s::text[]) AS wanted(uid, extract)
    JOIN cms_catalogue_record record ON record.uid = wanted.uid,
    jsonb_array_elements(record.document -> 'files') WITH ORDINALITY AS files(file, place),
    jsonb_array_elements(file -> 'pages') WITH ORDINALITY AS pages(page, number)
    WHERE strpos(normalize(page ->> 'text', NFC), wanted.extract) > 0
    ORDER BY record.uid, files.place, pages.number
"""


def locate(extracts: Mapping[UUID, str]) -> dict[UUID, FoundInFile]:
    """Where each record's extract (plain text) stands; one that is nowhere is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCATE, [list(extracts), list(extracts.values())])
        return {
            uid: FoundInFile(title, url, media_type, page)
            for uid, title, url, media_type, page in cursor.fetchall()
        }

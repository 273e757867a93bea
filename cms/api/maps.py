"""The map: places of records as GeoJSON, with the filters of lists."""

import json
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BeforeValidator, Field

from .filters import RecordFilters
from .rows import Rows, listed_rows
from .schemas import ProblemDocument
from .shapes import FeatureCollection
from .strict import CursorText, whole_number

router = Router(tags=["map"])
MEDIA_TYPE = "application/geo+json"
MOST = 1_000


class MapQuery(RecordFilters):
    """Which places, and how many at once."""

    limit: Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=MOST)] = Field(
        MOST, description=gettext_noop("Features in a page: a whole number from 1 to 1000.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )


PLACES = Rows(
    source="cms_catalogue_place JOIN cms_catalogue_record ON uid = record_id",
    keys=(
        ("record_id", "uuid"), ("latitude", "float8"), ("longitude", "float8"), ("label", "text"),
    ),
    item="""json_build_object('type', 'Feature',
        'geometry', json_build_object('type', 'Point',
            'coordinates', json_build_array(longitude, latitude)),
        'properties', json_build_object('uid', uid, 'type', type, 'locale', locale,
            'title', title, 'url', %s || url, 'label', label))""",
)  # fmt: skip


@router.get(
    "map",
    operation_id="list_places",
    summary=gettext_noop("The map"),
    description=gettext_noop(
        "Places of records as GeoJSON, ready for a map; a record may have several. The filters are"
        " those of lists of records: near and bbox choose records that have a place there."
    ),
    response={200: FeatureCollection, 400: ProblemDocument},
)
def places(request: HttpRequest, query: Query[MapQuery]) -> HttpResponse:
    view = f"map|{query.narrowed}"
    return listed_rows(request, query, PLACES, [], view, settings.BASE_URL, _collection)


def _collection(total: int, features: bytes, address: str | None) -> HttpResponse:
    body = b'{"type":"FeatureCollection","total":%d,"features":[%b],"next":%b}' % (
        total, features, json.dumps(address).encode()
    )  # fmt: skip
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    if address:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response

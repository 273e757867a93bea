"""A physical index of Elasticsearch as a reader of the change feed.

One index for each language behind an alias: `relais-fr` → `relais-fr-20261125140501-3f2a`. Each
index also has a name of its own for writing; bulk requests demand that name to be an alias, so
that a deleted index is never made anew, without its mapping, by a write.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import scan, streaming_bulk

from cms.catalogue.models import Record

from .. import semantic
from ..analysis import index_settings
from ..documents import RecordDocument, document
from .base import EngineError
from .elasticsearch import alias, client
from .postgres_vectors import vectors

WRITING_TIMEOUT = 30  # seconds; nobody waits for it
MERGING_TIMEOUT = 3600  # seconds
BULK_BYTES = 8 * 1024 * 1024


class ElasticsearchIndex:
    """One physical index. Every method raises EngineError when the engine does not answer."""

    engine = "elasticsearch"

    def __init__(self, locale: str, name: str, identity: str) -> None:
        self.locale, self.name, self.identity = locale, name, identity
        self._client = writer()

    @property
    def _writing(self) -> str:
        return f"{self.name}-writing"

    def apply(self, records: Sequence[Record]) -> Mapping[str, str]:
        """Write a batch. Versions are the catalogue's, so a batch may come twice; what the
        engine refuses is returned and passed over."""
        refused: dict[str, str] = {}
        try:
            for done, item in streaming_bulk(
                self._client,
                self._operations(records),
                max_chunk_bytes=BULK_BYTES,
                raise_on_error=False,
                raise_on_exception=True,
                max_retries=3,
                require_alias=True,
            ):
                result = next(iter(item.values()))
                if _lost(result):
                    raise EngineError(f"The index {self.name} is gone.")
                if result["status"] == 429 or result["status"] >= 500:
                    raise EngineError(f"The engine is overloaded: {result.get('error')}")
                # 404: gone already. 409: the engine holds a newer version.
                if not done and result["status"] not in (404, 409):
                    refused[result["_id"]] = json.dumps(result.get("error"))[:500]
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error
        return refused

    def _operations(self, records: Sequence[Record]) -> Iterator[dict[str, Any]]:
        live = [record for record in records if not record.gone_at]
        meant = vectors(live) if semantic.on() else {}
        for record in records:
            operation = {
                "_index": self._writing,
                "_id": str(record.uid),
                "version": record.version,
                "version_type": "external_gte",
            }
            if record.gone_at:
                yield {"_op_type": "delete", **operation}
            else:
                source = document(record)
                if vector := meant.get(str(record.uid)):
                    source["meaning"] = vector
                yield {"_op_type": "index", **operation, "_source": source}

    def size(self) -> int:
        try:
            self._client.indices.refresh(index=self.name)
            return self._client.count(index=self.name)["count"]
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error

    def versions(self) -> Mapping[str, int]:
        try:
            self._client.indices.refresh(index=self.name)
            found = scan(
                self._client,
                index=self.name,
                query={"query": {"match_all": {}}, "_source": False, "version": True},
                size=2_000,
            )
            return {hit["_id"]: hit["_version"] for hit in found}
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error

    def refresh(self) -> None:
        """Make what was written findable now."""
        try:
            self._client.indices.refresh(index=self.name)
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error


def writer() -> Elasticsearch:
    """A client that waits longer than a visitor would."""
    return client(settings.ELASTICSEARCH_URL).options(request_timeout=WRITING_TIMEOUT)


def behind_alias(locale: str) -> ElasticsearchIndex | None:
    """The index that answers for a language; None when there is none. Raises EngineError."""
    name = alias(settings.ELASTICSEARCH_PREFIX, locale)
    try:
        # Short: a hung engine is noticed by the client's own time-out.
        found = client(settings.ELASTICSEARCH_URL).indices.get(index=name)
    except NotFoundError:
        return None
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error
    physical = sorted(found.body)[-1]
    return ElasticsearchIndex(locale, physical, found[physical]["settings"]["index"]["uuid"])


def create(locale: str) -> ElasticsearchIndex:
    """A new, empty index that answers nobody yet. Raises EngineError."""
    stamp = timezone.now().strftime("%Y%m%d%H%M%S")
    name = f"{alias(settings.ELASTICSEARCH_PREFIX, locale)}-{stamp}-{secrets.token_hex(2)}"
    try:
        made = writer()
        made.indices.create(
            index=name,
            aliases={f"{name}-writing": {"is_write_index": True}},
            mappings={**_mapping(), "_meta": {"digest": digest(locale)}},
            settings={
                "number_of_shards": 1,
                "number_of_replicas": 0,
                "auto_expand_replicas": "0-1",
                # A deletion's version must outlive the slowest late writer.
                "gc_deletes": "2h",
                "refresh_interval": "-1",  # nobody searches it yet
                "max_result_window": 10_000,
                "analysis": index_settings(locale),
            },
            timeout=f"{WRITING_TIMEOUT}s",
        )
        found = made.indices.get_settings(index=name)
        return ElasticsearchIndex(locale, name, found[name]["settings"]["index"]["uuid"])
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error


def unfinished(locale: str) -> ElasticsearchIndex | None:
    """The newest index that answers nobody yet and was made as one would be made now: what a
    killed rebuild left. Raises EngineError."""
    name = alias(settings.ELASTICSEARCH_PREFIX, locale)
    try:
        existing = (
            writer()
            .indices.get(index=f"{name}-*", expand_wildcards="open", allow_no_indices=True)
            .body
        )
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error
    left = [
        other
        for other, made in existing.items()
        if name not in made["aliases"]
        and made["mappings"].get("_meta", {}).get("digest") == digest(locale)
    ]
    if not left:
        return None
    newest = max(left)
    return ElasticsearchIndex(locale, newest, existing[newest]["settings"]["index"]["uuid"])


def put_behind_alias(index: ElasticsearchIndex) -> list[str]:
    """Make an index the one that answers, in one step, and delete those that answered before
    or never did. Returns their names. Raises EngineError. First its parts become one: left in
    the seventy that 100,000 records come in, each search took twice the time."""
    name = alias(settings.ELASTICSEARCH_PREFIX, index.locale)
    made = writer()
    try:
        made.options(request_timeout=MERGING_TIMEOUT).indices.forcemerge(
            index=index.name, max_num_segments=1
        )
        made.indices.put_settings(index=index.name, settings={"refresh_interval": "1s"})
        existing = made.indices.get(
            index=f"{name}-*", expand_wildcards="open", allow_no_indices=True
        ).body
        old = [other for other in existing if other != index.name]
        answering = [other for other in old if name in existing[other]["aliases"]]
        made.indices.update_aliases(
            actions=[
                *({"remove": {"index": other, "alias": name}} for other in answering),
                {"add": {"index": index.name, "alias": name}},
            ]
        )
        if old:
            made.indices.delete(index=old, ignore_unavailable=True)
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error
    return old


def digest(locale: str) -> str:
    """Changes whenever mapping or analysis do: an index of another digest needs a rebuild."""
    made_of: list[Any] = [_mapping(), index_settings(locale)]
    if semantic.on():
        made_of.append(semantic.RECIPE)
    text = json.dumps(made_of, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stored_digest(index: ElasticsearchIndex) -> str:
    """The digest with which an index was made. Raises EngineError."""
    try:
        found = writer().indices.get_mapping(index=index.name)
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error
    return found[index.name]["mappings"].get("_meta", {}).get("digest", "")


def _mapping() -> dict[str, Any]:
    """The mapping; with the semantic complement also the vector, which is only read to order the
    best anew and needs no index of its own."""
    mapping = RecordDocument._doc_type.mapping.to_dict()
    if semantic.on():
        vector = {"type": "dense_vector", "dims": semantic.DIMENSIONS, "index": False}
        mapping["properties"] = {**mapping["properties"], "meaning": vector}
    return mapping


def _lost(result: Mapping[str, Any]) -> bool:
    error = result.get("error")
    return isinstance(error, dict) and error.get("type") == "index_not_found_exception"


def delete_all(prefix: str) -> None:
    """Delete every index of a prefix. Raises EngineError."""
    try:
        made = writer()
        names = list(made.indices.get(index=f"{prefix}-*", allow_no_indices=True).body)
        if names:
            made.indices.delete(index=names, ignore_unavailable=True)
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error

"""The few requests by which we know our Elasticsearch; never through a proxy."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(address: str, seconds: float) -> dict[str, Any] | None:
    """Return the JSON object at ``address``, None when it does not answer so in ``seconds``."""
    try:
        with _opener.open(address, timeout=seconds) as answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def cluster_name(address: str, seconds: float = 5) -> str | None:
    """Return the name of the cluster that answers at ``address``, None when none does."""
    found = get(address, seconds)
    return str(found["cluster_name"]) if found and "cluster_name" in found else None


def is_usable(address: str, seconds: float) -> bool:
    """Wait up to ``seconds`` until the cluster serves all its data; tell whether it does."""
    asked = f"{address}/_cluster/health?wait_for_status=yellow&timeout={seconds:.0f}s"
    found = get(asked, seconds + 5)
    return found is not None and not found.get("timed_out", True)

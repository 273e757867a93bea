"""The demo's news and monitored resources."""

from collections.abc import Callable
from typing import Any

from knowledge.news.models import ArticlePage

from ..centre import Centre, flat
from ..library import read


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published on their day."""
    say("  actualités et veille…")
    for entry in read("news/articles.yaml"):
        day = centre.day(entry["day"])
        page = ArticlePage(
            kind=entry["kind"],
            day=day,
            source=entry.get("source", ""),
            link=entry.get("link", ""),
            why=flat(entry.get("why")),
        )
        centre.add(page, "actualites", entry, "article")
        centre.fill(page, entry)
        centre.publish(page, day)

"""What the semantic complement lacks, said by `manage.py check`."""

import math
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from . import semantic
from .engines import postgres_vectors

MOST = 10  # a weight beyond says only that it was mistyped


@checks.register()
def semantic_complement_has_its_package(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """A weight that is one, and the package where there is a weight."""
    weight = settings.SEARCH_SEMANTIC
    if not (math.isfinite(weight) and 0 <= weight <= MOST):
        return [
            checks.Error(
                _("SEARCH_SEMANTIC is a weight from 0 to %(most)d.") % {"most": MOST},
                id="search.E001",
            )
        ]
    if weight and not semantic.installed():
        return [
            checks.Warning(
                _(
                    "SEARCH_SEMANTIC is on, but the package of the semantic complement is not"
                    " installed: the search goes by words alone."
                ),
                hint=_("Install it (pip install relais[semantic]) or set SEARCH_SEMANTIC to 0."),
                id="search.W001",
            )
        ]
    return []


@checks.register(checks.Tags.database)
def semantic_complement_has_its_extension(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """pgvector where there is a weight; asked with `--database default` and before migrations."""
    if "default" not in (databases or ()) or not semantic.on():
        return []
    if postgres_vectors.possible():
        return []
    return [
        checks.Warning(
            _(
                "SEARCH_SEMANTIC is on, but PostgreSQL has no use of the extension pgvector:"
                " its search goes by words alone."
            ),
            hint=_(
                "Install pgvector 0.7 or later on the server; an administrator of the database"
                " then runs CREATE EXTENSION vector. Elasticsearch needs none of it."
            ),
            id="search.W002",
        )
    ]

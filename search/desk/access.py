"""Who may read the report of searches."""

from typing import Any

from django.http import HttpRequest
from wagtail.permission_policies import ModelPermissionPolicy

from knowledge.thesaurus.models import Concept

from .models import SearchedText

KEEP_CONCEPTS = f"{Concept._meta.app_label}.change_concept"


class DeskPolicy(ModelPermissionPolicy):
    """Those who keep the thesaurus, and those to whom the permission is given."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        allowed = super().user_has_permission(user, action)
        return bool(allowed or (user.is_active and user.has_perm(KEEP_CONCEPTS)))


policy = DeskPolicy(SearchedText)


def may_explain(request: HttpRequest) -> bool:
    """Whether somebody who looks at the public pages may ask why a page is a hit. No query for a
    visitor."""
    user = request.user
    return bool(user.is_authenticated and user.has_perm("wagtailadmin.access_admin"))

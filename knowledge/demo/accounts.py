"""The demo's three accounts and what each may do."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
)

PASSWORD = "relais-demo"  # noqa: S105  printed by `make demo`, only ever local

ACCOUNTS = {
    "documentaliste": "Documentalistes",
    "editeur": "Éditeurs",
    "admin": "",
}

_PAGES = ("add_page", "change_page", "publish_page")
_REVIEW = (*_PAGES, "lock_page", "unlock_page")
_FILES = ("add", "change", "choose")
# What several pages show: whoever writes pages writes these too.
_SHARED = ("keyfigure", "testimonial", "fundingstatement", "eventseries")


def create(home: Page) -> None:
    """Make the groups and the accounts. Idempotent. Documentalists write, keep the thesaurus and
    the territories, read the report of searches and pick results; editors write, review what is
    submitted, answer what the public proposes and unlock what others locked. Both keep what
    several pages show."""
    documentalists = _group("Documentalistes", home, _PAGES)
    documentalists.permissions.add(
        *Permission.objects.filter(
            content_type__app_label__in=("knowledge_thesaurus", "knowledge_territories", "search")
        )
    )
    editors = _group("Éditeurs", home, _REVIEW)
    editors.permissions.add(*Permission.objects.filter(content_type__app_label="cms_submissions"))
    for step in (Workflow, Task):  # Wagtail makes one of each, with an English name
        step.objects.filter(name="Moderators approval").update(name="Relecture")
    for task in GroupApprovalTask.objects.filter(name="Relecture"):
        task.groups.add(editors)
    # Wagtail's own groups, under English names, would stand beside ours.
    Group.objects.filter(name__in=("Editors", "Moderators"), user=None).delete()
    users = get_user_model().objects
    for name, group in ACCOUNTS.items():
        user, created = users.get_or_create(
            username=name,
            defaults={
                "email": f"{name}@example.org",
                "is_superuser": not group,
                "is_staff": not group,
            },
        )
        if created:
            user.set_password(PASSWORD)
            user.save()
        if group:
            user.groups.add(Group.objects.get(name=group))


def _group(name: str, home: Page, rights: Sequence[str]) -> Group:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        Permission.objects.get(codename="submit_translation"),
        *Permission.objects.filter(content_type__model__in=_SHARED),
    )
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=rights
    )
    for page in home.get_translations(inclusive=True):  # the home page of each language
        for permission in permissions:
            GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    # Wagtail keeps the permissions of custom models on its own.
    files = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"),
        codename__in=[f"{verb}_{noun}" for verb in _FILES for noun in ("image", "document")],
    )
    for permission in files:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    return group

"""The desk in the admin, the reasons to refuse, who looks after what."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from . import accepting, desk, duplicates, personal_admin, states
from .models import RefusalReason, Remit, Submission
from .remit_form import RemitForm
from .remits import visible


class DeskMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return states.may(request.user)


class AdministratorsMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.is_superuser)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return DeskMenuItem(
        _("Submissions"), reverse(desk.INDEX), name="submissions", icon_name="mail", order=250
    )


@hooks.register("register_settings_menu_item")
def personal_data_item() -> MenuItem:
    address = reverse("submissions_personal_data")
    return AdministratorsMenuItem(
        _("Personal data"), address, name="personal-data", icon_name="user", order=900
    )


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("submissions/", desk.DeskView.as_view(), name=desk.INDEX),
        path("submissions/results/", desk.DeskView.as_view(results_only=True), name=desk.RESULTS),
        path("submissions/spam/", desk.spam, name=desk.SPAM),
        path("submissions/<int:pk>/", desk.detail, name=desk.DETAIL),
        path(
            "submissions/<int:pk>/duplicate/<int:page_id>/",
            duplicates.view,
            name="submissions_duplicate",
        ),
        path("submissions/<int:pk>/duplicate/", duplicates.view, name="submissions_duplicate_of"),
        path("submissions/files/<int:pk>/", desk.upload, name="submissions_upload"),
        path("personal-data/", personal_admin.personal_data, name="submissions_personal_data"),
    ]


@hooks.register("register_page_header_buttons")
def from_page(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """In the menu of a page: the submission that it was made of or that concerns it; the desk
    where there are several."""
    if view_name != "edit" or not states.may(user):
        return
    every = Submission.objects.filter(desk.concerns(page.pk))
    if not every.exists():  # of most pages: one query is all that they pay
        return
    about = visible(user).filter(desk.concerns(page.pk))
    numbers = list(about.order_by("-pk").values_list("pk", flat=True)[:2])
    if numbers:
        one = reverse(desk.DETAIL, args=numbers[:1])
        address = one if len(numbers) == 1 else f"{reverse(desk.INDEX)}?page={page.pk}"
        yield Button(gettext("What was proposed"), address, icon_name="mail", priority=85)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="cms_submissions", codename__in=["change_submission"]
    )


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action(accepting.LOG_ACTION)
    class FromSubmission(LogFormatter):
        label = _("From a submission")

        def format_message(self, entry: Any) -> str:
            return gettext("From submission no. %(n)s") % {"n": entry.data.get("submission")}


class RefusalReasonViewSet(SnippetViewSet):
    model = RefusalReason
    icon = "clipboard-list"
    panels = [FieldPanel("label"), FieldPanel("text"), FieldPanel("sort_order")]
    list_display = ["label", "sort_order"]


class RemitViewSet(SnippetViewSet):
    model = Remit
    icon = "group"
    edit_handler = ObjectList(
        [
            FieldPanel("user"),
            FieldPanel("kinds"),
            FieldPanel("where"),
            FieldPanel("sections", widget=CheckboxSelectMultiple),
        ],
        base_form_class=RemitForm,
    )
    list_display = ["user"]


class SubmissionsGroup(SnippetViewSetGroup):
    items = (RefusalReasonViewSet, RemitViewSet)
    menu_label = _("Moderation")
    menu_icon = "clipboard-list"
    menu_order = 330


register_snippet(SubmissionsGroup)

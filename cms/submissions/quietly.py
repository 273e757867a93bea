"""The way of an accepted draft into Wagtail's workflow, without Wagtail's letters about it: who
moderates gets one digest, and nobody else anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateSubmissionEmailNotifier,
)
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_submitted

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


class _Task(GroupApprovalTaskStateSubmissionEmailNotifier):
    def can_handle(self, instance: Any, **kwargs: Any) -> bool:
        return not _quiet.get() and super().can_handle(instance, **kwargs)


class _Workflow(WorkflowStateSubmissionEmailNotifier):
    def can_handle(self, instance: Any, **kwargs: Any) -> bool:
        return not _quiet.get() and super().can_handle(instance, **kwargs)


# In the place of Wagtail's own, under their names.
_OURS = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", _Task()),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification", _Workflow()),
)


def connect() -> None:
    for signal, sender, name, notifier in _OURS:
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(notifier, sender=sender, dispatch_uid=name)


@contextmanager
def _quietly() -> Iterator[None]:
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def enter_workflow(page: Page, user: Any) -> None:
    """Nothing where the page has no workflow, or is in it already."""
    workflow = page.get_workflow()
    if workflow is not None and page.current_workflow_state is None:
        with _quietly():
            workflow.start(page, user)

"""Submissions for tests: filled in the real public forms, or made at once in some state."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.submissions import links, outbox
from cms.submissions.models import Author, State, Submission
from tests.factories import UserFactory
from tests.territory_factories import TerritoryFactory

PROJECT = [
    {
        "title": "Jardins partagés de Rosnay", "summary": "Des jardins pour se retrouver.",
        "status": "completed", "start_date": "03/2022", "end_date": "2023",
    },
    {"objectives": "Rompre l’isolement.", "actions": "Douze ateliers.\n\nUn repas."},
    {"commune": "Rosnay", "lead": "Association des jardins", "partners": "Mairie\nCPAM"},
]  # fmt: skip
AUTHOR = {
    "name": "Camille Exemple", "email": "camille@example.org", "organisation": "Les jardins",
    "consent": "on",
}  # fmt: skip


def commune(name: str = "Rosnay", code: str = "36173") -> Any:
    return TerritoryFactory(kind="commune", name=name, code=code, latitude=46.7, longitude=1.2)


def ticket(html: str) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', html)[1]


def propose(client: Client, kind: str = "project", steps: Any = None, **author: Any) -> str:
    """Fill every step of the public forms and send; the address of the tracking page."""
    start = f"/proposer/{kind}/"
    first, *others = steps or PROJECT
    shown = client.get(start).content.decode()
    response = client.post(start, {**first, "ticket": ticket(shown)})
    for values in [*others, {}, {**AUTHOR, **author}]:
        assert response.status_code == 302, response.context["form"].errors
        response = client.post(response.url, values)
    assert response.status_code == 302, response.context["form"].errors
    assert response.url.endswith("/envoyer/")
    response = client.post(response.url)
    assert response.status_code == 302
    return response.url


def confirm(client: Client, mailoutbox: list[Any]) -> None:
    """Open the link of the last message that asks to confirm, and press its button."""
    outbox.send_waiting()
    address = re.findall(r"http://testserver(\S+/confirmer/\S+)", mailoutbox[-1].body)[0]
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302


def make(state: str = State.RECEIVED, *, kind: str = "project", **fields: Any) -> Submission:
    """A submission in some state, with its author."""
    nonce = uuid4()
    values = fields.pop("values", {k: v for step in PROJECT for k, v in step.items()})
    author = fields.pop("author", {})
    now = timezone.now()
    made = Submission.objects.create(
        nonce=nonce,
        token_digest=links.digest(links.token(nonce)),
        state=state,
        kind=kind,
        title=fields.pop("title", values.get("title", "Sans titre")),
        values=values,
        original=values,
        sent_at=now,
        received_at=now - dt.timedelta(hours=1),
        **fields,
    )
    Author.objects.create(
        submission=made,
        **{
            "name": "Camille Exemple", "email": "camille@example.org", "consent_version": "2026-11",
            "consent_at": now, "confirmed_at": now, **author,
        },
    )  # fmt: skip
    return Submission.objects.select_related("author").get(pk=made.pk)


def editor(**fields: Any) -> Any:
    """Somebody who may decide on submissions and open the admin, and nothing else."""
    user = UserFactory(is_superuser=False, is_staff=False, **fields)
    group, _created = Group.objects.get_or_create(name="Modération")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="cms_submissions"),
    )
    user.groups.add(group)
    return user


def do(client: Client, submission: Submission, name: str, **data: Any) -> Any:
    """Press a button of the desk."""
    response = client.post(
        reverse("submissions_detail", args=[submission.pk]), {"do": name, **data}
    )
    submission.refresh_from_db()
    return response

"""Ten thousand submissions: the desk costs what it costs with ten."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.submissions import links
from cms.submissions.models import Author, Remit, State, Submission
from tests.submission_factories import commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

MANY = 10_000


@pytest.fixture
def many(rosnay, noa):
    places = [rosnay, commune("Le Blanc", "36018"), None]
    waiting = (State.RECEIVED, State.CLAIMED, State.NEEDS_INFORMATION)
    now = timezone.now()
    rows = []
    for number in range(MANY):
        nonce = uuid4()
        rows.append(
            Submission(
                nonce=nonce, token_digest=links.digest(links.token(nonce)),
                kind=("project", "event", "support")[number % 3], state=waiting[number % 7 % 3],
                title=f"Proposition {number}", territory=places[number % 3],
                claimed_by=noa if number % 5 == 0 else None,
                received_at=now - dt.timedelta(minutes=number),
            )
        )  # fmt: skip
    Submission.objects.bulk_create(rows)
    Author.objects.bulk_create(
        Author(submission=row, name="Camille Exemple", email="camille@example.org",
               consent_version="2026-11", consent_at=now)
        for row in rows
    )  # fmt: skip
    return rows


def test_the_desk_lists_ten_thousand_in_twelve_queries_with_any_filter(
    client, many, noa, shelf, rosnay, django_assert_max_num_queries
):
    address = reverse("submissions_desk")
    client.get(address)
    asked = [
        "", "?p=2", "?kind=event", "?state=claimed", "?whose=mine", "?whose=nobody",
        f"?territory={rosnay.pk}", f"?kind=project&whose=nobody&territory={rosnay.pk}",
        "?page=12", "?territory=abc&kind=x&page=x",
    ]  # fmt: skip
    for question in asked:
        with django_assert_max_num_queries(12):
            answer = client.get(f"{address}{question}")
        assert answer.status_code == 200
    first = client.get(address).content.decode()
    assert f"Proposition {MANY - 1}" in first  # the oldest
    remit = Remit.objects.create(user=noa, kinds=["project"])
    remit.territories.add(rosnay)
    remit.sections.add(shelf)
    client.get(address)  # content types are cached by the process
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200

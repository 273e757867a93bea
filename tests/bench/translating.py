"""The largest plan, 60 actions, into a language: `python -m tests.bench.translating`.

What the worker does, called by itself. Beside it what publishing the same pages took, once each:
the floor of the same run, since machines differ.
"""

import argparse
import os
import time

from tests.bench.api import own_database
from tests.bench.corpus import finish

ACTIONS = 60
WANTED = {"a plan of 60 actions into a language, s": (30, False)}


def run() -> dict[str, float]:
    from django.core.management import call_command
    from wagtail.models import Page

    from cms.languages import jobs
    from cms.languages.models import TreeTranslation
    from knowledge.plans.models import PlanPage
    from tests.factories import HomePageFactory, UserFactory, locale
    from tests.plan_factories import ActionPageFactory, PlanPageFactory

    call_command("migrate", verbosity=0, interactive=False)
    HomePageFactory()
    user, english = UserFactory(), locale("en")
    parts = [
        part
        for axis in range(4)
        for part in [
            ("axis", f"Axe {axis}"),
            *(("objective", f"Objectif {axis}.{n}") for n in range(5)),
        ]
    ]
    plan = PlanPageFactory(parts=parts, summary="Un contrat pour la santé de tous.")
    objectives = list(plan.parts.filter(level="objective"))
    for n in range(ACTIONS):
        ActionPageFactory(
            parent=PlanPage.objects.get(pk=plan.pk),
            title=f"Action {n}",
            summary=f"Ce que l’action {n} apporte aux habitants.",
            part=objectives[n % len(objectives)],
        )
    pages = Page.objects.get(pk=plan.pk).get_descendants(inclusive=True)
    started = time.perf_counter()
    for page in pages.specific():
        page.save_revision(user=user).publish()
    published = time.perf_counter() - started
    job = TreeTranslation.objects.create(
        page_id=plan.pk, title=plan.title, locale=english, user=user, total=pages.count()
    )
    started = time.perf_counter()
    jobs.translate_tree(job.pk)
    taken = time.perf_counter() - started
    job.refresh_from_db()
    assert (job.done, job.failed) == (ACTIONS + 1, 0), (job.done, job.failed)
    return {
        "a plan of 60 actions into a language, s": taken,
        "of publishing the same pages": taken / published,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    with own_database() as address:
        os.environ["DATABASE_URL"] = address
        import django
        from django.db import connections

        django.setup()
        try:
            report = run()
        finally:
            connections.close_all()
    finish(report, WANTED, options.json)


if __name__ == "__main__":
    main()

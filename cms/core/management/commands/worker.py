"""`manage.py worker`: runs background and periodic work until it is told to stop."""

import asyncio
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


class Command(BaseCommand):
    help = "Projects, indexes and publishes in the background. Stop it with Ctrl-C or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        connector = cast(DjangoConnector, app.connector)
        with app.replace_connector(connector.get_worker_connector()) as worker:
            asyncio.run(self._work(worker, concurrency))

    async def _work(self, worker: Any, concurrency: int) -> None:
        async with worker.open_async():
            await worker.run_worker_async(
                name="relais",
                concurrency=concurrency,
                fetch_job_polling_interval=5,
                install_signal_handlers=True,
                delete_jobs="successful",
            )

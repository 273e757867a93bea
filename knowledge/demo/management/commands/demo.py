"""`manage.py demo`: everything that a newcomer needs to look at Relais, started and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from deploy.local import elasticsearch, postgres
from deploy.local.errors import ServiceError
from knowledge.demo.accounts import ACCOUNTS, PASSWORD

ROLES = {
    "documentaliste": "publie les guides, tient le thésaurus",
    "editeur": "relit ce qui est soumis, publie, dépublie",
    "admin": "administre",
}
RESTART_PAUSE = 2  # seconds before a process that died is started again


class Command(BaseCommand):
    help = "Starts the database, the demo content, the web server and the worker. Ctrl-C stops."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
        parser.add_argument("--search", choices=("postgresql", "elasticsearch"))

    def handle(self, *args: Any, port: int, search: str | None, **options: Any) -> None:
        if not _free(port):
            raise CommandError(
                f"Le port {port} est pris. Arrêtez l’autre programme ou choisissez un autre port :"
                f" PORT={port + 1} make demo"
            )
        # A script that starts us in the background makes us deaf to Ctrl-C's signal.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _interrupt)
        environment = {
            **os.environ,
            "BASE_URL": os.environ.get("BASE_URL", f"http://localhost:{port}"),
        }
        try:
            if search == "elasticsearch":
                self._say("Elasticsearch (le premier démarrage télécharge un gigaoctet)…")
                environment["ELASTICSEARCH_URL"] = elasticsearch.ensure_running(settings.BASE_DIR)
            self._prepare(environment)
            connections.close_all()
            self._serve(port, environment)
        except ServiceError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._say("Arrêt…")
        finally:
            connections.close_all()
            postgres.stop(settings.BASE_DIR)
            if search == "elasticsearch":
                elasticsearch.stop(settings.BASE_DIR)

    def _say(self, text: str) -> None:
        self.stdout.write(f"• {text}")
        self.stdout.flush()

    def _prepare(self, environment: dict[str, str]) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise looks there first
        self._say("Base de données…")
        call_command("migrate", verbosity=0, interactive=False)
        self._say("Contenu de démonstration…")
        # In a process of its own: it runs with the engine's address in its environment, and
        # leaves the engine's indexing to the worker.
        subprocess.run(
            [sys.executable, "manage.py", "load_demo"],
            check=True,
            env=environment,
            cwd=settings.BASE_DIR,
        )

    def _serve(self, port: int, environment: dict[str, str]) -> None:
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "cms.wsgi:application"),
                *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"),
                *("--log-level", "warning", "--no-control-socket", "--limit-request-line", "0"),
            ],
            "worker": [sys.executable, "manage.py", "worker"],
        }
        running: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in commands.items():
                running[name] = _start(command, environment)
            self._announce(port)
            while True:
                time.sleep(1)
                database = postgres.status(settings.BASE_DIR)
                # On a busy machine it may be slow to answer: that is not being stopped.
                if not database.running and not database.detail:
                    self._say("La base de données a été arrêtée (make stop ?).")
                    return
                for name, process in running.items():
                    if process.poll() is not None:
                        self._say(f"« {name} » s’est arrêté ({process.returncode}) : redémarrage…")
                        time.sleep(RESTART_PAUSE)
                        running[name] = _start(commands[name], environment)
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _announce(self, port: int) -> None:
        deadline = time.monotonic() + 60
        while _free(port) and time.monotonic() < deadline:
            time.sleep(0.2)
        base = f"http://localhost:{port}"
        accounts = "\n".join(f"    {name:<15} {PASSWORD}   ({ROLES[name]})" for name in ACCOUNTS)
        self.stdout.write(
            f"\nRelais est prêt.\n\n"
            f"  Site           {base}/\n"
            f"  Recherche      {base}/recherche/?q=CLS\n"
            f"  Administration {base}/admin/\n"
            f"  API            {base}/api/v1/docs\n\n"
            f"  Comptes de démonstration (identifiant, mot de passe) :\n{accounts}\n\n"
            f"Ctrl-C pour arrêter ; les données restent dans {_relative(settings.VAR_DIR)}.\n"
        )
        self.stdout.flush()


def _start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches us alone, and we stop the others in order.
    return subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=settings.BASE_DIR, start_new_session=True
    )


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise CommandError(f"« {text} » n’est pas un port : un nombre de 1 à 65535.")
    return int(text)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _relative(path: Path) -> Path:
    return path.relative_to(settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else path

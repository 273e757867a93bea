"""``python -m deploy.local postgres|elasticsearch start|stop|status`` for people and the Makefile.

Acts on the working copy that holds this file; ``--base-dir`` names another. Exit code 0 when done
(status: when it answers), 1 when not, with a sentence that says what to do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local import elasticsearch, postgres
from deploy.local.errors import ServiceError

SERVICES = {"postgres": postgres, "elasticsearch": elasticsearch}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("service", choices=sorted(SERVICES))
    parser.add_argument("action", choices=("start", "stop", "status"))
    parser.add_argument("--base-dir", type=Path, default=Path(__file__).resolve().parents[2])
    given = parser.parse_args(arguments)
    service = SERVICES[given.service]
    try:
        if given.action == "start":
            print(service.ensure_running(given.base_dir))
        elif given.action == "stop":
            print("stopped" if service.stop(given.base_dir) else "was not running")
        else:
            found = service.status(given.base_dir)
            print(found)
            return 0 if found.running else 1
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: every measurement, one after the other, each in a process of its own."""

import subprocess
import sys

MODULES = (
    "tests.bench.api", "tests.bench.corpus", "tests.bench.mixed", "tests.bench.load",
    "tests.bench.translating",
)  # fmt: skip


def main() -> None:
    failed = 0
    for module in MODULES:
        print(f"\n== {module}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", module], check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()

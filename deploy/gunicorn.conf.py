"""The web server's settings, for the container and for systemd alike."""

import os
import shutil
import tempfile

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
# Two processes of four threads: enough for a regional centre; each takes up to 300 MB.
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 4
timeout = 30  # seconds without a sign of life from a process
graceful_timeout = 25
keepalive = 5
# A process is replaced from time to time, so that memory cannot grow without end.
max_requests = 5000
max_requests_jitter = 500
# Relais answers an address that is too long in its reader's language; nginx bounds them (64 kB).
limit_request_line = 0
accesslog = None  # nginx writes it
errorlog = "-"
control_socket_disable = True  # it would lie in the user's home, which services may not write


def on_starting(_server: object) -> None:
    """A folder for answers that all processes keep: `search/remembered.py`. Made anew at each
    start and nobody else's; where none can be made, each process keeps its own."""
    try:
        os.environ["ANSWERS_DIR"] = tempfile.mkdtemp(prefix="relais-answers-")
    except OSError:
        os.environ.pop("ANSWERS_DIR", None)


def on_exit(_server: object) -> None:
    if folder := os.environ.pop("ANSWERS_DIR", ""):
        shutil.rmtree(folder, ignore_errors=True)

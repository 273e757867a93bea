"""The web server's settings, for the container and for systemd alike."""

import os

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

#!/bin/sh
# What `make test` runs once the environment is there: a browser, the services, every test.
# Usage: deploy/test.sh BIN-FOLDER ["pytest arguments"]. The services it starts are the tests'
# own (var/test) and are stopped at the end; a running demo is left alone.
set -u
bin=$1
arguments=${2:-}

browser() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1; then command -v "$name"; return; fi
    done
}

if [ -z "$(browser)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests…"
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
fi
if [ -z "$(browser)" ]; then
    echo "No Chromium found: install it (apt-get install chromium) and run the tests again." >&2
    exit 1
fi

export RELAIS_BROWSER="$(browser)"
export DJANGO_SETTINGS_MODULE=cms.settings.test
started=
trap 'if [ -n "$started" ]; then kill "$started" 2>/dev/null; wait; fi
      "$bin/python" -m deploy.local --base-dir var/test postgres stop
      "$bin/python" -m deploy.local --base-dir var/test elasticsearch stop' EXIT
if [ -z "$arguments" ]; then
    # What all the tests need gets ready while their files are read.
    "$bin/python" -m tests.services &
    started=$!
fi
# In the order of the files: the one long test of a short file would otherwise come last, alone.
# shellcheck disable=SC2086  # several arguments in one variable
"$bin/python" -m pytest -n 2 --dist loadscope --no-loadscope-reorder $arguments

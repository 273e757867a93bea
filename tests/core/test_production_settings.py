"""Production refuses to start on a missing or default secret."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

GOOD = {
    "SECRET_KEY": "k3v9-Xq7!zP0_wL5@bN8#rT2$yH6%uJ1^iM4&oE-aSdFgHjKlQ",
    "DATABASE_URL": "postgresql://relais:secret@db.example.org/relais",
    "ALLOWED_HOSTS": "ressources.example.org",
    "BASE_URL": "https://ressources.example.org/",
}
SHOW = (
    "from django.conf import settings as s; "
    "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, "
    "s.BASE_URL, s.CONTENT_SECURITY_POLICY['DIRECTIVES']['script-src'])"
)


def start(**environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**kept, "DJANGO_SETTINGS_MODULE": "cms.settings.production", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


def test_complete_settings_are_strict():
    started = start(**GOOD)
    assert started.stdout.split() == [
        "False", "True", "True", "31536000", "https://ressources.example.org", "(\"'self'\",)",
    ], started.stderr  # fmt: skip


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting_is_named(name):
    started = start(**{key: value for key, value in GOOD.items() if key != name})
    assert started.returncode != 0
    assert f"{name} is not set" in started.stderr


@pytest.mark.parametrize(
    "secret", ["for-this-machine-only-production-refuses-it", "short", "a" * 60]
)
def test_a_weak_secret_is_refused(secret):
    started = start(**{**GOOD, "SECRET_KEY": secret})
    assert started.returncode != 0
    assert "default or too weak" in started.stderr

"""What the files for a real server promise, as far as it can be told without one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_only_static_files_bypass_relais() -> None:
    text = (DEPLOY / "nginx" / "relais.conf").read_text(encoding="utf-8")
    text = re.sub(r"#.*", "", text)
    served = {}
    for place, body in re.findall(r"location (\S+) \{([^}]*)\}", text):
        served[place] = bool(re.search(r"\b(root|alias)\b", body))
    assert [place for place, direct in served.items() if direct] == ["/static/"]


def test_a_long_address_reaches_relais_which_answers_in_words() -> None:
    settings: dict[str, object] = {}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    assert settings["limit_request_line"] == 0
    nginx = (DEPLOY / "nginx" / "relais.conf").read_text(encoding="utf-8")
    # Ten thousand letters with accents, as browsers write them.
    assert "large_client_header_buffers 4 64k;" in nginx
    assert len(quote("é" * 10_000)) < 64 * 1024


def test_the_processes_have_a_folder_of_answers_for_as_long_as_they_run(monkeypatch) -> None:
    monkeypatch.delenv("ANSWERS_DIR", raising=False)
    settings: dict[str, Any] = {}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    settings["on_starting"](None)
    folder = Path(os.environ["ANSWERS_DIR"])
    assert folder.stat().st_mode & 0o777 == 0o700
    settings["on_exit"](None)
    assert not folder.exists()
    assert "ANSWERS_DIR" not in os.environ


def test_the_services_are_those_of_the_plan() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["elasticsearch"]["image"] == "elasticsearch:9.4.3"
    assert services["worker"]["command"] == ["python", "manage.py", "worker"]
    for name in ("web", "worker", "migrate"):
        environment = services[name]["environment"]
        assert environment["DJANGO_SETTINGS_MODULE"] == "cms.settings.production"
        assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    # Nothing but the web server can be reached from the machine, and that from the machine only.
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_every_variable_of_the_example_is_documented() -> None:
    example = (DEPLOY / "relais.env.example").read_text(encoding="utf-8")
    documented = (DEPLOY.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in re.findall(r"^([A-Z_]+)=", example, re.MULTILINE):
        if name != "POSTGRES_PASSWORD":  # read by compose.yaml, not by Relais
            assert f"`{name}`" in documented


def test_what_addresses_lead_to_is_loaded_before_the_first_visitor_comes() -> None:
    code = "import sys, cms.wsgi; assert 'cms.exchange.calendars' in sys.modules"
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **nowhere})

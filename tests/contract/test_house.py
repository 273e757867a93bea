"""The house is in order: migrations, translations, documentation."""

import re
from pathlib import Path

import polib
import pytest
import wagtail
import wagtail_localize
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def catalogue(language, kind="po"):
    path = str(ROOT / "locale" / language / "LC_MESSAGES" / f"django.{kind}")
    return polib.pofile(path) if kind == "po" else polib.mofile(path)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_string_on_screen_is_translated(language):
    found = catalogue(language)
    unfinished = [entry.msgid for entry in found.untranslated_entries()]
    unfinished += [entry.msgid for entry in found.fuzzy_entries()]
    assert unfinished == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_language_has_the_same_strings(language):
    """English is the language of the source: a string without a translation is one already."""
    said = {(e.msgctxt or "", e.msgid) for e in catalogue(language) if not e.obsolete}
    assert said == {(e.msgctxt or "", e.msgid) for e in catalogue("fr") if not e.obsolete}
    assert [entry.msgid for entry in catalogue(language).fuzzy_entries()] == []


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_translation_has_the_same_placeholders(language):
    holder = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    for entry in catalogue(language):
        if entry.obsolete:
            continue
        known = set(holder.findall(entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert set(holder.findall(text)) <= known, text


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_compiled_translations_are_those_of_the_catalogue(language):
    source, compiled = catalogue(language), catalogue(language, "mo")

    def said(entries):
        return {(e.msgctxt or "", e.msgid): e.msgstr or e.msgstr_plural for e in entries}

    assert said(compiled) == said(e for e in source if not e.obsolete), "run `make messages`"


def test_the_sentences_of_wagtail_that_we_say_better_are_still_its_own():
    packages = [Path(package.__file__).parent for package in (wagtail, wagtail_localize)]
    catalogues = [path for root in packages for path in root.rglob("locale/fr/**/django.mo")]
    theirs = {entry.msgid for path in catalogues for entry in polib.mofile(str(path))}
    ours = polib.pofile(str(ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    named = [e for e in ours if "cms/core/wagtail_words.py" in {path for path, _ in e.occurrences}]
    assert len(named) > 50
    assert [entry.msgid for entry in named if entry.msgid not in theirs] == []


def test_every_variable_of_the_environment_is_documented():
    documented = (ROOT / "docs" / "settings.md").read_text()
    read = re.compile(r"""environ(?:\.get\(|\[)\s*["']([A-Z_]+)["']|_required\(\s*["']([A-Z_]+)""")
    for path in [*ROOT.glob("cms/**/*.py"), *ROOT.glob("deploy/**/*.py"), ROOT / "manage.py"]:
        for found in read.finditer(path.read_text()):
            name = found[1] or found[2]
            assert f"`{name}`" in documented, f"{name} ({path.name}) is not in docs/settings.md"


def test_every_dependency_says_why_it_is_there():
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    names = re.findall(r'^    "([A-Za-z-]+)(?:\[|>|<|=|")', project, re.MULTILINE)
    missing = {name for name in names if name.lower() not in reasons.lower()}
    assert missing - {"types-PyYAML"} == set()


def test_every_make_target_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()
    for target in phony:
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target

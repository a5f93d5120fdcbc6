"""Whatever a person reads is there in each language, and says the same names and numbers."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][a-z0-9]*")


def catalogue(folder: Path, language: str) -> polib.POFile:
    return polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po"))


def test_no_sentence_is_missing(tmp_path: Path) -> None:
    """`manage.py makemessages`, run on a copy of the sources, finds nothing new, nothing gone, nothing untranslated."""
    copy = tmp_path / "copy"
    leave = shutil.ignore_patterns(".*", "var", "static", "tests", "docs", "*.mo", "*.png")
    shutil.copytree(settings.BASE_DIR, copy, ignore=leave)
    secrets = {"SECRET_KEY": "extracting", "AUDIT_KEY": "extracting", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "makemessages", "--verbosity", "0"]
    subprocess.run(command, cwd=copy, env={**os.environ, **secrets}, check=True)
    for language in LANGUAGES:
        found, kept = catalogue(copy / "locale", language), catalogue(settings.LOCALE_PATHS[0], language)
        missing = [entry.msgid for entry in found if not entry.translated()]
        assert missing == [], f"run manage.py makemessages, and say these in {language}"
        assert {entry.msgid for entry in kept} == {entry.msgid for entry in found}, "run manage.py makemessages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_numbers_and_tags_are_kept(language: str) -> None:
    wrong = []
    for entry in catalogue(settings.LOCALE_PATHS[0], language):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        names, tags = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)), sorted(TAG.findall(entry.msgid))
        # "One of them" may leave the number out, as in English.
        if entry.msgid_plural:
            wrong += [text for text in texts[:1] if not set(PLACEHOLDER.findall(text)) <= set(names)]
            texts = texts[1:]
        wrong += [text for text in texts if sorted(PLACEHOLDER.findall(text)) != names]
        wrong += [text for text in texts if sorted(TAG.findall(text)) != tags]
    assert wrong == []

"""What the documents list is complete."""

import re
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent


def test_every_setting_is_in_the_example():
    source = (BASE / "careerconv" / "settings.py").read_text() + (BASE / "deploy" / "gunicorn.py").read_text()
    asked = set(re.findall(r'(?:env\.\w+|secret)\(\s*"([A-Z_0-9]+)"', source))
    listed = set(re.findall(r"^#?([A-Z_0-9]+)=", (BASE / ".env.example").read_text(), re.MULTILINE))
    assert len(asked) > 10
    assert listed == asked


def test_every_direct_dependency_says_what_it_is_for():
    document = (BASE / "docs" / "dependencies.md").read_text()
    described = set(re.findall(r"^\| ([\w-]+) \|.*\|.*\|$", document, re.MULTILINE)) - {"package"}
    for name in ("requirements.in", "requirements-dev.in"):
        lines = (BASE / name).read_text().splitlines()
        wanted = {match[0] for line in lines if (match := re.match(r"[\w-]+(?=[\[<>=]|$)", line))}
        assert wanted
        assert not wanted - described

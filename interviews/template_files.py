"""Templates as they travel: YAML files, read with suspicion and written so that they read back the same.

Aliases, tags, doubled names and unknown names are refused, and every complaint names its line.
"""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from interviews.questions import BadTemplate, Questions

# What comes with the product: each file is named by its slug.
SHIPPED = Path(__file__).with_name("shipped")
# The longest shipped one has 60 kB in its four languages; nobody reads a template of half a megabyte.
LARGEST = 512 * 1024
DEEPEST = 20
WIDTH = 120

OPTION = {"key", "text", "name", "hint"}
KNOWN = {
    "template": {"format", "slug", "name", "description", "release", "hr_signs", "sections"},
    "sections": {"key", "kind", "title", "guidance", "minutes", "questions"},
    "questions": {
        "key", "kind", "text", "short", "guidance", "text_interviewer", "who", "required", "visibility",
        "options", "skills", "ends",
    },
    "options": OPTION,
    "skills": OPTION,
    "ends": {"low", "high", "points"},
}  # fmt: skip

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class _Loader(yaml.SafeLoader):
    """SafeLoader without what a template never needs and an attacker does."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _refused(_("aliases (*name) are not allowed"), self._mark())
        if self._depth >= DEEPEST:
            raise _refused(_("nested too deeply"), self._mark())
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def _mark(self) -> Any:
        return self.peek_event().start_mark  # type: ignore[no-untyped-call]

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """An escape can make of a plain file what no page can show and no database keeps."""
        node = super().compose_scalar_node(anchor)
        if _UNPRINTABLE.search(node.value):
            raise _refused(_("a character that no system can show"), node.start_mark)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for name, _value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.tag != "tag:yaml.org,2002:str":
                raise _refused(_("names must be text; put quotes around it"), name.start_mark)
            if name.value in seen:
                raise _refused(_("“%(name)s” is there twice") % {"name": name.value}, name.start_mark)
            seen.add(name.value)
        return super().construct_mapping(node, deep)


def _refused(why: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=why, problem_mark=mark)


def read(raw: bytes) -> dict[str, Any]:
    """The content of a file, checked from end to end. Raises `BadTemplate`: line, place, reason."""
    if len(raw) > LARGEST:
        raise BadTemplate(_("The file is larger than %(size)s kB.") % {"size": LARGEST // 1024})
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadTemplate(_("line %(line)s: the file is not in UTF-8") % {"line": line}) from None
    tree, content = _parse(text)
    try:
        _check_names(content, "template", "")
        Questions.from_content(content)
    except BadTemplate as error:
        place, _colon, _why = str(error).partition(":")
        raise BadTemplate(_("line %(line)s, %(error)s") % {"line": _line_of(tree, place), "error": error}) from None
    return content


def shipped(*, without: Collection[str] = ()) -> list[Path]:
    """The files that come with the product, but those of these slugs."""
    return sorted(path for path in SHIPPED.glob("*.yaml") if path.stem not in without)


def write(content: dict[str, Any]) -> str:
    """YAML that reads back as this content."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=WIDTH)


def same(one: Any, other: Any) -> bool:
    """Whether two contents say the same, whatever the order of their names."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _parse(text: str) -> tuple[yaml.Node | None, dict[str, Any]]:
    try:
        loader = _Loader(text)
        try:
            tree = loader.get_single_node()
            content = loader.construct_document(tree) if tree is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadTemplate(_("line %(line)s: %(why)s") % {"line": line, "why": error.problem or error.context}) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise BadTemplate(_("line %(line)s: a character that no text file holds") % {"line": line}) from None
    except (ValueError, OverflowError) as error:
        raise BadTemplate(_("a number or date cannot be read: %(why)s") % {"why": error}) from None
    if not isinstance(content, dict):
        raise BadTemplate(_("line 1: this is not a template; it should begin with “format:”"))
    return tree, content


def _check_names(value: Any, kind: str, place: str) -> None:
    """A misspelt name would be lost without a word."""
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        where = f"{place}.{name}" if place else name
        if name not in KNOWN[kind]:
            raise BadTemplate(f"{where}: " + _("this name is not known here"))
        if name == "ends":
            _check_names(inner, name, where)
        elif name in KNOWN and isinstance(inner, list):
            for i, item in enumerate(inner, 1):
                _check_names(item, name, f"{where}[{i}]")


def _line_of(tree: yaml.Node | None, place: str) -> int:
    """The line of `sections[2].questions[1].kind`, or of the nearest thing around it that is there."""
    node, line = tree, 1
    for step in place.replace("[", ".[").split("."):
        found = None
        if step.startswith("[") and isinstance(node, yaml.SequenceNode) and step[1:-1].isdigit():
            found = node.value[int(step[1:-1]) - 1] if int(step[1:-1]) <= len(node.value) else None
            line = found.start_mark.line + 1 if found else line
        elif isinstance(node, yaml.MappingNode):
            name, found = next(((k, v) for k, v in node.value if k.value == step), (None, None))
            line = name.start_mark.line + 1 if name else line
        if found is None:
            break
        node = found
    return line

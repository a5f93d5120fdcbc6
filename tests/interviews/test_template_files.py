"""A template file is read with suspicion, and complaints name their line."""

import time

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.models import Entry
from interviews import template_files
from interviews.models import Template, TemplateVersion
from interviews.operations import templates as operations
from interviews.questions import BadTemplate, Questions
from people.policy import Refused
from tests.factories import CONTENT, make_hr

SHIPPED = template_files.SHIPPED / "career-development-interview.yaml"
HEAD = b"format: careerconv.template/1\nslug: a\nname: {en: A}\nsections:\n  - key: s\n    title: {en: S}\n"


def test_what_is_written_reads_back_the_same():
    content = template_files.read(SHIPPED.read_bytes())
    again = template_files.read(template_files.write(content).encode())
    assert again == content
    assert template_files.same(content, dict(reversed(content.items())))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "line 1: this is not a template"),
        (b"- 1", "line 1: this is not a template"),
        (b"a: [1,\n", "line 2"),
        (b"a: &x [1]\nb: *x\n", "line 2: aliases"),
        (b"format: !!python/object/apply:os.system ['true']", "line 1: could not determine a constructor"),
        (b"\nformat: !!python/name:os.system x", "line 2: could not determine a constructor"),
        (b"a: " + b"[" * 30_000, "nested too deeply"),
        (b"no: 1\n", "names must be text"),
        (b"format: careerconv.template/1\nslug: a\nslug: b\n", "line 3: “slug” is there twice"),
        (b"a: 1\nb: \xff\n", "line 2: the file is not in UTF-8"),
        (b"a: 1\nb: \x00\n", "line 2: a character"),
        (b"a: " + b"9" * 5_000, "cannot be read"),
        (b"a: 2024-13-45", "cannot be read"),
        (b"a: 1\n--- \nb: 1\n", "another document"),
        (b"#" * (template_files.LARGEST + 1), "larger than 512 kB"),
        (HEAD + b"    minutes: true\n", "line 7, sections[1].minutes"),
        (HEAD + b"    kind: [free]\n", "line 7, sections[1].kind"),
        (HEAD + b"    guidence: {en: x}\n", "line 7, sections[1].guidence: this name is not known here"),
        (HEAD + b"    questions:\n      - {key: q, kind: 3, text: {en: x}}\n", "line 8, sections[1].questions[1].kind"),
        (HEAD + b"    questions:\n      - {key: q, kind: date}\n", "line 8, sections[1].questions[1].text"),
        (HEAD + b"  - key: s\n    title: {en: T}\n", "line 7, sections[2].key: “s” is there twice"),
        (b"hr_signs: 'no'\n" + HEAD, "line 1, hr_signs: expected true or false"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason(raw, says):
    with pytest.raises(BadTemplate) as refused:
        template_files.read(raw)
    assert says in str(refused.value)


def test_a_bomb_of_aliases_is_refused_at_once():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    began = time.monotonic()
    with pytest.raises(BadTemplate, match="line 2: aliases"):
        template_files.read(bomb.encode())
    assert time.monotonic() - began < 1


def run(*args):
    from io import StringIO

    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_the_command_imports_publishes_and_exports(db, tmp_path):
    assert run("import_template", str(SHIPPED)) == "career-development-interview: version 1\n"
    assert run("import_template", str(SHIPPED)) == "career-development-interview: version 1\n"
    changed = tmp_path / "changed.yaml"
    changed.write_text(SHIPPED.read_text().replace("en: What has been achieved", "en: Achievements"))
    assert run("import_template", str(changed), "--draft") == "career-development-interview: draft\n"
    assert TemplateVersion.objects.count() == 1
    assert run("import_template", str(changed)) == "career-development-interview: version 2\n"
    assert list(TemplateVersion.objects.values_list("number", flat=True)) == [2, 1]
    exported = run("export_template", "career-development-interview")
    assert template_files.read(exported.encode()) == template_files.read(changed.read_bytes())


def test_the_command_refuses_and_writes_nothing(db, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(HEAD + b"    kind: wrong\n")
    with pytest.raises(CommandError, match=r"bad\.yaml: line 7, sections\[1\]\.kind"):
        run("import_template", str(bad))
    with pytest.raises(CommandError, match="No such file"):
        run("import_template", str(tmp_path / "none.yaml"))
    with pytest.raises(CommandError, match="There is no template"):
        run("export_template", "none")
    assert not Template.objects.exists()
    assert not Entry.objects.exists()


def test_only_hr_publishes(employee):
    for refused in (
        lambda: operations.import_template(by=employee, content=CONTENT),
        lambda: operations.publish_template(by=employee, template=Template.objects.create(slug="x", draft=CONTENT)),
        lambda: operations.retire_template(by=employee, template=Template.objects.get()),
    ):
        with pytest.raises(Refused):
            refused()
    assert not TemplateVersion.objects.exists()
    assert not Entry.objects.exists()
    assert Template.objects.get().retired_at is None


def test_a_retired_template_takes_nothing_new(db):
    hr = make_hr()
    template = operations.import_template(by=hr, content=CONTENT)
    operations.publish_template(by=hr, template=template)
    operations.retire_template(by=hr, template=template)
    operations.retire_template(by=hr, template=template)
    with pytest.raises(Refused, match="retired"):
        operations.import_template(by=hr, content={**CONTENT, "name": {"en": "Other"}})
    with pytest.raises(Refused, match="retired"):
        operations.publish_template(by=hr, template=template)
    assert list(Entry.objects.values_list("action", flat=True)) == [
        "template.imported",
        "template.published",
        "template.retired",
    ]


def test_an_operation_looks_at_the_content_itself(db):
    with pytest.raises(Refused, match=r"sections: expected a list"):
        operations.import_template(by=make_hr(), content={**CONTENT, "sections": []})
    assert not Template.objects.exists()


@pytest.mark.parametrize("path", template_files.shipped(), ids=lambda path: path.stem)
def test_a_shipped_template_is_whole_in_four_languages(path):
    content = template_files.read(path.read_bytes())
    questions = Questions.from_content(content)
    assert questions.slug == path.stem
    assert _missing(content, "") == []
    for section in questions.sections:
        assert section.minutes, section.key
        assert section.guidance, section.key
    for question in questions:
        assert question.guidance, question.key
        assert all(len(question.label(language)) <= 60 for language in LANGUAGES), question.key


LANGUAGES = ["en", "fr", "nl", "de"]


def _missing(value, place):
    """The places of texts that are not there in each language."""
    if isinstance(value, list):
        return [found for n, item in enumerate(value) for found in _missing(item, f"{place}[{n}]")]
    if not isinstance(value, dict):
        return []
    if set(value) & set(LANGUAGES):
        return [] if list(value) == LANGUAGES and all(value.values()) else [place]
    return [found for name, item in value.items() for found in _missing(item, f"{place}.{name}")]


def test_those_that_come_with_the_product_are_published_once_and_never_over_ones_own(db, capsys):
    own = operations.import_template(by=None, content=CONTENT | {"slug": "career-development-interview"})
    call_command("import_template", "--shipped")
    told = capsys.readouterr().out.splitlines()
    others = [path.stem for path in template_files.shipped() if path.stem != own.slug]
    assert told == [f"{slug}: version 1" for slug in others]
    own.refresh_from_db()
    assert own.draft["name"] == CONTENT["name"]
    assert not own.versions.exists()
    before = (Template.objects.count(), TemplateVersion.objects.count(), Entry.objects.count())
    call_command("import_template", "--shipped")
    assert capsys.readouterr().out == ""
    assert (Template.objects.count(), TemplateVersion.objects.count(), Entry.objects.count()) == before


def test_hr_publishes_them_by_a_button_that_goes_away(sign_in, hr, employee):
    page, button = reverse("interviews:templates"), reverse("interviews:templates_shipped")
    assert sign_in(employee).post(button).status_code == 403
    assert not Template.objects.exists()
    client = sign_in(hr)
    assert button in client.get(page).text
    answer = client.post(button, follow=True).text
    assert f"{len(template_files.shipped())} templates are published." in answer
    assert button not in answer
    assert client.get(button).status_code == 405

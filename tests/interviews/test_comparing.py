"""What HR reads of the difference between two versions of a template."""

import copy

import pytest
from django.urls import reverse

from interviews.comparing import differences
from interviews.models import Template
from interviews.operations import templates as operations
from interviews.questions import Questions
from tests.factories import CONTENT, make_interview, make_version


@pytest.fixture
def content():
    return copy.deepcopy(CONTENT)


def compared(content):
    """As (kind, name, changes) from the template as it is to this one."""
    found = differences(Questions.from_content(CONTENT), Questions.from_content(content))
    return [(each.kind, each.name, [(c.what, c.before, c.after) for c in each.changes]) for each in found]


def test_the_same_content_differs_in_nothing(content):
    assert compared(content) == []
    content["description"] = {}
    assert compared(content) == []


def test_a_text_is_compared_in_each_language(content):
    question = content["sections"][0]["questions"][1]
    question["text"] = question["text"] | {"fr": "Que gardez-vous pour vous ?"}
    question["required"] = True
    [(kind, name, changes)] = compared(content)
    assert (kind, name) == ("changed", "What would you rather keep to yourself?")
    assert changes == [("Question, French", "", "Que gardez-vous pour vous ?"), ("Has to be answered", "no", "yes")]


def test_new_gone_and_moved_are_told_once_each(content):
    first, skills = content["sections"]
    moved = first["questions"].pop(0)
    skills["questions"].append(moved)
    first["questions"].reverse()
    skills["questions"][0] = skills["questions"][0] | {"key": "other", "text": {"en": "Other"}}
    content["sections"].append({"key": "end", "title": {"en": "The end"}, "minutes": 1})
    told = [(kind, name) for kind, name, _changes in compared(content)]
    assert ("new", "The end") in told
    assert ("new", "Other") in told
    assert ("gone", "How far have you come?") in told
    assert ("moved", "What are you proud of?") in told
    assert len([each for each in told if each[0] == "moved"]) == 2
    found = differences(Questions.from_content(CONTENT), Questions.from_content(content))
    assert [each.moved_from for each in found if each.name == "What are you proud of?"] == ["Looking back"]


def test_choices_skills_minutes_and_signatures_count(content):
    content["hr_signs"] = True
    content["sections"][0]["minutes"] = 12
    content["sections"][1]["questions"][0]["skills"][0]["hint"] = {"en": "Ahead of time"}
    told = [change for _kind, _name, changes in compared(content) for change in changes]
    assert ("HR signs, too", "no", "yes") in told
    assert ("Minutes", "10", "12") in told
    assert ("Skills, English", "Planning\nListening", "Planning (Ahead of time)\nListening") in told


def test_the_page_compares_versions_and_the_draft(sign_in, hr, employee, content):
    template = operations.import_template(by=hr, content=content)
    operations.publish_template(by=hr, template=template)
    client, address = sign_in(hr), reverse("interviews:template_compare", args=[template.pk])
    page = reverse("interviews:template", args=[template.pk])
    assert address not in client.get(page).text
    assert "Nothing has changed" in client.get(address).text
    content["sections"][0]["title"] = {"en": "<b>Back</b>"}
    operations.import_template(by=hr, content=content)
    assert address in client.get(page).text
    text = client.get(address).text
    assert "1 thing has changed" in text
    assert "<del>Looking back</del>" in text
    assert "<ins>&lt;b&gt;Back&lt;/b&gt;</ins>" in text
    operations.publish_template(by=hr, template=Template.objects.get())
    assert "1 thing has changed" in client.get(f"{address}?from=1&to=2").text
    assert "Nothing has changed" in client.get(f"{address}?from=2&to=2").text
    for hostile in ("?from=0", "?to=99999999999999999999", "?from=draft&to=x", "?from='"):
        assert client.get(address + hostile).status_code == 404
    assert sign_in(employee).get(address).status_code == 403


def test_what_a_skill_means_is_said_where_it_is_rated_and_in_the_preview(sign_in, hr, employee, manager, content):
    content["sections"][1]["questions"][0]["skills"][0]["hint"] = {"en": "Looks <ahead>"}
    version = make_version(sections=content["sections"])
    interview = make_interview(employee, manager, version=version)
    pages = [
        (employee, reverse("interviews:question", args=[interview.pk, "ratings"])),
        (hr, reverse("interviews:template", args=[version.template_id])),
    ]
    for person, address in pages:
        text = sign_in(person).get(address).text
        assert text.count("Looks &lt;ahead&gt;") == 1

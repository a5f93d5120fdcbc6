import hashlib
import io
import json
import subprocess
import time

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from interviews.content import canonical as canonical_text
from records.pdf import render, typeset
from tests.records import sample
from tests.verapdf import validate


def canonical(value):
    return canonical_text(value).encode()


def made_of(content, signatures=None, **changes):
    given = {
        "organisation": sample.ORGANISATION,
        "reference": sample.REFERENCE,
        "sealed_at": sample.SEALED_AT,
        "audit_head": sample.AUDIT_HEAD,
        "review": sample.REVIEW,
    }
    return render(content, signatures or sample.signatures(content), **{**given, **changes})


def text_of(pdf):
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def attachments_of(pdf):
    names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    return {str(names[i]): names[i + 1].get_object()["/EF"]["/F"].get_object().data for i in range(0, len(names), 2)}


def conformance_of(pdf, tmp_path):
    path = tmp_path / "record.pdf"
    path.write_bytes(pdf)
    return validate(path)


def test_render_keeps_the_rules_of_archive_and_access(unsealed, tmp_path):
    assert conformance_of(unsealed, tmp_path) == []


def test_render_gives_the_same_bytes_for_the_same_input(unsealed):
    assert made_of(sample.content()) == unsealed


def test_render_attaches_what_was_signed(unsealed):
    attached = attachments_of(unsealed)
    assert attached["record.json"] == canonical(sample.content())
    declared = json.loads(attached["signatures.json"])
    assert declared["content_sha256"] == hashlib.sha256(attached["record.json"]).hexdigest()
    assert declared["audit_head"] == sample.AUDIT_HEAD
    assert declared["signatures"] == sample.signatures()


def test_render_prints_who_said_what(unsealed):
    text = text_of(unsealed)
    for words in (
        "Conversation of 3 December 2026",
        "Finance had already promised the date",
        "Behaviour: Amara put both lists on one page",
        "What we talked about",
        "Sit in on a review of the Finance team, by 18 December 2026",
        "Left incomplete on purpose: The hours depend on the January workload",
        "A team lead post in 2027.",
        "On Facilitation I stay at 4.",
        "has read it and sees something differently",
        "14 December 2026, 11:32 CET",
        "Sealed by Meridian S.A., 17 December 2026, 16:05:31 CET",
        "simple electronic signatures",
        hashlib.sha256(canonical(sample.content())).hexdigest()[:8],
        "Head of the audit log 4711: 9d1f6c0e",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("declared", "witness", "words"),
    [
        ("refused", None, "does not want to sign"),
        ("absent", "Helen Marsh", "was asked and did not answer; Helen Marsh confirms it"),
    ],
)
def test_render_names_a_refusal_and_an_absence(declared, witness, words):
    signatures = sample.signatures()
    signatures[0] |= {"declared": declared, "remark": "On sick leave since Monday.", "witness": witness}
    text = text_of(made_of(sample.content(), signatures))
    assert words in text
    assert "On sick leave since Monday." in text


def test_render_says_when_the_employee_was_silent():
    review = {"confirmed_at": None, "confirmed_by": None, "proceeded_after_silence": True}
    assert "did not answer within ten days" in text_of(made_of(sample.content(), review=review))


def test_render_of_almost_nothing(tmp_path):
    content = sample.content()
    content["interview"] |= {"cycle": None, "place": "", "minutes_planned": None}
    content |= {"sections": [], "skills": [], "goals": [], "promises": [], "not_promised": []}
    signatures = sample.signatures(content)[:2]
    signatures[0] |= {"declared": "agrees", "remark": ""}
    assert conformance_of(made_of(content, signatures), tmp_path) == []


HOSTILE = {
    "html": "<img src='file:///etc/passwd'><link rel=attachment href='file:///etc/passwd'><script>alert(1)</script>"
    "<style>@import 'http://127.0.0.1:9/x';</style></p></section>{% include 'base.html' %}{{ 7|add:7 }}",
    "directions": "שלום עולם مرحبا بالعالم \u202etxt.exe\u202c and back",
    "emoji": "🙂👩🏽‍💻🎉 🇱🇺 ❤️ 中文 ไทย हिन्दी \U00013000",
    "long": "A sentence that comes again. " * 690,
    "word": "x" * 20_000,
    "lines": "a\n" * 3_000,
    "controls": "\x00\x01\x1b[31m red \x7f\x85\ufffe",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_render_survives_hostile_text(name, tmp_path):
    content = sample.content()
    text = HOSTILE[name]
    content["employee"]["name"] = content["interview"]["place"] = text[:300]
    content["sections"][0] |= {"title": text[:300], "minutes": text}
    content["sections"][0]["questions"][0]["employee"] = sample.answer(text, ["Field", text])
    content["skills"][0]["name"] = text[:80]
    content["goals"][0] |= {"title": text[:200], "sentence": text}
    content["promises"][0]["what"] = text
    signatures = sample.signatures(content)
    signatures[0]["remark"] = text
    begun = time.monotonic()
    pdf = made_of(content, signatures)
    assert time.monotonic() - begun < 60
    assert sorted(attachments_of(pdf)) == ["record.json", "signatures.json"]
    assert attachments_of(pdf)["record.json"] == canonical(content)
    assert b"root:x:" not in pdf
    assert conformance_of(pdf, tmp_path) == []


def test_render_prints_markup_as_it_was_typed():
    content = sample.content()
    content["sections"][0]["minutes"] = HOSTILE["html"]
    text = text_of(made_of(content))
    assert "<script>alert(1)</script>" in text
    assert "{{ 7|add:7 }}" in text


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/", "app:../settings.py", "/etc/passwd"])
def test_typeset_loads_nothing_from_outside(address):
    page = f"<html lang=en><title>x</title><p id=seal>x</p><img alt=x src='{address}'></html>"
    with pytest.raises(BaseException, match=r"Error fetching|may not load"):
        typeset(page, attachments=[], made_at=sample.SEALED_AT, seal_name="x")


def test_render_speaks_the_language_of_the_interview():
    content = sample.content()
    content["interview"]["language"] = "de"
    assert "3. Dezember 2026" in text_of(made_of(content))

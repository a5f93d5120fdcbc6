import pytest

from records.fonts import coverage
from records.typeset import LONGEST_TEXT, Budget, clean, clean_all, direction, paragraphs


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("plain words", "plain words"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("nul\x00 and bell\x07", "nul\ufffd and bell\ufffd"),
        ("pay \u202e000,1\u202c more", "pay 000,1 more"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("soft\u00adhyphen", "softhyphen"),
        ("e\u0301", "é"),
        ("\U0001f9fff", "[U+1F9FF]f"),
        ("<b>bold</b> &amp; {{ 7|add:7 }}", "<b>bold</b> &amp; {{ 7|add:7 }}"),
    ],
)
def test_clean(typed, printed):
    assert clean(typed) == printed


def test_clean_leaves_nothing_that_no_font_can_draw():
    everything = "".join(map(chr, range(0x20, 0x3000))) + "".join(map(chr, range(0x1F000, 0x1FB00)))
    assert {ord(letter) for letter in clean(everything, longest=100_000)} <= coverage()


def test_clean_breaks_very_long_words():
    assert max(map(len, clean("x" * 5000).split("\u200b"))) == 40


def test_clean_cuts_and_says_how_much():
    printed = clean("word " * 10_000)
    assert len(printed) < LONGEST_TEXT + 100
    assert printed.endswith("[…29999 more characters are in the attached record.json]")


def test_clean_joins_thousands_of_lines():
    assert "\n" not in clean("line\n" * 3000)


def test_clean_all_shares_one_budget_and_keeps_numbers():
    printed = clean_all({"a": ["x" * 30, "y" * 30], "level": 3, "none": None}, Budget(left=40))
    assert printed["a"][0] == "x" * 30
    assert printed["a"][1].startswith("y" * 10 + " […20 more")
    assert printed["level"] == 3
    assert printed["none"] is None


def test_direction_follows_the_first_letter():
    assert direction("שלום, Amara") == "rtl"
    assert direction("2026: Amara שלום") == "ltr"
    assert direction("123") == "ltr"


def test_paragraphs_are_parted_by_blank_lines():
    assert paragraphs("one\ntwo\n\nthree") == ["one\ntwo", "three"]

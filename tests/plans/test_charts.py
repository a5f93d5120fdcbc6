from xml.etree import ElementTree

from plans.charts import Point, climb

SVG = "{http://www.w3.org/2000/svg}"


def draw(**changes):
    parts = {
        "label": "1 of 3 steps",
        "target": "3 steps by 12 February",
        "key": "c1",
        "title": "Progress of <b>",
        "description": "One of three.",
        **changes,
    }
    return climb([Point(0, 0), Point(0.4, 1 / 3)], [Point(0, 0), Point(1, 1)], **parts)


def test_the_picture_says_in_words_what_it_shows():
    root = ElementTree.fromstring(draw())
    assert root.get("aria-labelledby") == "c1-t c1-d"
    assert root.find(f"{SVG}title").text == "Progress of <b>"
    assert [t.text for t in root.iter(f"{SVG}text")] == ["1 of 3 steps", "3 steps by 12 February"]


def test_no_mark_needs_a_style_attribute():
    assert "style=" not in draw()
    assert all(e.get("class") for e in ElementTree.fromstring(draw()) if e.tag not in (f"{SVG}title", f"{SVG}desc"))


def test_late_is_clay():
    root = ElementTree.fromstring(draw(late=True))
    assert {e.get("class") for e in root.iter(f"{SVG}line")} == {"grid", "plan", "late"}
    assert [t.get("class") for t in root.iter(f"{SVG}text")] == ["now late", "tick"]

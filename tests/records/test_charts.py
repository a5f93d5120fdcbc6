from xml.etree import ElementTree

from records.charts import SkillRow, radar

SKILLS = [
    SkillRow("Coaching", 2, 3, 3),
    SkillRow("Planning & <analysis>", 4, None, 4),
    SkillRow("Data protection", 2, 2, None),
    SkillRow("Writing for a general public", None, 3, 5),
]


def test_radar_says_everything_in_its_title():
    picture = ElementTree.fromstring(radar(SKILLS))
    title = picture.find("{http://www.w3.org/2000/svg}title").text
    assert "Coaching: employee 2, interviewer 3, target 3" in title
    assert "Planning & <analysis>: employee 4, interviewer not rated, target 4" in title


def test_radar_marks_only_what_was_rated():
    picture = ElementTree.fromstring(radar(SKILLS))
    assert len(picture.findall("{http://www.w3.org/2000/svg}circle")) == 3
    assert len(picture.findall("{http://www.w3.org/2000/svg}rect")) == 3


def test_radar_needs_no_page_style():
    assert "style=" not in radar(SKILLS)
    assert "class=" not in radar(SKILLS)


def test_radar_of_too_few_or_too_many_is_left_out():
    assert radar(SKILLS[:2]) == ""
    assert radar(SKILLS * 4) == ""

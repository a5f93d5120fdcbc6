import pytest

from skills.charts import dots


@pytest.mark.parametrize(
    ("own", "other", "circle", "square", "gap"),
    [(3, 4, True, True, True), (4, 4, True, True, False), (None, 2, False, True, False), (0, None, True, False, False)],
)
def test_each_view_has_its_mark_and_differences_show(own, other, circle, square, gap):
    picture = dots(own, other)
    assert ("m-you" in picture) is circle
    assert ("m-mgr" in picture) is square
    assert ('class="gap"' in picture) is gap


def test_no_style_attribute_and_hidden_from_readers():
    assert "style=" not in dots(1, 5)
    assert 'aria-hidden="true"' in dots(1, 5)

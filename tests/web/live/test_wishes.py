import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.live.wishes import Wishes

levels = st.text(alphabet="ab", min_size=1, max_size=2)
topics = st.lists(levels, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    "pattern,topic,included",
    [
        ("job_state", "job_state", True),
        ("job_state", "job_states", False),
        ("watch/+/state", "watch/1/state", True),
        ("watch/+/state", "watch/1/look", False),
        ("watch/+/state", "watch/1/2/state", False),
        ("watch/#", "watch/1/state", True),
        ("watch/#", "watch", True),
        ("watch/#", "watches", False),
        ("+", "stats", True),
        ("+", "porch/state", False),
        ("#", "a/b/c", True),
        ("a.c", "abc", False),
    ],
)
def test_patterns_are_those_of_mqtt(pattern, topic, included):
    assert Wishes((pattern,)).include(topic, None) is included


@given(topic=topics)
def test_everything_is_wanted_where_nothing_is_asked_for(topic):
    assert Wishes().include(topic, "porch")
    assert Wishes((topic,)).include(topic, None)


def test_cameras_narrow_what_is_about_a_camera():
    wishes = Wishes(cameras=("porch",))
    assert wishes.include("job_state", "porch")
    assert not wishes.include("job_state", "yard")
    assert wishes.include("stats", None)


@pytest.mark.parametrize("pattern", ["a#", "#/a", "a+/b", "++"])
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(ValueError, match="whole levels"):
        Wishes((pattern,))


@pytest.mark.parametrize("many", [("x",) * 51, ("",), ("x" * 201,)])
def test_wishes_are_bounded(many):
    for wish in ({"topics": many}, {"cameras": many}):
        with pytest.raises(ValueError, match=r"no more than|each must"):
            Wishes(**wish)

"""Which cameras a node may speak for."""

from frigate_ext.bus.grants import Grants


def test_a_node_speaks_for_the_cameras_that_it_was_given_alone():
    grants = Grants()
    grants.give({"garage": ["drive"], "attic": ["roof"]}, 0.0)
    assert grants.admits("garage", "drive", 1000.0)
    assert not grants.admits("garage", "roof", 1000.0)
    assert not grants.admits("cellar", "drive", 1000.0)


def test_a_camera_that_went_to_another_node_may_be_spoken_for_by_both_for_a_while():
    grants = Grants()
    grants.give({"garage": ["drive"]}, 0.0)
    grants.give({"attic": ["drive"]}, 100.0)
    assert grants.admits("attic", "drive", 100.0)
    assert grants.admits("garage", "drive", 114.0)
    grants.give({"attic": ["drive"]}, 114.0)
    assert not grants.admits("garage", "drive", 115.0)


def test_a_trespass_is_shown_for_a_minute():
    grants = Grants()
    grants.admits("garage", "roof", 0.0)
    grants.admits("garage", "drive", 30.0)
    assert grants.trespasses("garage", 59.0) == ("drive", "roof")
    assert grants.trespasses("garage", 61.0) == ("drive",)
    assert grants.trespasses("attic", 0.0) == ()


def test_who_speaks_for_a_camera_just_before_getting_it_back_is_no_trespasser():
    grants = Grants()
    grants.admits("garage", "drive", 0.0)
    grants.give({"garage": ["drive"]}, 5.0)
    assert grants.trespasses("garage", 6.0) == ()

from frigate_ext.bus.latest import SILENT_AFTER, LatestUpdates


def test_the_newest_update_of_each_camera_is_kept(make_update):
    latest = LatestUpdates(lambda: 10.0)
    for update in (make_update("a", 1), make_update("b", 1), make_update("a", 2)):
        latest(update)
    assert {name: heard.update.seq for name, heard in latest.view().items()} == {"a": 2, "b": 1}


def test_a_camera_falls_silent_when_nothing_came_for_3_s(make_update):
    latest = LatestUpdates(lambda: 10.0)
    latest(make_update("porch"))
    assert not latest.view(10.0 + SILENT_AFTER)["porch"].silent
    assert latest.view(10.1 + SILENT_AFTER)["porch"].silent
    assert latest.get("porch", 99.0).silent


def test_a_camera_never_heard_of_is_not_there():
    assert LatestUpdates().get("porch") is None


def test_a_flood_of_camera_names_is_bounded_and_the_longest_silent_go_first(make_update):
    latest = LatestUpdates()
    for number in range(1100):
        latest(make_update(f"camera{number}"))
    assert len(latest.view()) == 1024
    assert "camera1099" in latest.view()

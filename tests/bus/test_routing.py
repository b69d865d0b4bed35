from frigate_ext.bus.routing import FORGET_AFTER, Asked, Hello, Owners


def test_a_camera_is_routed_to_the_process_that_announced_it():
    owners = Owners()
    owners.announce(b"one", Hello(1, ("porch",)), 0.0)
    owners.announce(b"two", Hello(1, ("garden",)), 0.0)
    assert (owners.peer_of("porch", 1.0), owners.peer_of("garden", 1.0)) == (b"one", b"two")


def test_an_owner_that_has_fallen_silent_is_forgotten():
    owners = Owners()
    owners.announce(b"one", Hello(1, ("porch",)), 0.0)
    assert owners.peer_of("porch", FORGET_AFTER) == b"one"
    assert owners.peer_of("porch", FORGET_AFTER + 0.1) is None


def test_a_restarted_process_takes_over_and_the_old_one_can_not_take_back():
    owners = Owners()
    owners.announce(b"old", Hello(1, ("porch",)), 0.0)
    owners.announce(b"new", Hello(2, ("porch",)), 0.5)
    owners.announce(b"old", Hello(1, ("porch",)), 1.0)
    assert owners.peer_of("porch", 1.0) == b"new"


def test_an_older_process_takes_over_again_when_the_newer_has_gone():
    owners = Owners()
    owners.announce(b"new", Hello(2, ("porch",)), 0.0)
    owners.announce(b"old", Hello(1, ("porch",)), 10.0)
    assert owners.peer_of("porch", 10.0) == b"old"


def test_a_camera_no_longer_announced_is_forgotten_at_once():
    owners = Owners()
    owners.announce(b"one", Hello(1, ("porch", "garden")), 0.0)
    owners.announce(b"one", Hello(1, ("porch",)), 1.0)
    assert owners.peer_of("garden", 1.0) is None


def test_a_peer_that_turned_out_to_be_gone_is_forgotten():
    owners = Owners()
    owners.announce(b"one", Hello(1, ("porch",)), 0.0)
    owners.forget(b"one")
    assert owners.peer_of("porch", 0.0) is None


def test_a_question_is_answered_once_by_whom_it_was_passed_on_to():
    asked = Asked()
    asked.asked(b"client", 1, b"node")
    assert not asked.answered(b"client", 1, b"other")
    assert not asked.answered(b"client", 2, b"node")
    assert asked.answered(b"client", 1, b"node")
    assert not asked.answered(b"client", 1, b"node")

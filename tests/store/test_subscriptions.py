import pytest

from frigate_ext.domain.account import Role, User
from frigate_ext.domain.look import AlertStatus
from frigate_ext.domain.subscription import Subscription
from frigate_ext.errors import NotFoundError
from frigate_ext.store.subscriptions import MAX_DEVICES


@pytest.fixture
def book(store, make_job):
    """Anna sees everything, granny the porch, bob the yard."""
    for name, role, cameras in [
        ("Anna", Role.ADMIN, None),
        ("granny", Role.VIEWER, ("porch",)),
        ("bob", Role.VIEWER, ("yard",)),
    ]:
        store.users.add(User(0, name, role, cameras, 1.0), "hash")
    store.jobs.add(make_job(1, camera="porch"))
    return store.subscriptions


def a_device(name="phone", created_at=1000.0):
    return Subscription(
        id=0, endpoint=f"https://push.example/{name}", p256dh=b"p", auth=b"a", created_at=created_at
    )


def tell(book, alert, *, anonymous=False):
    return [one.endpoint.rpartition("/")[2] for one in book.to_tell(alert, anonymous=anonymous)]


@pytest.fixture
def alert(store, book, make_job, make_alert):
    alert = make_alert(status=AlertStatus.UNVERIFIED)
    store.alerts.commit(alert, (), make_job(1), None, ())
    return alert


def test_an_alert_is_for_devices_of_those_who_may_see_its_camera_now(store, book, alert):
    for user in ("Anna", "granny", "bob"):
        book.add(a_device(user), user, None)
    assert tell(book, alert) == ["Anna", "granny"]
    store.users.set_rights("granny", Role.VIEWER, ("yard",))
    assert tell(book, alert) == ["Anna"]


def test_what_happened_before_a_device_asked_is_no_news_to_it(book, alert):
    book.add(a_device(created_at=alert.time + 1), "Anna", None)
    assert tell(book, alert) == []


def test_a_device_is_told_once_of_each_thing_an_alert_becomes(book, alert, make_alert):
    book.add(a_device(), "Anna", None)
    (device,) = book.to_tell(alert, anonymous=False)
    book.told(device, alert)
    assert tell(book, alert) == []
    verified = make_alert(status=AlertStatus.VERIFIED)
    assert book.to_tell(verified, anonymous=False)[0].told == "unverified"
    book.told(device, verified)
    assert tell(book, verified) == []


def test_that_an_alert_is_withdrawn_is_told_to_who_heard_of_it(book, alert, make_alert):
    book.add(a_device("heard"), "Anna", None)
    book.told(book.to_tell(alert, anonymous=False)[0], alert)
    book.add(a_device("did not"), "Anna", None)
    assert tell(book, make_alert(status=AlertStatus.WITHDRAWN)) == ["heard"]


def test_devices_of_nobody_are_told_only_where_nobody_signs_in(book, alert):
    book.add(a_device(), None, None)
    assert tell(book, alert) == []
    assert tell(book, alert, anonymous=True) == ["phone"]


def test_a_device_goes_with_its_user(store, book):
    book.add(a_device(), "granny", None)
    store.users.delete("granny")
    assert book.count() == 0


def test_signing_out_ends_the_device_and_a_session_that_runs_out_does_not(store, book):
    user = store.users.get("Anna")
    for name in (b"out", b"over"):
        store.sessions.begin(name, user.id, now=1.0, expires_at=2.0)
        book.add(a_device(name.decode()), "Anna", name)
    store.sessions.begin(b"new", user.id, now=3.0, expires_at=9.0)
    assert book.count() == 2
    store.sessions.end(b"out")
    assert book.count() == 1


def test_a_new_password_ends_the_devices_of_all_other_sessions(store, book, alert):
    for session in (b"this", b"other", None):
        book.add(a_device(str(session)), "Anna", session)
    book.add(a_device("granny"), "granny", b"hers")
    store.users.set_password("Anna", "hash", keep_session=b"this")
    assert tell(book, alert) == ["b'this'", "granny"]


def test_the_same_device_asks_again_in_place_of_itself(book, alert):
    book.add(a_device(), "Anna", None)
    book.add(a_device(), "bob", None)
    assert (book.count(), tell(book, alert)) == (1, [])


def test_a_user_has_so_many_devices_and_the_first_makes_room(book, alert):
    for n in range(MAX_DEVICES + 1):
        book.add(a_device(f"{n}"), "Anna", None)
    assert tell(book, alert) == [f"{n}" for n in range(1, MAX_DEVICES + 1)]


def test_a_device_of_nobody_who_is_known_is_refused(book):
    with pytest.raises(NotFoundError):
        book.add(a_device(), "eve", None)


def test_a_device_can_be_forgotten_twice(book, alert):
    book.add(a_device(), "Anna", None)
    (device,) = book.to_tell(alert, anonymous=False)
    for _ in range(2):
        book.forget(device.id)
        book.withdraw(device.endpoint)
        book.told(device, alert)
    assert book.count() == 0


def test_receipts_go_with_their_alert(store, book, alert):
    book.add(a_device(), "Anna", None)
    (device,) = book.to_tell(alert, anonymous=False)
    book.told(device, alert)
    store.alerts.delete(alert.id)
    book.told(device, alert)
    assert tell(book, alert) == ["phone"]

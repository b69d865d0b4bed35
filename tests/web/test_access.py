"""Every route, asked by everybody, about every camera."""

import re

import pytest

from frigate_ext.domain.account import Role
from frigate_ext.domain.event import Event
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.watch import Origin, Watch
from frigate_ext.runtime.health import PartHealth, PartState
from tests.web.conftest import CONFIG, NOW, PASSWORD, House, a_look, an_editor, make_jpeg
from web.app import create_app
from web.declare import Route, table
from web.live.full_motion import FullMotion, Server
from web.tokens import PAGE_COOKIE

CAMERAS = ("porch", "yard")
VALUES = {
    "camera": {"porch": "porch", "yard": "yard", "nowhere": "nowhere"},
    "job_id": {"porch": "job0", "yard": "job1", "nowhere": "job2"},
    "alert_id": {"porch": "a0", "yard": "a1", "nowhere": "a2"},
    "event_id": {"porch": "1.0-porch", "yard": "1.0-yard", "nowhere": "1.0-nowhere"},
    "look_id": {"porch": 1, "yard": 2, "nowhere": 3},
    "n": dict.fromkeys(("porch", "yard", "nowhere"), 0),
    "username": dict.fromkeys(CAMERAS, "Anna"),
    "key_id": dict.fromkeys(CAMERAS, 10**6),
    "shape": dict.fromkeys(CAMERAS, "steps"),
    "version_id": dict.fromkeys(CAMERAS, int(NOW * 1000)),
}
"""What a path may ask for, by whose camera it is about."""
ROUTES: list[Route] = sorted(
    table(create_app(House().services())).values(), key=lambda route: (route.path, route.method)
)
ALIVE = [route for route in ROUTES if not route.path.endswith("/logout")]
"""Whoever asks these is still signed in afterwards."""


@pytest.fixture
def full(guarded, tmp_path):
    """Something of each kind on each camera, in a real store; whatever belongs to the yard says so."""
    store = guarded.account_store
    for camera in CAMERAS:
        watch = Watch(name=camera, camera=camera, condition=f"a person in the {camera}")
        job = guarded.jobs.start_job(watch, Origin.API)
        store.jobs.add(job)
        look = store.looks.begin(a_look(0, job.id, trigger=f"person entered {camera}"), (make_jpeg(),))
        alert = guarded.add_alert(camera=camera, job_id=job.id, look_id=look.id, message=f"in the {camera}")
        store.alerts.commit(alert, (make_jpeg(),), job, look, ())
        store.alerts.add_full(alert.id, make_jpeg(), NOW)
        store.events.save(an_event(camera), make_jpeg())
        guarded.see(camera, detail=f"the {camera} is fine")
        guarded.parts[f"camera {camera}"] = PartHealth(PartState.OK, f"the {camera} is fine")
    guarded.parts["detection"] = PartHealth(PartState.DEGRADED, "the yard made it crash")
    guarded.store = store
    guarded.full_motion = FullMotion(Server.GO2RTC, "http://127.0.0.1:1", {})
    guarded.editor = an_editor(tmp_path, CONFIG + CONFIG.split("cameras:\n")[1].replace("porch", "yard"))
    shown = guarded.editor.view(0)
    guarded.editor.save(0, shown.text or "", shown.etag, "Anna")
    return guarded


def an_event(camera: str) -> Event:
    return Event(
        id=f"1.0-{camera}",
        camera=camera,
        label="person",
        start_time=NOW,
        top_score=0.9,
        snapshot_time=NOW,
        frame_size=Size(640, 360),
    )


def path_of(route: Route, camera: str) -> str:
    def value(match: re.Match[str]) -> str:
        assert match[1] in VALUES, f"say in VALUES what <{match[1]}> may be"
        return str(VALUES[match[1]][camera])

    return re.sub(r"<(?:\w+:)?(\w+)>", value, route.path)


class Asker:
    """Somebody who asks every route, of one application."""

    def __init__(self, house: House, user: str | None = None):
        self.client = house.client()
        if user:
            token = house.accounts().sign_in.enter(user, PASSWORD, {}, "127.0.0.1")
            self.client.set_cookie(PAGE_COOKIE, token)

    def ask(self, route: Route, camera: str):
        options = {"json": {}} if route.body else {}
        return self.client.open(path_of(route, camera), method=route.method, **options)


def test_a_stranger_gets_nothing_but_what_is_public(full):
    before, stranger = state(full), Asker(full)
    for route in ROUTES:
        reply = stranger.ask(route, "porch")
        if route.access.role is None:
            assert not re.search("porch|yard", reply.text), route.path
        else:
            assert reply.status_code == 401, route.path
    assert state(full) == before


def test_a_viewer_sees_nothing_of_a_camera_that_is_not_theirs(full):
    before, granny = state(full), Asker(full, "granny")
    for route in ALIVE:
        reply = granny.ask(route, "yard")
        if route.access.role is Role.ADMIN:
            assert reply.status_code == 403, route.path
        elif route.access.camera_of is not None:
            assert reply.status_code == 404, route.path
        told = reply.text.replace(path_of(route, "yard"), "") + str(list(reply.headers.values()))
        assert "yard" not in told, route.path
    assert state(full) == before


def test_a_viewer_sees_their_camera_and_rules_nothing(full):
    before, granny = state(full), Asker(full, "granny")
    for route in ALIVE:
        reply = granny.ask(route, "porch")
        if route.access.role is Role.ADMIN:
            assert reply.status_code == 403, route.path
        elif route.method == "GET" and route.access.role is Role.VIEWER:
            assert reply.status_code == 200, route.path
    jobs, alerts, *accounts = state(full)
    assert (jobs, tuple(accounts)) == (before[0], before[2:])
    assert [alert.id for alert in alerts] == [alert.id for alert in before[1]]


@pytest.mark.parametrize("camera", CAMERAS)
def test_an_admin_is_refused_nothing(full, camera):
    anna = Asker(full, "Anna")
    for route in sorted(ALIVE, key=lambda route: route.method == "DELETE"):
        status = anna.ask(route, camera).status_code
        if route.method == "GET":
            assert status in {200, 303}, route.path
        elif route.access.role is not None:
            assert status not in {401, 403}, route.path


def test_what_is_hidden_and_what_never_was_are_one(full):
    granny = Asker(full, "granny")
    routes = [route for route in ROUTES if route.access.camera_of and route.access.role is Role.VIEWER]
    hidden = [granny.ask(route, "yard").data for route in routes]
    assert [granny.ask(route, "nowhere").data for route in routes] == hidden


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("role", list(Role))
def test_an_admins_key_for_one_camera_rules_that_camera_and_no_accounts(full, role, read_only):
    _, secret = full.accounts().add_key("Anna", "script", role, ["porch"], read_only=read_only)
    client, headers = full.client(), {"Authorization": f"Bearer {secret}"}
    asked = {"camera": "porch", "condition": "a cat"}
    started = client.post("/api/jobs", json=asked, headers=headers).status_code
    assert started == (201 if role is Role.ADMIN and not read_only else 403)
    elsewhere = client.post("/api/jobs", json=asked | {"camera": "yard"}, headers=headers)
    assert elsewhere.status_code in {403, 422}
    assert client.get("/api/users", headers=headers).status_code == 403
    assert client.post("/api/jobs/job1/stop", headers=headers).status_code in {403, 404}
    body = {"name": "more", "role": "admin", "username": "Anna"}
    assert client.post("/api/keys", json=body, headers=headers).status_code == 403
    reset = client.put("/api/users/granny/password", json={"password": "longenough"}, headers=headers)
    assert reset.status_code == 403


def state(house: House):
    """What a request may change."""
    store = house.account_store
    return (
        list(house.jobs.rows),
        store.alerts.list().items,
        store.users.list(),
        [store.users.password_of(user.name) for user in store.users.list()],
        store.keys.list(),
    )


def test_how_everything_is_says_nothing_of_a_camera_that_one_does_not_see(full):
    full.parts = {"camera yard": PartHealth(PartState.DEGRADED), "camera porch": PartHealth(PartState.OK)}
    whole, seen = (Asker(full, user).client.get("/api/health").json for user in ("Anna", "granny"))
    assert (whole["status"], seen["status"]) == ("degraded", "ok")

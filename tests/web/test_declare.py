import pytest
from flask import Flask, g

from frigate_ext.domain.account import Role
from web.app import create_app
from web.declare import Group, install, table
from web.endpoint import endpoint
from web.identity import Identity
from web.permissions import ADMIN, ANYONE_SIGNED_IN, SEES_CAMERA


def a_group(path):
    group = Group("stray", "/api")
    group.add("GET", path, lambda **_: {}, name="view", access=ANYONE_SIGNED_IN)
    return group


def test_no_route_can_be_declared_without_saying_who_may_use_it():
    with pytest.raises(TypeError, match="access"):
        Group("stray").add("GET", "/x", dict, name="view")


def test_an_application_with_an_undeclared_route_does_not_start():
    app = Flask("stray")
    app.add_url_rule("/hidden", "hidden", lambda: "")
    with pytest.raises(ValueError, match="hidden"):
        install(app, [a_group("/x")], endpoint)


def test_every_route_that_names_a_camera_or_what_belongs_to_one_finds_the_camera(house):
    """But those of admins who rule everything: there is no camera that they may not see."""
    values = ("<camera>", "<job_id>", "<alert_id>", "<look_id>", "<int:look_id>", "<event_id>")
    unclassified = [
        route.path
        for route in table(create_app(house.services())).values()
        if any(value in route.path for value in values)
        and route.access.camera_of is None
        and route.access is not ADMIN
    ]
    assert unclassified == []


@pytest.fixture
def porch_only(house):
    """A client that may see the porch alone."""
    app = create_app(house.services())
    app.before_request(lambda: setattr(g, "identity", Identity("guest", Role.VIEWER, frozenset({"porch"}))))
    return app.test_client()


def test_who_may_not_see_a_camera_sees_nothing_of_it(house, porch_only):
    for camera in ("porch", "yard"):
        house.client().post("/api/jobs", json={"camera": camera, "condition": "a person"})
        house.add_alert(camera=camera, job_id=f"job{len(house.store.alerts.rows)}")
    for path in ("jobs/job{}", "jobs/job{}/looks", "alerts/a{}", "alerts/a{}/evidence/0.jpg"):
        seen, hidden = (porch_only.get(f"/api/{path.format(n)}").status_code for n in (0, 1))
        assert (seen, hidden) == (200, 404), path
    assert porch_only.get("/api/porch/latest.jpg").status_code == 200
    unseen, unknown = (porch_only.get(f"/api/{name}/latest.jpg") for name in ("yard", "attic"))
    assert (unseen.status_code, unseen.json) == (404, unknown.json)
    assert [camera["name"] for camera in porch_only.get("/api/cameras").json["items"]] == ["porch"]


def test_who_may_not_see_a_camera_starts_nothing_on_it(house, porch_only):
    asked = {"camera": "yard", "condition": "a person"}
    assert porch_only.post("/api/jobs", json=asked).json["code"] == "unknown_camera"
    assert porch_only.post("/api/vlm/monitor", json=asked).status_code == 404
    assert house.jobs.rows == []


def test_a_camera_may_be_called_like_the_first_word_of_another_route(house):
    group = a_group("/things/<thing_id>")
    group.add("GET", "/<camera>/latest", lambda camera: {"of": camera}, name="latest", access=SEES_CAMERA)
    house.cameras["things"] = house.cameras["yard"]
    app = create_app(house.services())
    fresh = Flask("fresh")
    fresh.extensions |= app.extensions
    install(fresh, [group], endpoint)
    assert fresh.test_client().get("/api/things/latest").json == {"of": "things"}

from config.changes import Changes
from config.reload import Outcome, ReloadState
from frigate_ext.errors import Problem
from tests.web.conftest import NOW


def test_a_change_that_was_taken_over_is_told_with_what_waits(house):
    changed = Changes(live=("camera porch: added",), next_start=("frigate_ext.web",))
    house.reload.outcome = Outcome(state=ReloadState.IN_FORCE, changes=changed, time=NOW)
    reply = house.client().post("/api/config/reload")
    assert reply.status_code == 200
    assert reply.json == {
        "state": "in_force",
        "problems": [],
        "changes": ["camera porch: added"],
        "next_start": ["frigate_ext.web"],
        "failures": [],
        "time": NOW,
    }
    assert house.client().get("/api/config/reload").json == reply.json


def test_wrong_files_are_refused_with_all_that_is_wrong(house):
    problems = (
        Problem("config.yml:3:1", "unknown key 'camera'"),
        Problem("config.yml:9:5", "'path' is missing"),
    )
    house.reload.outcome = Outcome(state=ReloadState.REFUSED, problems=problems, time=NOW)
    reply = house.client().post("/api/config/reload")
    assert (reply.status_code, reply.json["code"]) == (422, "config_refused")
    assert reply.json["errors"] == [
        {"field": "config.yml:3:1", "message": "unknown key 'camera'", "line": 3, "column": 1},
        {"field": "config.yml:9:5", "message": "'path' is missing", "line": 9, "column": 5},
    ]
    assert house.client().get("/api/config/reload").json["state"] == "refused"

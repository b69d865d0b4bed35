"""`frigate-ext watch ...` against a server."""

import pytest

from frigate_ext.cli.exits import Exit
from frigate_ext.domain.camera import Camera
from jobs.request import build_watch
from web.problems import document

JOBS = "/api/jobs?limit=1000"
REFUSAL = document(404, "unknown_job", "there is no job 'nope'")


def test_start_sends_what_was_asked_for_and_prints_the_job(run, server, job):
    server.answers["POST", "/api/jobs"] = 201, job
    arguments = ["--camera", "porch", "--label", "person", "--label", "dog", "--zone", "doormat"]
    started = run(
        "watch", "start", "a parcel lies there", *arguments, "--duration", "90", "--name", "P", "--json"
    )
    assert (started.exit_code, started.json) == (Exit.OK, job)
    assert server.asked == [
        (
            "POST",
            "/api/jobs",
            {
                "camera": "porch",
                "condition": "a parcel lies there",
                "labels": ["person", "dog"],
                "zones": ["doormat"],
                "mode": "once",
                "duration": 90.0,
                "name": "P",
            },
        )
    ]


def test_a_standing_watch_says_so_and_leaves_its_duration_to_the_server(run, server, job):
    server.answers["POST", "/api/jobs"] = 201, job
    run("watch", "start", "a parcel", "--camera", "porch", "--standing")
    ((_, _, sent),) = server.asked
    assert (sent["mode"], "duration" in sent) == ("standing", False)


def test_a_watch_is_started_with_its_schedule_and_limits(run, server, job):
    server.answers["POST", "/api/jobs"] = 201, job
    when = ["--schedule", "daily 22:00-06:00", "--timezone", "Europe/Berlin", "--limit", "looks_per_hour=9"]
    run("watch", "start", "a fox", "--camera", "yard", *when, "--cooldown", "5", "--language", "German")
    ((_, _, sent),) = server.asked
    assert sent["schedule"] == [{"days": "daily", "from": "22:00", "to": "06:00"}]
    assert (sent["timezone"], sent["limits"]) == ("Europe/Berlin", {"looks_per_hour": 9})
    assert (sent["cooldown"], sent["language"]) == (5, "German")


def test_what_the_command_line_asks_for_is_what_the_server_understands(run, server, job):
    server.answers["POST", "/api/jobs"] = 201, job
    when = ["--schedule", "weekdays 22:00-6:00", "--schedule", "sat,sun", "--timezone", "Europe/Berlin"]
    limits = ["--limit", "looks_per_hour=9", "--limit", "min_interval=2.5", "--limit", "when_spent=hold"]
    run("watch", "start", "a fox", "--camera", "yard", "--standing", *when, *limits)
    ((_, _, sent),) = server.asked
    watch = build_watch({"yard": Camera("yard", "Yard", ("fox",), ())}, **sent)
    assert [sorted(window.days) for window in watch.schedule] == [[0, 1, 2, 3, 4], [5, 6]]
    assert (watch.limits.looks_per_hour, watch.limits.min_interval) == (9, 2.5)


def test_list_prints_json_for_programs(run, server, job):
    server.answers["GET", JOBS] = 200, {"items": [job], "next": None}
    assert run("watch", "list", "--json").json == [job]


def test_list_goes_on_to_the_last_page(run, server, job):
    server.answers["GET", JOBS] = 200, {"items": [job], "next": "7"}
    server.answers["GET", f"{JOBS}&cursor=7"] = 200, {"items": [job | {"id": "older"}], "next": None}
    assert [listed["id"] for listed in run("watch", "list", "--json").json] == [job["id"], "older"]


def test_list_prints_a_table_for_people(run, server, job, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    server.answers["GET", JOBS] = 200, {"items": [job], "next": None}
    header, row = run("watch", "list").out.splitlines()
    assert header.split() == ["id", "camera", "condition", "state", "phase", "looks", "alerts", "started"]
    assert "a parcel [red] lies on the porch" in row


def test_show_tells_how_far_a_job_has_come(run, server, job):
    server.answers["GET", "/api/jobs/a1b2c3d4e5f6"] = 200, job
    shown = run("watch", "show", "a1b2c3d4e5f6").out
    assert "not_met (eyes): nothing" in shown
    assert "a parcel [red] lies on the porch" in shown


def test_show_tells_when_it_looks_and_how_much(run, server, job):
    when = {
        "schedule": [{"days": ["sat", "sun"], "from": "08:00", "to": "20:00"}],
        "timezone": "Europe/Berlin",
    }
    limits = {"limits": {"looks_per_hour": 60, "tokens_per_day": None}}
    server.answers["GET", "/api/jobs/a1b2c3d4e5f6"] = 200, job | when | limits
    lines = run("watch", "show", "a1b2c3d4e5f6").out.splitlines()
    assert "schedule     sat,sun 08:00-20:00 Europe/Berlin" in lines
    assert "limits       looks_per_hour=60" in lines


def test_an_id_is_one_part_of_an_address_whatever_it_is(run, server):
    server.answers["GET", "/api/jobs/..%2Fusers"] = 404, REFUSAL
    assert run("watch", "show", "../users").exit_code == Exit.REFUSED


def test_stop_prints_the_stopped_job(run, server, job):
    server.answers["POST", "/api/jobs/a1b2c3d4e5f6/stop"] = 200, job | {"state": "cancelled", "phase": None}
    assert run("watch", "stop", "a1b2c3d4e5f6", "--json").json["state"] == "cancelled"


@pytest.mark.parametrize(
    "arguments,method,path,sent",
    [
        (("pause",), "POST", "/pause", None),
        (("resume",), "POST", "/resume", None),
        (("look",), "POST", "/look", None),
        (("snooze", "90"), "POST", "/snooze", {"seconds": 90.0}),
        (
            ("change", "--condition", "a dog", "--label", "dog", "--cooldown", "60"),
            "PATCH",
            "",
            {"condition": "a dog", "labels": ["dog"], "cooldown": 60.0},
        ),
        (
            (
                "change",
                "--schedule",
                "weekdays 22:00-6:00",
                "--schedule",
                "sat,sun",
                "--timezone",
                "Europe/Berlin",
            ),
            "PATCH",
            "",
            {
                "schedule": [
                    {"days": "weekdays", "from": "22:00", "to": "6:00"},
                    {"days": ["sat", "sun"]},
                ],
                "timezone": "Europe/Berlin",
            },
        ),
        (
            (
                "change",
                "--limit",
                "alerts_per_hour=2",
                "--limit",
                "min_interval=2.5",
                "--limit",
                "when_spent=hold",
            ),
            "PATCH",
            "",
            {"limits": {"alerts_per_hour": 2, "min_interval": 2.5, "when_spent": "hold"}},
        ),
        (
            ("change", "--default", "zones", "--limit", "tokens_per_day=default", "--remind-every", "60"),
            "PATCH",
            "",
            {"zones": None, "limits": {"tokens_per_day": None}, "remind_every": 60.0},
        ),
    ],
)
def test_a_running_job_is_controlled(run, server, job, arguments, method, path, sent):
    address = f"/api/jobs/{job['id']}{path}"
    server.answers[method, address] = 200, job
    command, *rest = arguments
    assert run("watch", command, job["id"], *rest, "--json").json == job
    assert server.asked == [(method, address, sent)]


@pytest.mark.parametrize("arguments", [("show", "nope"), ("show", "nope", "--json")])
def test_what_the_server_refuses_is_told_in_its_words(run, server, arguments):
    server.answers["GET", "/api/jobs/nope"] = 404, REFUSAL
    refused = run("watch", *arguments)
    assert (refused.exit_code, refused.out) == (Exit.REFUSED, "")
    assert refused.err == "there is no job 'nope'\n"


def test_every_field_that_is_wrong_is_told(run, server):
    problem = document(422, "unknown_camera", "two things")
    problem["errors"] = [
        {"field": "camera", "message": "no such"},
        {"field": "duration", "message": "too long"},
    ]
    server.answers["POST", "/api/jobs"] = 422, problem
    refused = run("watch", "start", "x", "--camera", "nope")
    assert refused.exit_code == Exit.REFUSED
    assert refused.err == "camera: no such\nduration: too long\n"


@pytest.mark.parametrize("answer", [(500, REFUSAL), (200, b"<html>not ours</html>"), (502, b"bad gateway")])
def test_a_server_that_is_broken_or_not_ours_counts_as_unreachable(run, server, answer):
    server.answers["GET", JOBS] = answer
    failed = run("watch", "list")
    assert (failed.exit_code, failed.out) == (Exit.UNREACHABLE, "")


def test_where_nobody_answers_the_address_is_named(run, nobody):
    failed = run("watch", "list", "--url", nobody)
    assert failed.exit_code == Exit.UNREACHABLE
    assert nobody in failed.err


def test_the_option_wins_over_the_environment(run, server, nobody):
    assert run("watch", "list", "--url", nobody).exit_code == Exit.UNREACHABLE
    assert server.asked == []


def test_the_key_comes_from_the_environment_and_is_not_printed(run, server, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_API_KEY", "the-key-of-the-house")
    server.answers["GET", JOBS] = 401, document(401, "unauthorized", "That is not the API key.")
    refused = run("watch", "list")
    assert server.keys == ["Bearer the-key-of-the-house"]
    assert refused.exit_code == Exit.REFUSED
    assert "the-key-of-the-house" not in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("start",),
        ("start", "x"),
        ("show",),
        ("stop",),
        ("snooze", "id"),
        ("change", "id"),
        ("change", "id", "--schedule", "at night"),
        ("change", "id", "--limit", "looks_per_hour"),
        ("nope",),
        ("list", "--nope"),
    ],
)
def test_a_command_that_is_wrong_is_a_matter_of_usage(run, arguments):
    assert run("watch", *arguments).exit_code == Exit.USAGE

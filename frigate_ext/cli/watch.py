"""`frigate-ext watch ...`: the watch jobs of a running instance."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from frigate_ext.cli.client import Client
from frigate_ext.cli.options import HERE, AsJson, Url, connect
from frigate_ext.cli.screen import local_time, output, print_json, print_table
from frigate_ext.cli.wishes import (
    Cooldown,
    Duration,
    Labels,
    Language,
    Limits,
    Name,
    RemindEvery,
    Schedule,
    Timezone,
    Zones,
    wished,
)

app = typer.Typer(help="Start, list, change and stop watch jobs of a running instance.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id, see `watch list`.")]


@app.command()
def start(
    condition: Annotated[str, typer.Argument(help='What to watch for: "a person at the door".')],
    camera: Annotated[str, typer.Option(help="Which camera.")],
    label: Labels = None,
    zone: Zones = None,
    duration: Duration = None,
    name: Name = None,
    standing: Annotated[bool, typer.Option(help="Go on after the first alert.")] = False,
    cooldown: Cooldown = None,
    remind_every: RemindEvery = None,
    schedule: Schedule = None,
    timezone: Timezone = None,
    limit: Limits = None,
    language: Language = None,
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Start a watch job."""
    body = wished(
        camera=camera,
        condition=condition,
        labels=label or [],
        zones=zone or [],
        mode="standing" if standing else "once",
        duration=duration,
        name=name,
        cooldown=cooldown,
        remind_every=remind_every,
        schedule=schedule,
        timezone=timezone,
        limits=limit,
        language=language,
    )
    _print_job(connect(url).call("POST", "/api/jobs", json=body), json)


@app.command("list")
def list_(url: Url = HERE, json: AsJson = False) -> None:
    """List watch jobs, newest first."""
    jobs = _all_jobs(connect(url))
    if json:
        print_json(jobs)
        return
    columns = ["id", "camera", "condition", "state", "phase", "looks", "alerts", "started"]
    rows = [[job.get(column) for column in columns[:-1]] + [local_time(job["started_at"])] for job in jobs]
    print_table(columns, rows)


@app.command()
def show(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Show one watch job."""
    _print_job(connect(url).call("GET", _path(job_id)), json)


@app.command()
def stop(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Stop a watch job."""
    _print_job(connect(url).call("POST", _path(job_id, "stop")), json)


@app.command()
def change(
    job_id: JobId,
    condition: Annotated[str | None, typer.Option(help="Another question.")] = None,
    label: Labels = None,
    zone: Zones = None,
    duration: Duration = None,
    cooldown: Cooldown = None,
    remind_every: RemindEvery = None,
    name: Name = None,
    schedule: Schedule = None,
    timezone: Timezone = None,
    limit: Limits = None,
    language: Language = None,
    default: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Put a default back: labels, zones, schedule ...; may repeat."),
    ] = None,
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Change a watch job; what is not given stays."""
    body = dict.fromkeys(default or []) | wished(
        condition=condition,
        labels=label or None,
        zones=zone or None,
        duration=duration,
        cooldown=cooldown,
        remind_every=remind_every,
        name=name,
        schedule=schedule,
        timezone=timezone,
        limits=limit,
        language=language,
    )
    if not body:
        raise typer.BadParameter("say what to change, see --help")
    _print_job(connect(url).call("PATCH", _path(job_id), json=body), json)


@app.command()
def pause(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Look at nothing until resumed."""
    _print_job(connect(url).call("POST", _path(job_id, "pause")), json)


@app.command()
def resume(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """End a pause or a snooze."""
    _print_job(connect(url).call("POST", _path(job_id, "resume")), json)


@app.command()
def snooze(
    job_id: JobId,
    seconds: Annotated[float, typer.Argument(help="For how long.")],
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Look at nothing for a while."""
    _print_job(connect(url).call("POST", _path(job_id, "snooze"), json={"seconds": seconds}), json)


@app.command()
def look(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Have a watch job look now."""
    _print_job(connect(url).call("POST", _path(job_id, "look")), json)


def _path(job_id: str, *action: str) -> str:
    return "/".join(("/api/jobs", quote(job_id, safe=""), *action))


def _all_jobs(client: Client) -> list[dict[str, Any]]:
    jobs, page = [], client.call("GET", "/api/jobs?limit=1000")
    while True:
        jobs += page["items"]
        if page["next"] is None:
            return jobs
        page = client.call("GET", "/api/jobs", params={"limit": 1000, "cursor": page["next"]})


def _print_job(job: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(job)
        return
    verdict = job["last_verdict"] or {}
    shown = {
        key: job[key]
        for key in ("id", "name", "camera", "condition", "mode", "state", "phase", "looks", "alerts")
    }
    shown |= {"labels": ", ".join(job["labels"]), "zones": ", ".join(job["zones"])}
    shown |= {"schedule": _schedule(job), "limits": _limits(job)}
    shown |= {
        "snoozed until": local_time(job.get("snoozed_until")),
        "started": local_time(job["started_at"]),
        "ended": local_time(job["ended_at"]),
        "last alert": local_time(job.get("last_alert_at")),
        "error": job["error"],
    }
    if verdict:
        shown["last verdict"] = f"{verdict['verdict']} ({verdict['judged_by']}): {verdict['reasoning']}"
    for key, value in shown.items():
        if value not in (None, ""):
            output.print(f"{key:13}{value}", markup=False, highlight=False)


def _schedule(job: dict[str, Any]) -> str:
    windows = [
        f"{','.join(window['days'])} {window['from']}-{window['to']}" for window in job.get("schedule") or []
    ]
    return " ".join(filter(None, ["; ".join(windows), job.get("timezone") if windows else ""]))


def _limits(job: dict[str, Any]) -> str:
    given = (job.get("limits") or {}).items()
    return ", ".join(f"{name}={value}" for name, value in given if value is not None)

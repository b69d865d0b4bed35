"""`frigate-ext watch ...`: the watch jobs of a running instance."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from frigate_ext.cli.client import Client
from frigate_ext.cli.options import HERE, AsJson, Url, connect
from frigate_ext.cli.screen import local_time, output, print_json, print_table

app = typer.Typer(help="Start, list, change and stop watch jobs of a running instance.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id, see `watch list`.")]


@app.command()
def start(
    condition: Annotated[str, typer.Argument(help='What to watch for: "a person at the door".')],
    camera: Annotated[str, typer.Option(help="Which camera.")],
    label: Annotated[list[str] | None, typer.Option(help="Only these labels wake it; may repeat.")] = None,
    zone: Annotated[list[str] | None, typer.Option(help="Only in these zones; may repeat.")] = None,
    duration: Annotated[float | None, typer.Option(help="Seconds until it expires.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    standing: Annotated[bool, typer.Option(help="Go on after the first alert.")] = False,
    remind_every: Annotated[float | None, typer.Option(help="Repeat the alert, in seconds.")] = None,
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Start a watch job."""
    body: dict[str, Any] = {
        "camera": camera,
        "condition": condition,
        "labels": label or [],
        "zones": zone or [],
    }
    body["mode"] = "standing" if standing else "once"
    body |= _given(duration=duration, name=name, remind_every=remind_every)
    job = connect(url).call("POST", "/api/jobs", json=body)
    _print_job(job, json)


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
    _print_job(connect(url).call("GET", f"/api/jobs/{job_id}"), json)


@app.command()
def stop(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Stop a watch job."""
    _print_job(connect(url).call("POST", f"/api/jobs/{job_id}/stop"), json)


@app.command()
def change(
    job_id: JobId,
    condition: Annotated[str | None, typer.Option(help="Another question.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="Only these labels wake it; may repeat.")] = None,
    zone: Annotated[list[str] | None, typer.Option(help="Only in these zones; may repeat.")] = None,
    duration: Annotated[float | None, typer.Option(help="Seconds from its start until it expires.")] = None,
    cooldown: Annotated[float | None, typer.Option(help="Seconds between two alerts.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Change a watch job; what is not given stays."""
    body = _given(condition=condition, duration=duration, cooldown=cooldown, name=name)
    body |= _given(labels=label or None, zones=zone or None)
    if not body:
        raise typer.BadParameter("say what to change, see --help")
    _print_job(connect(url).call("PATCH", f"/api/jobs/{job_id}", json=body), json)


@app.command()
def pause(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Look at nothing until resumed."""
    _print_job(connect(url).call("POST", f"/api/jobs/{job_id}/pause"), json)


@app.command()
def resume(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """End a pause or a snooze."""
    _print_job(connect(url).call("POST", f"/api/jobs/{job_id}/resume"), json)


@app.command()
def snooze(
    job_id: JobId,
    seconds: Annotated[float, typer.Argument(help="For how long.")],
    url: Url = HERE,
    json: AsJson = False,
) -> None:
    """Look at nothing for a while."""
    _print_job(connect(url).call("POST", f"/api/jobs/{job_id}/snooze", json={"seconds": seconds}), json)


@app.command()
def look(job_id: JobId, url: Url = HERE, json: AsJson = False) -> None:
    """Have a watch job look now."""
    _print_job(connect(url).call("POST", f"/api/jobs/{job_id}/look"), json)


def _given(**options: Any) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


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

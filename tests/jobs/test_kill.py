"""Kill -9 at any instant: no job is lost, nothing decided twice, every alert told."""

import random
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from frigate_ext.domain.look import LookState
from frigate_ext.domain.watch import JobState
from frigate_ext.outbox import Outbox
from frigate_ext.store import Store
from jobs import intent
from tests.jobs.doomed import JOBS, _Lines, _Notifier

ROOT = Path(__file__).parents[2]
KILLS = 10


def live_for(folder, seconds):
    """One life of the program, from its first message on; killed in the middle of whatever it did."""
    command = [sys.executable, "-m", "tests.jobs.doomed", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"living\n"
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it died by itself: {process.wait(seconds)}")
        process.kill()


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


@dataclass
class Found:
    """What a killed program has left."""

    jobs: dict
    looks: list
    alerts: list
    unanswered: dict
    """Picture by condition: what is to be asked again."""

    @classmethod
    def in_folder(cls, folder):
        store = Store.open(folder)
        jobs = {job.id: job for job in store.jobs.list(limit=1000).items}
        looks = [look for job_id in jobs for look in every(store.looks.of_job, job_id)]
        wishes = {job.watch.condition: store.looks.unanswered(job.id) for job in jobs.values()}
        alerts = every(lambda limit, before: store.alerts.list(limit=limit, before=before))
        found = cls(jobs, looks, alerts, {name: read(wish) for name, wish in wishes.items() if wish})
        store.close()
        return found


def every(pages, *args):
    items, cursor, more = [], None, True
    while more:
        page = pages(*args, 1000, cursor)
        items, cursor = [*items, *page.items], page.next
        more = cursor is not None
    return items


def read(unanswered):
    return intent.read(unanswered).images[-1].jpeg.decode()


@pytest.mark.slow
def test_ten_kills_at_random_instants_lose_nothing_and_decide_nothing_twice(tmp_path):
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    instants = random.Random(seed)
    due, alerts, asked_again = {}, set(), 0
    for _ in range(KILLS):
        asked_before = len(lines(tmp_path / "asked"))
        live_for(tmp_path, instants.uniform(0.05, 0.5))
        found = Found.in_folder(tmp_path)
        asked = set(lines(tmp_path / "asked")[asked_before:])
        missed = {name for name, jpeg in due.items() if f"{name} {jpeg}" not in asked}
        asked_again += len(due) - len(missed)
        assert {found.unanswered.get(name) for name in missed} == {due[name] for name in missed}
        assert [job.state for job in found.jobs.values()] == [JobState.RUNNING] * JOBS
        assert alerts <= {alert.id for alert in found.alerts}
        due, alerts = found.unanswered, {alert.id for alert in found.alerts}

    decided = Counter(
        (look.job_id, look.episode)
        for look in found.looks
        if look.state is LookState.DONE and look.episode is not None
    )
    assert max(decided.values()) == 1
    by_id = {look.id: look for look in found.looks}
    told_of = Counter((alert.job_id, by_id[alert.look_id].episode or alert.id) for alert in found.alerts)
    assert max(told_of.values()) == 1
    doubted = {look.id for look in found.looks if look.state is LookState.DOUBTED}
    assert doubted
    assert not doubted & {alert.look_id for alert in found.alerts}
    for job in found.jobs.values():
        assert job.alerts == sum(alert.job_id == job.id for alert in found.alerts)
    assert delivered(tmp_path) == alerts
    sys.stdout.write(f"{len(found.looks)} looks, {len(alerts)} alerts, {asked_again} asked again\n")
    assert alerts
    assert asked_again


def delivered(folder):
    """Everybody who was ever told, once the outbox has had its time."""
    store = Store.open(folder)
    outbox = Outbox(store, {"file": _Notifier(_Lines(folder / "told"))})
    (lane,) = outbox._lanes
    lane.deliver_due()
    assert store.deliveries.pending() == 0
    store.close()
    return set(lines(folder / "told"))

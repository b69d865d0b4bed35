from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from frigate_ext.bus.schema import CameraStats, CameraUpdate
from frigate_ext.domain.camera import CameraState, SkipReason
from frigate_ext.domain.look import Look, LookReason, LookState
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.processes import Usage
from frigate_ext.stats import Figures, Tally, Totals, exposition


def look(provider, answer=None, latency=None, tokens=None):
    verdict = answer and Verdict(
        answer=answer, confidence=0.9, reasoning="a secret", frame_time=1.0, judged_by=provider
    )
    return Look(
        id=1,
        job_id="job-1",
        reason=LookReason.INITIAL,
        state=LookState.DONE if verdict else LookState.FAILED,
        started_at=0.0,
        provider=provider,
        verdict=verdict,
        latency=latency,
        tokens=tokens,
    )


@pytest.fixture
def page():
    tally = Tally()
    for latency in (0.04, 0.3, 100.0):
        tally.look_finished(look("local", Answer.MET, latency, tokens=100))
    tally.look_finished(look("local"))
    skips = {SkipReason.IDLE: 70, SkipReason.QUIET: 0, SkipReason.LATE: 2}
    stats = CameraStats(camera_fps=5.0, process_fps=4.8, frames=100, skipped=2, skips=skips)
    porch = CameraUpdate(camera="porch", epoch=1, seq=1, time=1.0, state=CameraState.ONLINE, stats=stats)
    return exposition(
        Figures(
            version='1.0 "beta"\n',
            uptime=60.0,
            totals=Totals(frames=100, tracked_objects=1, looks=4, alerts=1, bus_lost=3, errors=0),
            tallied=tally.view(),
            cameras={"porch": porch, "yard": None},
            jobs=[],
            deliveries={"mqtt": Counter(delivered=1)},
            waiting={"mqtt": 0},
            parts={"bus": PartHealth(PartState.OK, "a detail")},
            processes={"main": Usage(1.0, 2.0, 33.5, 1 << 20, 0.1, 12)},
            store_bytes=4096,
            bus_messages=1000,
            detection_restarts={"detection": 0},
            overload={"detection": 0},
            main_streams_away={"porch": True},
            full_pictures={"kept": 2, "missing": 1},
        )
    )


def value(page, sample):
    (line,) = [line for line in page.splitlines() if line.rsplit(" ", 1)[0] == f"frigate_ext_{sample}"]
    return float(line.rsplit(" ", 1)[1])


def test_prometheus_own_parser_reads_every_line_and_every_family_is_typed_once(page):
    families = list(text_string_to_metric_families(page))
    assert sum(len(family.samples) for family in families) == len(
        [line for line in page.splitlines() if not line.startswith("#")]
    )
    assert {family.type for family in families} == {"counter", "gauge", "histogram"}
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    assert all(name.startswith("frigate_ext_") for name in names)


@pytest.mark.parametrize(
    "sample, expected",
    [
        ('process_fps{camera="porch"}', 4.8),
        ('camera_state{camera="porch",state="online"}', 1),
        ('camera_state{camera="yard",state="starting"}', 1),
        ('frames_left_out_total{camera="porch",reason="idle"}', 70),
        ('looks_total{provider="local",answer="met"}', 3),
        ('looks_total{provider="local",answer="failed"}', 1),
        ('tokens_total{provider="local"}', 300),
        ('judge_seconds_bucket{provider="local",le="0.05"}', 1),
        ('judge_seconds_bucket{provider="local",le="0.5"}', 2),
        ('judge_seconds_bucket{provider="local",le="+Inf"}', 3),
        ('judge_seconds_count{provider="local"}', 3),
        ('judge_seconds_sum{provider="local"}', 100.34),
        ('deliveries_total{notifier="mqtt",outcome="delivered"}', 1),
        ("bus_lost_total{}", 3),
        ('part_state{part="bus",state="ok"}', 1),
        ('cpu_seconds_total{process="main"}', 33.5),
        ('threads{process="main"}', 12),
    ],
)
def test_numbers_stand_where_they_are_looked_for(page, sample, expected):
    assert value(page, sample) == expected


def test_labels_hold_neither_ids_nor_what_models_and_cameras_say(page):
    assert "job-1" not in page
    assert "secret" not in page
    assert "a detail" not in page


def test_what_a_label_may_not_hold_is_escaped(page):
    assert 'frigate_ext_info{version="1.0 \\"beta\\"\\n"} 1' in page
    (info,) = [f for f in text_string_to_metric_families(page) if f.name == "frigate_ext_info"]
    assert info.samples[0].labels == {"version": '1.0 "beta"\n'}


def test_it_says_which_main_streams_are_away_and_how_many_alerts_have_full_pictures(page):
    assert value(page, 'main_stream_away{camera="porch"}') == 1
    assert value(page, 'full_pictures_total{outcome="kept"}') == 2
    assert value(page, 'full_pictures_total{outcome="missing"}') == 1

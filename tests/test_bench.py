"""The parts of the bench that decide and show; how fast things are is never a unit test."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench import clock, scenes
from bench.__main__ import BENCHMARKS
from bench.bus_load import Tally
from bench.clock import Race
from bench.record import Record, Target, spread, timing
from bench.record import count as counted
from bench.report import figures, with_figures
from bench.results import Results
from bench.table import cells, in_markdown
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState

QUIET, NOISY = [9.9, 10.0, 10.0, 10.1], [5.0, 8.0, 12.0, 20.0]


@pytest.mark.parametrize(
    "target, value, met",
    [(Target(5), 5, True), (Target(5), 4.9, False), (Target(0, at_most=True), 0, True)],
)
def test_a_target_is_met_up_to_its_limit(target, value, met):
    assert target.met_by(value) is met


@pytest.mark.parametrize(
    "target, repetitions, holds",
    [(Target(5), QUIET, True), (Target(20), QUIET, False), (Target(5), NOISY, None), (None, QUIET, None)],
)
def test_a_timing_is_judged_only_by_a_target_and_in_a_quiet_run(target, repetitions, holds):
    assert timing("speedup", 10.0, "x", "that", target, repetitions=repetitions).holds is holds


def test_too_few_repetitions_say_nothing():
    assert timing("speedup", 10.0, "x", "that", Target(5), repetitions=[10.0, 10.0, 10.0]).holds is None


def test_a_count_is_judged_however_busy_the_machine_was():
    assert counted("lost", 1, "messages", "that", Target(0, at_most=True)).holds is False


def test_the_spread_is_the_distance_of_the_quartiles_relative_to_the_median():
    assert spread([8.0, 9.0, 10.0, 11.0, 12.0]) == pytest.approx(0.2)


def test_a_race_compares_medians_without_the_warm_up_and_per_frame(monkeypatch):
    ticks = iter([0, 100, 100, 200, 200, 202, 202, 222])  # warm-up: 100 and 100; then 2 and 20
    monkeypatch.setattr(clock.time, "perf_counter", lambda: next(ticks))
    result = clock.race([(int, int), (int, int)], per_turn=2)
    assert (result.ours, result.theirs, result.speedup) == ([1.0], [10.0], 10.0)


def test_the_two_sides_of_a_race_take_turns():
    order = []
    clock.race([(lambda: order.append("a"), lambda: order.append("b"))] * 3)
    assert order == ["a", "b"] * 3


def test_speedups_are_those_of_neighbours_in_time():
    assert Race(ours=[1.0, 2.0], theirs=[4.0, 4.0]).speedups == [4.0, 2.0]


RECORD = Record(
    name="tracker_speedup", value=24.0, unit="x", compared_with="norfair", target=">= 10", holds=True
)
MACHINE = {
    "cpu": "A CPU",
    "cores": 2,
    "flags": ["avx2"],
    "memory_gb": 8,
    "system": "Linux",
    "python": "3.11.7",
    "versions": {"numpy": "2.4"},
    "environment": {},
    "load_before": 0.1,
}


def test_results_are_written_as_documented_and_read_back(tmp_path):
    results = Results(MACHINE, [RECORD])
    results.write(tmp_path / "results.json")
    document = json.loads((tmp_path / "results.json").read_text())
    assert list(document) == ["schema", "machine", "records"]
    assert document["schema"] == 1
    assert list(document["records"][0]) == ["name", "value", "unit", "compared_with", "target", "holds"]
    assert Results.read(tmp_path / "results.json") == results


def test_a_run_of_some_records_leaves_the_others_as_they_were(tmp_path):
    path, other = tmp_path / "results.json", replace(RECORD, name="other")
    Results(MACHINE, [RECORD, other]).write_over(path)
    again = replace(RECORD, value=25.0)
    Results(MACHINE, [again]).write_over(path)
    assert Results.read(path).records == [again, other]


def test_results_of_another_schema_are_refused(tmp_path):
    (tmp_path / "results.json").write_text('{"schema": 2, "machine": {}, "records": []}')
    with pytest.raises(ValueError, match="schema 2"):
        Results.read(tmp_path / "results.json")


@pytest.mark.parametrize(
    "target, holds, shown",
    [
        (">= 10", True, "yes"),
        (">= 10", False, "NO"),
        (">= 10", None, "too noisy to say"),
        (None, None, ""),
    ],
)
def test_the_table_says_in_words_whether_a_target_holds(target, holds, shown):
    record = Record(name="r", value=1.0, unit="x", compared_with="that", target=target, holds=holds)
    assert cells(record)[3] == shown


def test_the_markdown_table_has_a_line_for_each_record():
    assert in_markdown([RECORD]).splitlines()[2] == "| tracker_speedup | 24 x | >= 10 | yes | norfair |"


def test_the_report_shows_the_figures_and_what_they_were_measured_on():
    text = figures(Results(MACHINE, [RECORD]))
    assert "| tracker_speedup | 24 x |" in text
    assert "2 cores of A CPU (avx2)" in text


def test_the_figures_replace_those_between_the_marks_and_nothing_else():
    page = (Path(__file__).parents[1] / "docs" / "performance.md").read_text()
    once = with_figures(page, "old figures")
    assert with_figures(once, "new figures") == once.replace("old figures", "new figures")
    assert with_figures(once, "old figures") == once


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="no place"):
        with_figures("# Performance", "figures")


def test_no_record_is_made_by_two_benchmarks():
    names = [name for records in BENCHMARKS.values() for name in records]
    assert len(names) == len(set(names))


def test_the_tally_counts_what_was_sent_after_the_first_message_and_not_heard():
    tally = Tally()
    for seq in (3, 4, 6):
        tally(CameraUpdate(camera="yard", epoch=1, seq=seq, time=1.0, state=CameraState.ONLINE))
    assert tally.missing({"yard": 8}) == 2  # 5 and 7


def test_a_crowd_is_the_same_each_time_and_about_one_in_twenty_is_missed():
    frames = list(scenes.crowd(50, 40))
    assert frames == list(scenes.crowd(50, 40))
    assert [len(seen) for seen in frames[:5]] == [50] * 5
    assert 0.93 < sum(len(seen) for seen in frames[5:]) / (50 * 35) < 0.97

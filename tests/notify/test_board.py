"""What is still to be said, decided without a broker."""

from dataclasses import replace

import pytest

from frigate_ext.domain.watch import JobState
from frigate_ext.notify.board import MAX_CHANGES, MAX_IMAGES, MAX_JOBS, Board
from frigate_ext.notify.messages import Messages


@pytest.fixture
def board():
    return Board(Messages("fx", 0, "http://x"))


def said(board):
    """Everything there is to say, as (last two words of the topic, payload)."""
    messages = []
    while batch := board.next_messages():
        messages += batch
    return [("/".join(message.topic.split("/")[-2:]), message.payload) for message in messages]


def states(board):
    return [entry for entry in said(board) if entry[0].endswith("/state")]


def test_heard_changes_are_all_told_but_the_retained_state_only_when_it_changes(board, job):
    board.job_changed(job, heard=True)
    board.job_changed(replace(job, looks=1), heard=True)
    assert [topic for topic, _ in said(board)] == ["fx/job_state", "fx/job_state", "job-1/state"]

    board.job_changed(replace(job, looks=2), heard=True)
    assert [topic for topic, _ in said(board)] == ["fx/job_state"]


def test_of_changes_nobody_hears_the_newest_of_each_job_is_kept(board, make_job):
    for looks in range(3):
        for number in (1, 2):
            board.job_changed(make_job(number, looks=looks), heard=False)

    told = [payload for topic, payload in said(board) if topic == "fx/job_state"]

    assert len(told) == 2
    assert all(b'"looks":2' in payload for payload in told)


def test_a_new_connection_is_told_everything_that_is_retained(board, job):
    board.job_changed(job, heard=True)
    board.image_changed(job.id, b"jpeg")
    board.deleted("job-2")
    said(board)

    board.start_over()

    assert sorted(said(board)) == [
        ("job-1/image", b"jpeg"),
        ("job-1/state", b"running"),
        ("job-2/image", b""),
        ("job-2/state", b""),
    ]


def test_late_news_do_not_bring_a_deleted_job_back(board, job):
    board.job_changed(job, heard=True)
    board.deleted(job.id)
    board.image_changed(job.id, b"jpeg")
    board.job_changed(job, heard=True)

    assert said(board) == [("job-1/state", b""), ("job-1/image", b"")]


def test_a_picture_is_given_up_when_two_connections_in_a_row_ended_over_it(board, job):
    board.image_changed(job.id, b"poison")
    assert not board.image_lost(job.id)
    assert board.image_lost(job.id)

    board.start_over()

    assert said(board) == []


def test_a_confirmed_picture_has_a_clean_record_again(board, job):
    board.image_changed(job.id, b"jpeg")
    board.image_lost(job.id)
    board.image_confirmed(job.id)

    assert not board.image_lost(job.id)


def test_the_board_forgets_ended_jobs_before_others(board, make_job):
    board.job_changed(make_job("running"), heard=False)
    board.job_changed(make_job("ended", state=JobState.MET), heard=False)
    for number in range(MAX_JOBS - 1):
        board.job_changed(make_job(number), heard=False)

    kept = [topic for topic, _ in states(board)]

    assert len(kept) == MAX_JOBS
    assert "job-running/state" in kept
    assert "job-ended/state" not in kept


def test_the_board_holds_so_many_pictures_and_no_more(board):
    for number in range(MAX_IMAGES + 1):
        board.image_changed(f"job-{number}", b"jpeg")

    kept = [topic for topic, _ in said(board)]

    assert len(kept) == MAX_IMAGES
    assert "job-0/image" not in kept


def test_changes_that_pile_up_are_thinned_out(board, job):
    for looks in range(MAX_CHANGES + 10):
        board.job_changed(replace(job, looks=looks), heard=True)

    told = [payload for topic, payload in said(board) if topic == "fx/job_state"]

    assert len(told) <= MAX_CHANGES
    assert f'"looks":{MAX_CHANGES + 9}'.encode() in told[-1]

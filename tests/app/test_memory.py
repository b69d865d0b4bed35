"""What judges know of their past, in a real store."""

import pytest

from frigate_ext.app.memory import StoredMemory
from frigate_ext.retention import DAY
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.store import Store
from genai.budget import Spent
from genai.capabilities import Capabilities, Thinking

FOUND = Capabilities(vision=True, images=4, thinking=Thinking.SWITCHABLE)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


@pytest.fixture
def memory(store, clock):
    return StoredMemory(store, clock)


def test_what_was_found_outlives_the_program(store, memory, tmp_path, clock):
    memory.remember("key", FOUND, clock.wall)
    store.close()
    again = Store.open(tmp_path)
    assert StoredMemory(again, clock).recall("key") == (FOUND, clock.wall)
    assert StoredMemory(again, clock).recall("other") is None
    again.close()


def test_what_another_version_wrote_is_found_out_anew(store, memory):
    store.findings.put("key", '{"thinking": "sometimes"}', 1.0)
    assert memory.recall("key") is None


def test_payments_of_the_last_day_count_against_budgets(memory, clock):
    memory.paid((("cloud", 465),), clock.wall - DAY - 1)
    memory.paid((("cloud", 465), ("local", 0)), clock.wall)
    assert memory.spent() == [
        Spent(at=clock.wall, judged_by="cloud", tokens=465),
        Spent(at=clock.wall, judged_by="local", tokens=0),
    ]

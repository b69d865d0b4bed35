"""Requests made from the API's own description: refused and answered as it says."""

import os

import cv2
import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from frigate_ext.domain.account import Role, User
from frigate_ext.domain.event import Event
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.look import Alert, AlertKind, Look, LookReason, LookState
from frigate_ext.domain.watch import Origin, Watch
from frigate_ext.store import Store
from tests.web.conftest import NOW, an_editor
from web.app import create_app

EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))
"""Requests for each operation, of each kind."""
VERSION = int(NOW * 1000)
KNOWN = {
    "job_id": "job0",
    "alert_id": "a1",
    "event_id": "e1",
    "look_id": 1,
    "camera": "porch",
    "n": 0,
    "username": "Anna",
    "key_id": 1,
    "shape": "steps",
    "version_id": VERSION,
}
JPEG = cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))[1].tobytes()
STREAMS = {"/api/stream", "/api/{camera}/mjpeg", "/api/{camera}"}
"""They have no end, and the last has an address that others have too."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "401", "403", "429", "404", "409", "422", "503"]
            }
        },
    }
)


@pytest.fixture
def schema(house, tmp_path, monkeypatch):
    """The application over a real store that has one of each."""
    house.store = house.account_store = store = Store.open(tmp_path / "data")
    house.editor = editor = an_editor(tmp_path)
    shown = editor.view(0)
    editor.save(0, shown.text or "", shown.etag, "Anna")
    store.users.add(User(0, "Anna", Role.ADMIN, None, 1.0), "no hash")
    watch = Watch(name="w", camera="porch", condition="c")
    job = house.jobs.start_job(watch, Origin.API)
    store.jobs.add(job)
    look = Look(id=0, job_id=job.id, reason=LookReason.INITIAL, state=LookState.PENDING, started_at=1.0)
    store.looks.begin(look, (JPEG,))
    alert = Alert(
        id="a1",
        kind=AlertKind.CONDITION,
        job_id=job.id,
        camera="porch",
        condition="c",
        message="",
        reasoning="",
        time=2.0,
        frame_time=1.0,
        judged_by="detector",
        confidence=1.0,
        evidence=1,
    )
    store.alerts.commit(alert, (JPEG,), job, None, ())
    event = Event(
        id="e1",
        camera="porch",
        label="person",
        start_time=1.0,
        top_score=0.9,
        snapshot_time=1.0,
        snapshot_box=Box(10, 10, 50, 50),
        frame_size=Size(64, 64),
    )
    store.events.save(event, JPEG)
    monkeypatch.setattr(
        house.jobs,
        "list_jobs",
        lambda states, cameras, limit, before, span: store.jobs.list(
            states=states, cameras=cameras, limit=limit, before=before, span=span
        ),
    )
    app = create_app(house.services())
    api = app.test_client().get("/api/openapi.json").json
    for operation in (operation for path in api["paths"].values() for operation in path.values()):
        operation["security"] = []  # nobody is asked for a key here
    schema = schemathesis.openapi.from_dict(api, config=CONFIG)
    schema.app = app
    yield schema
    store.close()


once = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_are_refused_and_answered_as_described(schema, subtests, mode):
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in STREAMS:
            continue
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # any word is a name that may be asked for

        @once
        @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
        def answers(case, known):
            if known and mode is GenerationMode.POSITIVE:
                case.path_parameters = {
                    name: KNOWN.get(name, value) for name, value in (case.path_parameters or {}).items()
                }
            case.call_and_validate()

        with subtests.test(operation.label):
            answers()

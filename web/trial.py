"""Trying a watch before it is started, over HTTP."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from frigate_ext.domain.document import Document, verdict_document
from jobs.request import FIELDS, build_watch
from web.bodies import WatchBody
from web.body import only
from web.context import services, visible_cameras
from web.declare import Body, Group
from web.documents.jobs import TrialDocument
from web.permissions import RULES_CAMERAS

routes = Group("trial", "/api/watches", tag="jobs")


@routes.route(
    "POST",
    "/try",
    access=RULES_CAMERAS,
    body=Body(WatchBody, checked=False),
    reply=TrialDocument,
    conflicts=("too_many_trials",),
)
def attempt(body: dict[str, Any]) -> Document:
    """Ask about the newest frame, without starting a job.

    Waits for the judge. It costs what a look costs, and is counted in the provider's budgets.
    """
    trial = services().jobs.try_watch(build_watch(visible_cameras(), **only(body, FIELDS)))
    judgement = trial.judgement
    return {
        "verdict": verdict_document(judgement.verdict),
        "model": judgement.model,
        "latency": judgement.latency,
        "tokens": judgement.tokens,
        "pictures": [b64encode(image.jpeg).decode() for image in trial.images],
    }

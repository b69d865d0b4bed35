"""What a person does to running jobs, across a kill -9."""

import pytest

from tests.e2e.waiting import until

pytestmark = pytest.mark.slow


def test_what_was_changed_paused_and_snoozed_outlives_a_kill(product, model):
    first = product.watch("somebody is there", mode="standing")["id"]
    second = product.watch("somebody stays", mode="standing")["id"]
    for condition in ("somebody is there", "somebody stays"):
        model.wait_for(condition)
    assert product.post(f"/api/jobs/{first}/pause")["state"] == "paused"
    changed = product.request("PATCH", f"/api/jobs/{first}", json={"condition": "somebody hides"})
    assert changed.json()["condition"] == "somebody hides"
    wakes_at = product.post(f"/api/jobs/{second}/snooze", {"seconds": 600})["snoozed_until"]
    product.kill()

    product.start()
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    product.wait_for_job(second, phase="snoozed", snoozed_until=wakes_at)
    paused = product.job(first)
    assert (paused["state"], paused["condition"]) == ("paused", "somebody hides")
    assert product.get("/api/jobs?state=paused")["items"] == [paused]

    product.post(f"/api/jobs/{first}/resume")
    model.wait_for("somebody hides")
    assert product.request("POST", f"/api/jobs/{second}/look").status_code == 409
    product.post(f"/api/jobs/{second}/resume")
    assert product.request("POST", f"/api/jobs/{second}/look").status_code == 202
    until(lambda: "requested" in {look["reason"] for look in product.looks(second)}, 10, "the look")
    assert product.post(f"/api/jobs/{first}/stop")["state"] == "cancelled"

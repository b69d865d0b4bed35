import pytest

from frigate_ext.domain.claim import Claim
from frigate_ext.errors import InvalidRequestError, StoreError
from frigate_ext.store import Store, claims

CLAIM = Claim(b"key", b"digest")
DAY = 86400.0


def test_a_claim_outlives_the_process_for_a_day(store, make_job, tmp_path):
    job = make_job()
    store.jobs.add(job, CLAIM)
    store.close()
    again = Store.open(tmp_path / "data")

    assert again.jobs.claimed(CLAIM, job.created_at + DAY - 1) == job.id
    assert again.jobs.claimed(CLAIM, job.created_at + DAY) is None
    assert again.jobs.claimed(Claim(b"other", b"digest"), job.created_at) is None
    again.close()


def test_another_request_with_the_same_key_is_refused(store, make_job):
    store.jobs.add(make_job(), CLAIM)

    with pytest.raises(InvalidRequestError) as refused:
        store.jobs.claimed(Claim(b"key", b"else"), make_job().created_at)
    assert refused.value.code == "idempotency_key_reused"


def test_a_claim_is_committed_together_with_its_job_or_not_at_all(store, make_job):
    store.jobs.add(make_job(), CLAIM)

    with pytest.raises(StoreError):
        store.jobs.add(make_job(2), CLAIM)
    assert store.jobs.get("job-2") is None


def test_the_newest_claims_are_kept(store, make_job, monkeypatch):
    monkeypatch.setattr(claims, "MAX_CLAIMS", 2)
    for number in (1, 2, 3):
        store.jobs.add(make_job(number, created_at=1000.0 + number), Claim(b"%d" % number, b""))

    found = [store.jobs.claimed(Claim(b"%d" % number, b""), 1004.0) for number in (1, 2, 3)]
    assert found == [None, "job-2", "job-3"]


def test_a_job_that_is_deleted_takes_its_claim_with_it(store, make_job):
    store.jobs.add(make_job(), CLAIM)
    store.jobs.delete("job-1")

    assert store.jobs.claimed(CLAIM, 1000.0) is None

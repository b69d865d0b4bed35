from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.jobs import FIELDS

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from([*FIELDS, "max_duration_minutes"])
likely = st.sampled_from(["porch", "steps", "person", "once", "standing", "mon", "10:00", 60, 0, -1, 1e308])
bodies = st.dictionaries(fields | st.text(max_size=8), json_values | likely | st.lists(likely), max_size=8)
fuzzed = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@fuzzed
@given(body=bodies)
def test_no_json_body_is_answered_with_a_server_error(client, body):
    for path in ("/api/jobs", "/api/vlm/monitor"):
        for asked in (body, {"camera": "porch", "condition": "a person"} | body):
            assert client.post(path, json=asked).status_code in {201, 404, 409, 422}


@fuzzed
@given(body=st.binary(max_size=200))
def test_no_bytes_are_answered_with_a_server_error(client, body):
    for path in ("/api/jobs", "/api/vlm/monitor"):
        assert client.post(path, data=body, content_type="application/json").status_code in {400, 422}


@fuzzed
@given(path=st.text(max_size=30), query=st.text(max_size=30))
def test_no_address_is_answered_with_a_server_error(client, path, query):
    for base in ("/", "/api/", "/api/jobs/", "/api/alerts/a/evidence/", "/static/"):
        asked = {"limit": query, "cursor": "0", "height": query}
        with client.get(base + quote(path, safe=""), query_string=asked) as reply:
            assert reply.status_code < 500

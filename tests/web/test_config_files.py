"""The configuration's files over HTTP."""

import pytest

from tests.web.conftest import CONFIG, an_editor

SHOWN = CONFIG.replace("s3cret", "•••1•••")


@pytest.fixture
def path(house, tmp_path):
    house.editor = an_editor(tmp_path)
    return tmp_path / "config.yml"


@pytest.fixture
def client(house, path):
    return house.client()


def put(client, text, etag=None):
    etag = etag or client.get("/api/config/raw").json["etag"]
    return client.put("/api/config/raw", json={"text": text, "etag": etag})


def test_a_file_is_shown_without_its_secrets_and_never_kept_by_browsers(client, path):
    reply = client.get("/api/config/raw")
    assert reply.json["text"] == SHOWN
    assert reply.json["files"] == [str(path)]
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["ETag"] == f'"{reply.json["etag"]}"'


def test_a_text_is_saved_with_its_secrets(client, path):
    reply = put(client, SHOWN.replace("# mine", "# ours"))
    assert reply.status_code == 200
    assert path.read_text() == CONFIG.replace("# mine", "# ours")
    assert reply.json["etag"] == client.get("/api/config/raw").json["etag"]
    assert "s3cret" not in reply.text


def test_mistakes_are_refused_all_at_once_by_line_and_column(client, path):
    reply = put(client, SHOWN.replace("roles", "role") + "mqt: {}\n")
    assert (reply.status_code, reply.json["code"]) == (422, "config_refused")
    places = [(error["line"], error["column"]) for error in reply.json["errors"]]
    assert (11, 1) in places
    assert (7, 11) in places
    assert path.read_text() == CONFIG


def test_what_changed_meanwhile_is_a_conflict(client, path):
    reply = put(client, SHOWN, etag="another")
    assert (reply.status_code, reply.json["code"]) == (409, "changed_meanwhile")


def test_a_check_changes_nothing_and_tells_what_saving_would(client, path):
    body = {"text": SHOWN.replace("# mine", "# ours"), "etag": client.get("/api/config/raw").json["etag"]}
    reply = client.post("/api/config/check", json=body)
    assert "-# mine\n+# ours" in reply.json["diff"]
    assert reply.json["outcome"]["problems"] == []
    body["text"] += "mqt: {}\n"
    (problem,) = client.post("/api/config/check", json=body).json["outcome"]["problems"]
    assert (problem["line"], problem["column"]) == (11, 1)
    assert "mqtt" in problem["message"]
    assert path.read_text() == CONFIG


def test_versions_are_listed_shown_and_restored(client, path):
    put(client, SHOWN.replace("# mine", "# ours"))
    ours, mine = client.get("/api/config/versions").json["items"]
    assert (ours["who"], ours["current"], mine["who"], mine["current"]) == ("anonymous", True, "", False)
    one = client.get(f"/api/config/versions/{mine['id']}")
    assert one.json["text"] == SHOWN
    assert "-# ours\n+# mine" in one.json["diff"]
    etag = client.get("/api/config/raw").json["etag"]
    reply = client.post(f"/api/config/versions/{mine['id']}/restore", json={"etag": etag})
    assert reply.json["text"] == SHOWN
    assert path.read_text() == CONFIG


def test_what_is_not_there_is_not_found(client, house):
    assert client.get("/api/config/raw?file=1").status_code == 404
    assert client.get("/api/config/versions/5").status_code == 404
    house.editor = None
    assert house.client().get("/api/config/raw").json["code"] == "no_files"


def test_a_file_may_be_longer_than_other_bodies(client, path):
    assert put(client, SHOWN + "# more\n" * 20_000).status_code == 200
    assert put(client, SHOWN + "#" * 400_000).status_code == 413

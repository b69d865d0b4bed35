"""`frigate-ext judges` against a server."""

import pytest

from frigate_ext.cli.exits import Exit


def ability(name, answer="unknown", value=None, learned=None, at=None):
    return {"name": name, "answer": answer, "value": value, "learned": learned, "at": at}


JUDGES = [
    {
        "name": "eyes",
        "state": "ok",
        "detail": "takes up to 4 pictures",
        "abilities": [
            ability("vision", "yes", None, "told"),
            ability("images", "yes", 4, "tried", 1_700_000_000.0),
            ability("schema"),
            ability("thinking", "no", "never", "answers"),
        ],
        "served": [],
    },
    {"name": "detector", "state": "ok", "detail": "", "abilities": [], "served": []},
]


@pytest.fixture(autouse=True)
def house(monkeypatch, server):
    monkeypatch.setenv("COLUMNS", "200")
    server.answers["GET", "/api/system"] = 200, {"judges": JUDGES}


def test_each_ability_is_shown_with_how_it_is_known(run):
    shown = run("judges")
    rows = [line.split() for line in shown.out.splitlines() if line.startswith("eyes")]
    assert shown.exit_code == Exit.OK
    assert rows[1] == ["eyes", "vision", "yes", "told", "by", "its", "server"]
    assert rows[2][:6] == ["eyes", "images", "yes", "4", "tried", "out"]
    assert rows[3] == ["eyes", "schema", "not", "known", "yet"]
    assert rows[4] == ["eyes", "thinking", "no", "never", "shown", "by", "its", "answers"]
    assert "detector" in shown.out


def test_programs_get_it_as_json(run):
    assert run("judges", "--json").json == JUDGES

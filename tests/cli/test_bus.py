"""`frigate-ext bus keys`: what it prints is a configuration; and where `frigate-ext detect` finds the bus."""

import pytest

from frigate_ext.bus.keys import read_node_keys, read_server_keys
from frigate_ext.cli.exits import Exit
from tests.config.conftest import CAMERA


def test_what_is_printed_joins_a_configuration_and_matches_the_files(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = run("bus", "keys", "garage", "attic", "--folder", str(tmp_path / "keys"))
    assert made.exit_code == Exit.OK
    (tmp_path / "a.yml").write_text(CAMERA + "frigate_ext: {bus: {remote: 'tcp://127.0.0.1:5570'}}\n")
    (tmp_path / "b.yml").write_text(made.out)
    assert run("check-config", "-c", "a.yml", "-c", "b.yml").exit_code == Exit.OK

    server, garage = (
        read_server_keys(tmp_path / "keys/server.key"),
        read_node_keys(tmp_path / "keys/garage.key"),
    )
    assert garage.server == server.public
    assert garage.public in made.out
    assert garage.secret not in made.out


def test_a_second_call_keeps_the_servers_key_and_never_replaces_a_nodes(run, tmp_path):
    folder = tmp_path / "keys"
    run("bus", "keys", "garage", "--folder", str(folder))
    server = read_server_keys(folder / "server.key")
    assert run("bus", "keys", "attic", "--folder", str(folder)).exit_code == Exit.OK
    assert read_node_keys(folder / "attic.key").server == server.public
    assert run("bus", "keys", "garage", "--folder", str(folder)).exit_code == Exit.BAD_CONFIG


@pytest.mark.parametrize("bus", ["127.0.0.1:5570", "tcp://main", "tcp://main:70000", "ipc:///run/bus", ""])
def test_a_node_is_told_at_once_that_its_bus_is_no_address(run, bus, tmp_path):
    told = run("detect", "--bus", bus, "--key", str(tmp_path / "no.key"))
    assert told.exit_code == Exit.USAGE
    assert "tcp://host:port" in told.err or "65535" in told.err


@pytest.mark.parametrize("bus", ["tcp://*:5570", "tcp://0.0.0.0:5570", "tcp://[::]:5570"])
def test_what_the_main_process_may_listen_at_is_not_where_a_node_finds_it(run, bus, tmp_path):
    told = run("detect", "--bus", bus, "--key", str(tmp_path / "no.key"))
    assert told.exit_code == Exit.USAGE
    assert "means every" in told.err

from pathlib import Path

import pytest

from frigate_ext.bus.endpoints import (
    BusEndpoints,
    connect_endpoints,
    default_endpoint,
    is_local,
    listen_endpoints,
    prepare_directory,
)
from frigate_ext.errors import ConfigError


def test_an_ipc_base_becomes_three_sockets_beside_each_other():
    assert listen_endpoints("ipc:///run/bus") == BusEndpoints(
        "ipc:///run/bus.in", "ipc:///run/bus.out", "ipc:///run/bus.frames"
    )


def test_a_tcp_base_becomes_three_ports_in_a_row():
    assert listen_endpoints("tcp://0.0.0.0:5600") == BusEndpoints(
        "tcp://0.0.0.0:5600", "tcp://0.0.0.0:5601", "tcp://0.0.0.0:5602"
    )


@pytest.mark.parametrize("host", ["*", "0.0.0.0"])
def test_what_listens_on_every_interface_is_reached_through_loopback(host):
    assert connect_endpoints(f"tcp://{host}:5600").frames == "tcp://127.0.0.1:5602"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "bus",
        "ipc://relative/bus",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:65534",
        "tcp://host:99999",
        "inproc://bus",
        "udp://host:5600",
        "tcp://user@host:5600",
        "ipc:///" + "x" * 120,
    ],
)
def test_anything_else_is_refused_with_the_place_and_the_value(base):
    with pytest.raises(ConfigError, match=r"bus\.endpoint") as caught:
        listen_endpoints(base)
    assert repr(base) in str(caught.value)


def test_the_default_lies_in_the_data_folder(tmp_path):
    assert default_endpoint(Path("/data")) == "ipc:///data/run/bus"


def test_a_data_folder_with_a_long_name_gets_a_short_socket_of_its_own(tmp_path):
    one, other = (default_endpoint(tmp_path / ("deep" * 40) / name) for name in ("a", "b"))
    assert one != other
    assert listen_endpoints(one)


def test_the_sockets_folder_is_for_this_user_alone(tmp_path):
    prepare_directory(f"ipc://{tmp_path}/run/bus")
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_to_is_refused(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(ConfigError, match="writable for everybody"):
        prepare_directory(f"ipc://{shared}/bus")


def test_a_folder_planted_as_a_link_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ConfigError, match="not a folder of this user"):
        prepare_directory(f"ipc://{tmp_path}/link/bus")


def test_only_ipc_and_loopback_are_local():
    bases = ["ipc:///run/bus", "tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://0.0.0.0:1", "tcp://nas:1"]
    assert [is_local(base) for base in bases] == [True, True, True, False, False]


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="can't make its folder"):
        prepare_directory(f"ipc://{tmp_path}/file/bus")

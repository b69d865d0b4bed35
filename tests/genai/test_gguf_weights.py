"""Where the weights of a model that runs here come from."""

import hashlib
import json
from dataclasses import replace

import pytest

from frigate_ext.errors import JudgeMisconfiguredError, JudgeUnavailableError
from genai.gguf_weights import GgufOptions, Source, gguf_options, obtain
from genai.locality import is_local
from genai.settings import Provider, ProviderSettings

HASH = "a" * 64
SETTINGS = ProviderSettings(
    name="own", provider=Provider.GGUF, model="m.gguf", provider_options={"mmproj": "v.gguf"}
)


def options(**given):
    return gguf_options(replace(SETTINGS, provider_options={"mmproj": "v.gguf", **given}))


def test_paths_need_no_hash_and_the_rest_has_defaults():
    assert options() == GgufOptions(
        model=Source("m.gguf", None), vision=Source("v.gguf", None), context=4096, threads=None
    )


def test_all_can_be_said():
    address = "https://weights.example/v.gguf"
    told = options(sha256=HASH.upper(), mmproj=address, mmproj_sha256=HASH, context_size=8192, threads=2)
    assert told == GgufOptions(
        model=Source("m.gguf", HASH), vision=Source(address, HASH), context=8192, threads=2
    )


@pytest.mark.parametrize(
    "given,words",
    [
        ({"mmproj": ""}, "mmproj must be the path or address"),
        ({"mmproj": "https://weights.example/v.gguf"}, "a download needs its provider_options.mmproj_sha256"),
        ({"sha256": "abc"}, "sha256 must be 64 hexadecimal digits"),
        ({"context_size": 0}, "context_size must be a number from 1"),
        ({"threads": "2"}, "threads must be a number from 1"),
    ],
)
def test_what_can_not_be_meant_is_told(given, words):
    with pytest.raises(JudgeMisconfiguredError, match=words):
        options(**given)


def test_a_model_that_runs_here_has_no_address_and_is_in_the_house():
    assert is_local(SETTINGS)
    with pytest.raises(JudgeMisconfiguredError, match="base_url"):
        gguf_options(replace(SETTINGS, base_url="https://api.example.com"))


def test_a_file_is_taken_where_it_lies_if_it_is_the_one(tmp_path):
    file = tmp_path / "m.gguf"
    file.write_bytes(b"weights")
    right = hashlib.sha256(b"weights").hexdigest()
    assert obtain(Source(str(file), right), tmp_path / "cache") == file
    with pytest.raises(JudgeMisconfiguredError, match="not the configured one"):
        obtain(Source(str(file), HASH), tmp_path / "cache")
    with pytest.raises(JudgeMisconfiguredError, match=r"none.gguf: there is no such file"):
        obtain(Source(str(tmp_path / "none.gguf"), None), tmp_path / "cache")


@pytest.fixture
def served(model_server):
    """A file of some bytes, as a source."""
    model_server.listing = {"weights": "x" * 1000}
    sha256 = hashlib.sha256(json.dumps(model_server.listing).encode()).hexdigest()
    return Source(f"{model_server.url}/tiny.gguf", sha256)


def test_a_download_is_checked_kept_and_told_of(served, model_server, tmp_path):
    told = []
    path = obtain(served, tmp_path, lambda done, total: told.append((done, total)))
    assert json.loads(path.read_text()) == model_server.listing
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert obtain(served, tmp_path) == path
    assert len(model_server.asked) == 1


def test_another_file_than_promised_is_not_used(served, tmp_path):
    with pytest.raises(JudgeUnavailableError, match="instead of") as caught:
        obtain(replace(served, sha256=HASH), tmp_path)
    assert caught.value.kind == "download"
    assert not [*(tmp_path / "models").iterdir()]


def test_a_key_in_an_address_is_not_told(tmp_path):
    source = Source("http://127.0.0.1:9/m.gguf?token=s3cret", HASH)
    assert source.name == "m.gguf"
    with pytest.raises(JudgeUnavailableError) as caught:
        obtain(source, tmp_path)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None

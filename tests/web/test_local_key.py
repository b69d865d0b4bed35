import stat

import pytest

from frigate_ext.errors import ConfigError
from web.local_key import load_key


def test_the_key_is_made_once_and_its_file_is_the_owners_alone(tmp_path):
    key = load_key(tmp_path)
    assert len(key) >= 40
    assert stat.S_IMODE((tmp_path / "api_key").stat().st_mode) == 0o600
    assert load_key(tmp_path) == key


def test_who_deletes_the_key_has_another_one(tmp_path):
    first = load_key(tmp_path)
    (tmp_path / "api_key").unlink()
    assert load_key(tmp_path) != first


def test_a_file_that_is_no_key_is_refused_and_not_shown(tmp_path):
    (tmp_path / "api_key").write_text("hunter2\n")
    with pytest.raises(ConfigError, match="is no API key") as refusal:
        load_key(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_a_folder_that_can_not_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(ConfigError, match="can't write the API key"):
        load_key(tmp_path / "missing")

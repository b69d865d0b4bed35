import os
import time

import numpy as np
import pytest

from frigate_ext.detect.compiled import forget_unused
from frigate_ext.detect.openvino_backend import OpenVinoNetwork
from tests.detect.tiny import openvino_folder

DAY = 86400.0


def compiled(folder, **days):
    """Files of 100 bytes that were written 99 days ago, and read so many days ago."""
    now = time.time()
    for name, ago in days.items():
        file = folder / f"{name}.blob"
        file.write_bytes(bytes(100))
        os.utime(file, (now - ago * DAY, now - 99 * DAY))


def left_in(folder):
    return {file.stem for file in folder.glob("*.blob")}


def test_what_was_read_the_longest_ago_goes_first_and_what_fits_stays(tmp_path):
    compiled(tmp_path, today=0, week=7, month=30, quarter=90)
    (tmp_path / "notes.txt").write_bytes(bytes(1000))
    forget_unused(tmp_path, most=299)
    assert left_in(tmp_path) == {"today", "week"}
    forget_unused(tmp_path, most=200)
    assert left_in(tmp_path) == {"today", "week"}
    assert (tmp_path / "notes.txt").exists()


def test_what_was_never_read_is_as_old_as_it_is(tmp_path):
    compiled(tmp_path, read=2)
    (tmp_path / "written.blob").write_bytes(bytes(100))
    os.utime(tmp_path / "written.blob", (0, time.time() - DAY))
    forget_unused(tmp_path, most=100)
    assert left_in(tmp_path) == {"written"}


def test_who_reads_what_is_removed_reads_on(tmp_path):
    compiled(tmp_path, old=1)
    with (tmp_path / "old.blob").open("rb") as reading:
        forget_unused(tmp_path, most=0)
        assert left_in(tmp_path) == set()
        assert len(reading.read()) == 100


def test_before_the_first_start_there_is_nothing(tmp_path):
    forget_unused(tmp_path / "compiled")


def test_openvino_that_starts_from_what_it_compiled_has_used_it(tmp_path):
    folder, source = (
        tmp_path / "compiled",
        openvino_folder(tmp_path / "tiny", [[1.0, 2.0, 3.0, 4.0, 0.9, 1.0]]),
    )

    def start():
        network = OpenVinoNetwork(source, 1, "f32", folder, lambda _: None)
        network.run(np.zeros((1, 64, 64, 3), np.uint8))
        network.close()

    start()
    if os.statvfs(folder).f_flag & os.ST_NOATIME:
        pytest.skip("this file system takes no note of reading")
    (blob,) = folder.glob("*.blob")
    os.utime(blob, (time.time() - 30 * DAY, time.time() - 30 * DAY))
    start()
    assert [file.name for file in folder.glob("*.blob")] == [blob.name]
    assert blob.stat().st_atime > time.time() - DAY

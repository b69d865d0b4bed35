"""Records out of rows."""

import subprocess
import sys
import textwrap


def test_threads_that_read_the_first_row_of_a_kind_at_the_same_time_crash_nothing():
    script = """
        import sys, threading
        from concurrent.futures import ThreadPoolExecutor
        from dataclasses import make_dataclass
        from frigate_ext.store.rows import Reader

        def read(reader):
            together.wait()
            return reader.read({f"name{n}": {"x": 1} for n in range(10)})

        sys.setswitchinterval(1e-6)
        together = threading.Barrier(4)
        with ThreadPoolExecutor(4) as threads:
            for number in range(100):
                nested = [make_dataclass(f"Nested{number}_{n}", [("x", int)]) for n in range(10)]
                fields = [(f"name{n}", one) for n, one in enumerate(nested)]
                reader = Reader(make_dataclass(f"Record{number}", fields))
                assert len(list(threads.map(read, [reader] * 4))) == 4
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")

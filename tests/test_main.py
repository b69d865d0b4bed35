"""The program's entry."""

import subprocess
import sys


def test_a_crash_of_native_code_is_told_with_what_every_thread_did():
    script = """
import ctypes, sys, types
from frigate_ext.__main__ import main

sys.modules["frigate_ext.cli"] = types.SimpleNamespace(main=lambda: ctypes.string_at(0))
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Segmentation fault" in done.stderr
    assert "most recent call first" in done.stderr

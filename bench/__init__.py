"""How fast: every target measured in one run, on real parts. `python -m bench --help`."""

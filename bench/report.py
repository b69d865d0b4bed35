"""`python -m bench.report`: puts `bench/results.json` into `docs/performance.md`, and draws growing costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import growth
from bench.results import RESULTS, Results
from bench.table import in_markdown

_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_PLOT = _PAGE.with_name("growth.svg")
_BEGIN, _END = "<!-- figures: written by `python -m bench.report` -->", "<!-- end of the figures -->"


def main() -> None:
    results = Results.read(RESULTS)
    _PAGE.write_text(with_figures(_PAGE.read_text(), figures(results)))
    _PLOT.write_text(growth.svg(results.records))


def with_figures(page: str, text: str) -> str:
    """`page` with `text` between its two marks. Raises ValueError where they are missing."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError("the page has no place for the figures")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def figures(results: Results) -> str:
    """The table but for what is plotted, and a paragraph on what it was measured on."""
    plotted = set(growth.names())
    records = [record for record in results.records if record.name not in plotted]
    return f"{in_markdown(records)}\n\n{_measured_on(results.machine)}"


def _measured_on(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{package} {version}" for package, version in machine["versions"].items())
    variables = ", ".join(f"`{name}={value}`" for name, value in machine["environment"].items())
    return (
        f"Measured on {machine['cores']} cores of {machine['cpu']} ({', '.join(machine['flags'])}), "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}; load average "
        f"{machine['load_before']} before the run; variables for numerical libraries: "
        f"{variables or 'none'}.\n\n"
        f"Versions: {versions}."
    )


if __name__ == "__main__":
    main()

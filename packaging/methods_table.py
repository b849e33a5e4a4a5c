"""Write the README's table of all methods from what `ganstudio compare all` has left: python methods_table.py DIR."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganstudio.methods import METHODS

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- methods: begin -->", "<!-- methods: end -->"
COLUMNS = {"modes": "modes", "high_quality": "HQ %", "reverse_kl": "rKL", "sliced_w2": "W₂"}
TITLES = {"ring": "Ring of 8", "grid9": "Grid of 9", "grid25": "Grid of 25", "swiss_roll": "Swiss roll"}


def main(folder: Path) -> None:
    summary = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    text = README.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        sys.exit(f"{README.name}: there is no {BEGIN} ... {END}")
    table = "\n".join(lines(summary))
    README.write_text(
        re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{table}\n\n{END}", text, flags=re.DOTALL), encoding="utf-8"
    )


def lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the table, a line each: medians over the seeds, and below it what went wrong."""
    entries = {(entry["method"], entry["data"]): entry for entry in summary["entries"]}
    names = {data: [name for name in COLUMNS if name in line] for data, line in summary["perfect_sampler"].items()}
    head = ["Method", *(f"{TITLES.get(d, d)}: {COLUMNS[n]}" for d, found in names.items() for n in found)]
    rows = [line(head), line(["---", *["---:"] * (len(head) - 1)])]
    for method, row in METHODS.items():
        cells = [cell(entries.get((method, data)), name) for data, found in names.items() for name in found]
        rows.append(line([row.title, *cells]))
    perfect = summary["perfect_sampler"]
    cells = [number(perfect[data][name]["mean"], name) for data, found in names.items() for name in found]
    said = problems(entries)
    return [*rows, line(["*perfect sampler*", *cells]), *([""] if said else []), *said]


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(entry: Mapping[str, Any] | None, name: str) -> str:
    """Return the median, marked where some seeds went wrong; a dash where there is nothing to measure."""
    if entry is None:
        return "–"
    values = entry["metrics"].get(name)
    text = "–" if values is None or values["median"] is None else number(values["median"], name)
    return f"{text}\\*" if entry["problems"] else text


def number(value: float, name: str) -> str:
    if name == "modes":
        return f"{value:g}"
    if name == "high_quality":
        return f"{100 * value:.0f}"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.2g}"


def problems(entries: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[str]:
    """Return what stands behind the asterisks, a line for each method and data set."""
    said = [
        f"{METHODS[method].title} on {TITLES.get(data, data).lower()}, {len(problem['seeds'])} of 5: "
        f"{re.sub(r'of seed [0-9]+ ', '', problem['problem'])}"
        for (method, data), entry in entries.items()
        for problem in entry["problems"]
    ]
    return [f"\\* {'; '.join(said)}."] if said else []


if __name__ == "__main__":
    main(Path(sys.argv[1]))

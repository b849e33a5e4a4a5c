"""The table of a comparison: mean, standard deviation and median over seeds, beside a perfect sampler."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ganstudio.commands import numbers
from ganstudio.commands.output import finite

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment

__all__ = ["markdown", "summarised"]

SAMPLES = 2500


def summarised(experiments: Sequence[Experiment], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the table as plain values.

    Parameters
    ----------
    experiments, rows
        One of each for every seed of every method and data set, in order.

    Returns
    -------
    dict
        ``{"caption": ..., "samples": 2500, "entries": [...], "perfect_sampler": {data: ...}}``; an entry has
        method, data, seeds, steps, modes_total and for each metric mean, deviation, median and count.
    """
    from ganstudio import metrics

    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["data"], row["method"]), []).append(row)
    perfect = {}
    for experiment in experiments:
        data = experiment.data
        if data.name not in perfect:
            scores = metrics.perfect_sampler(data, SAMPLES)
            perfect[data.name] = {name: {"mean": mean, "deviation": sd} for name, (mean, sd) in scores.items()}
    return {
        "caption": _caption(rows),
        "samples": SAMPLES,
        "entries": [_entry(group) for group in groups.values()],
        "perfect_sampler": perfect,
    }


def _entry(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the statistics of one method on one data set."""
    names = [name for name in (*numbers.metric_columns(), "seconds") if name != "modes_total" and name in rows[0]]
    return {
        "method": rows[0]["method"],
        "data": rows[0]["data"],
        "seeds": [row["seed"] for row in rows],
        "steps": [row["steps"] for row in rows],
        "modes_total": rows[0]["modes_total"],
        "metrics": {name: _statistics([row[name] for row in rows]) for name in names},
    }


def _statistics(values: Sequence[float]) -> dict[str, Any]:
    """Return mean, sample standard deviation and median of what is finite."""
    known = [value for value in values if finite(float(value)) is not None]
    return {
        "mean": statistics.fmean(known) if known else None,
        "deviation": statistics.stdev(known) if len(known) > 1 else None,
        "median": statistics.median(known) if known else None,
        "count": len(known),
    }


# ---- as Markdown ----------------------------------------------------------------------------------------


def markdown(summary: Mapping[str, Any]) -> str:
    """Return the table as Markdown: a section for each data set, a row for each method."""
    parts = [_section(summary, data) for data in summary["perfect_sampler"]]
    return "\n".join([*parts, summary["caption"], ""])


def _section(summary: Mapping[str, Any], data: str) -> str:
    entries = [entry for entry in summary["entries"] if entry["data"] == data]
    names = list(entries[0]["metrics"])
    total = entries[0]["modes_total"]
    header = ["Method", "Seeds", *(_heading(name, total) for name in names)]
    lines = [f"### {data}", "", _line(header), _line(["---", *["---:"] * (len(header) - 1)])]
    for entry in entries:
        cells = [_cell(entry["metrics"][name], name) for name in names]
        lines.append(_line([entry["method"], str(len(entry["seeds"])), *cells]))
    perfect = summary["perfect_sampler"][data]
    cells = [_cell(perfect.get(name, {"mean": None}), name) for name in names]
    return "\n".join([*lines, _line(["*perfect sampler*", "", *cells]), ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _heading(name: str, total: int | None) -> str:
    from ganstudio.metrics import METRICS

    headings = {"modes": f"Modes of {total}", "high_quality": "High quality, %", "seconds": "Seconds (batch)"}
    return headings.get(name) or METRICS[name].title


def _cell(values: Mapping[str, Any], name: str) -> str:
    """Return "mean ± deviation (median)", of one seed its value alone."""
    scale = 100.0 if name == "high_quality" else 1.0
    mean, deviation, median = (values.get(key) for key in ("mean", "deviation", "median"))
    if mean is None:
        return ""
    if deviation is None:
        return _significant(scale * mean)
    text = f"{_significant(scale * mean)} ± {_significant(scale * deviation, 2)}"
    return text if median is None else f"{text} ({_significant(scale * median)})"


def _significant(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits, without an exponent where that can be read."""
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:,.0f}" if abs(value) >= 1 else text


def _caption(rows: Sequence[Mapping[str, Any]]) -> str:
    steps = sorted({row["steps"] for row in rows})
    said = f"{steps[0]:,}" if len(steps) == 1 else f"{steps[0]:,} to {steps[-1]:,}"
    return (
        f"Mean ± standard deviation over seeds (median in brackets), {SAMPLES:,} samples each after {said} generator "
        "steps. A perfect sampler is the data set itself, sampled as often. Seeds are trained side by side: "
        '"seconds" is the wall-clock time of the whole batch that a seed was trained in, on a machine that may '
        "have trained other batches at the same time."
    )

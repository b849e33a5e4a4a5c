"""The table of a comparison: mean, standard deviation and median over seeds, beside a perfect sampler."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ganstudio.commands import numbers
from ganstudio.commands.output import finite

if TYPE_CHECKING:
    from ganstudio.data import Distribution

__all__ = ["cell", "data_names", "heading", "markdown", "problem_lines", "summarised"]

SAMPLES = 2500


class OnData(Protocol):
    """What was trained on a data set: an experiment, an outcome or a failure."""

    @property
    def data(self) -> Distribution:
        """The data set."""


def summarised(
    experiments: Sequence[OnData],
    rows: Sequence[Mapping[str, Any]],
    extra: Sequence[str] = (),
    *,
    together: int = 1,
) -> dict[str, Any]:
    """Return the table as plain values.

    Parameters
    ----------
    experiments, rows
        One of each for every seed of every method and data set, in order. A row without metrics has a problem.
    extra
        Metrics that were taken beside the usual ones.
    together
        How many seeds were trained in a batch: with another number, the same seeds give other values.

    Returns
    -------
    dict
        ``{"caption": ..., "samples": 2500, "together": ..., "entries": [...], "perfect_sampler": {data: ...}}``;
        an entry has method, data, seeds, steps, modes_total and for each metric mean, deviation, median and count,
        the number of seeds whose value is finite, and problems, each with its seeds and in words. Seeds without
        numbers are among the problems only. `data` is a data set's name; if there are several of that name,
        what tells them apart is added in brackets.
    """
    from ganstudio import metrics

    names = data_names(list(dict.fromkeys(experiment.data for experiment in experiments)))
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for experiment, row in zip(experiments, rows, strict=True):
        groups.setdefault((names[experiment.data], row["method"]), []).append(row)
    perfect = {}
    for data, name in names.items():
        scores = metrics.perfect_sampler(data, SAMPLES)
        if extra:
            scores |= metrics.perfect_sampler(data, SAMPLES, names=numbers.applicable(extra, data))
        perfect[name] = {metric: {"mean": mean, "deviation": sd} for metric, (mean, sd) in scores.items()}
    return {
        "caption": _caption(rows, extra),
        "samples": SAMPLES,
        "together": together,
        "entries": [_entry(data, group, extra) for (data, _), group in groups.items()],
        "perfect_sampler": perfect,
    }


def data_names(distributions: Sequence[Distribution]) -> dict[Distribution, str]:
    """Return a name for each of several different data sets: "ring", or "ring (count 8)" beside another ring."""
    names = {}
    for data in distributions:
        settings = data.model_dump(mode="json")
        others = [other.model_dump(mode="json") for other in distributions if other.name == data.name]
        telling = [key for key, value in settings.items() if any(other[key] != value for other in others)]
        said = ", ".join(f"{key} {_plain(settings[key])}" for key in telling)
        names[data] = f"{data.name} ({said})" if said else data.name
    return names


def _plain(value: Any) -> str:
    """Return a setting's value without brackets; "equal" for no weights at all."""
    if isinstance(value, list):
        return " ".join(map(_plain, value)) or "equal"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _entry(data: str, rows: Sequence[Mapping[str, Any]], extra: Sequence[str]) -> dict[str, Any]:
    """Return the statistics of one method on one data set."""
    measured = [row for row in rows if has_numbers(row)]
    columns = (*numbers.metric_columns(extra), "seconds") if measured else ()
    names = [name for name in columns if name != "modes_total" and name in measured[0]]
    problems: dict[str, list[int]] = {}
    for row in rows:
        if row.get("problem"):
            problems.setdefault(row["problem"], []).append(row["seed"])
    return {
        "method": rows[0]["method"],
        "data": data,
        "seeds": [row["seed"] for row in measured],
        "steps": [row["steps"] for row in measured],
        "modes_total": measured[0]["modes_total"] if measured else None,
        "metrics": {name: _statistics([row[name] for row in measured]) for name in names},
        "problems": [{"seeds": seeds, "problem": problem} for problem, seeds in problems.items()],
    }


def has_numbers(row: Mapping[str, Any]) -> bool:
    """Whether a seed was measured at all."""
    return "seconds" in row


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
    fullest = max(entries, key=lambda entry: len(entry["metrics"]))
    names = list(fullest["metrics"])
    header = ["Method", "Seeds", *(heading(name, fullest["modes_total"]) for name in names)]
    lines = [f"### {data}", "", _line(header), _line(["---", *["---:"] * (len(header) - 1)])]
    for entry in entries:
        seeds, metrics = len(entry["seeds"]), entry["metrics"]
        cells = [cell(metrics[name], name, seeds) for name in names] if metrics else ["failed", *[""] * len(names[1:])]
        lines.append(_line([entry["method"], str(seeds), *cells]))
    perfect = summary["perfect_sampler"][data]
    cells = [cell(perfect.get(name, {}), name) for name in names]
    problems = [f"- {entry['method']}, {line}" for entry in entries for line in problem_lines(entry)]
    return "\n".join([*lines, _line(["*perfect sampler*", "", *cells]), "", *problems, *[""] * bool(problems)])


def problem_lines(entry: Mapping[str, Any]) -> list[str]:
    """Return what went wrong with a method on a data set, a line for each problem."""
    lines = []
    for found in entry["problems"]:
        seeds = [str(seed) for seed in found["seeds"]]
        said = ", ".join(seeds) if len(seeds) < 5 else f"{', '.join(seeds[:3])} and {len(seeds) - 3} more"
        lines.append(f"seed{'s' if len(seeds) > 1 else ''} {said}: {found['problem']}")
    return lines


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def heading(name: str, total: int | None) -> str:
    """Return what a column is called."""
    from ganstudio.metrics import METRICS

    headings = {"modes": f"Modes of {total}", "high_quality": "High quality, %", "seconds": "Seconds (batch)"}
    return headings.get(name) or METRICS[name].title


def cell(values: Mapping[str, Any], name: str, seeds: int | None = None) -> str:
    """Return "mean ± deviation (median)", of one seed its value alone, and of how many seeds if not of all."""
    scale = 100.0 if name == "high_quality" else 1.0
    mean, deviation, median = (values.get(key) for key in ("mean", "deviation", "median"))
    text = "" if mean is None else _significant(scale * mean)
    if deviation is not None:
        text += f" ± {_significant(scale * deviation, 2)}"
        text += "" if median is None else f" ({_significant(scale * median)})"
    if seeds is None or values["count"] == seeds:
        return text
    return f"{text}{', ' if text else ''}{values['count']} of {seeds}"


def _significant(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits, without an exponent where that can be read."""
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:,.0f}" if abs(value) >= 1 else text


def _caption(rows: Sequence[Mapping[str, Any]], extra: Sequence[str]) -> str:
    rows = [row for row in rows if has_numbers(row)]
    steps = sorted({row["steps"] for row in rows})
    said = f"{steps[0]:,}" if len(steps) == 1 else f"{steps[0]:,} to {steps[-1]:,}"
    columns = [name for name in (*numbers.metric_columns(extra), "seconds") if name != "modes_total"]
    some_missing = any(finite(float(row[name])) is None for row in rows for name in columns if name in row)
    missing = ' "2 of 3": the values of the other seeds are not finite, and are left out.' if some_missing else ""
    exact = " Exact W₂ is of 1,000 samples on either side." if "wasserstein" in extra else ""
    return (
        f"Mean ± standard deviation over seeds (median in brackets), {SAMPLES:,} samples each after {said} generator "
        "steps. A perfect sampler is the data set itself, sampled as often. Seeds are trained side by side: "
        '"seconds" is the wall-clock time of the whole batch that a seed was trained in, on a machine that may '
        f"have trained other batches at the same time.{exact}{missing}"
    )

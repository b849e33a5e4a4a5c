"""Train methods over data sets and seeds, and make the table, the figure and the samples."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands import numbers, output, table, trials
from ganstudio.commands.arguments import (
    CommandError,
    adjusted,
    at_least,
    experiments,
    extra_metrics,
    resolved,
)
from ganstudio.cores import available_cores

if TYPE_CHECKING:
    from ganstudio.commands.trials import Outcome, Trial
    from ganstudio.data import Distribution
    from ganstudio.experiment import Experiment

__all__ = ["add_arguments", "run"]

FILES = {
    "results.csv": "a row for each method, data set and seed",
    "table.md": "means, standard deviations and medians over the seeds",
    "table.json": "the same for programs",
    "figure.png": "a column a method, a row a data set; real data first",
    "animation.gif": "the same over training, with --animation",
}
FRAMES = 40
MOST_SEEDS = 1000

EPILOG = f"""\
DIR, unless --out says otherwise runs/WHAT or runs/WHAT-DATA, then holds

{chr(10).join(f"  {name:<14} {text}" for name, text in FILES.items())}
  samples/       METHOD-DATA-SEED.npy: 2,500 generated samples each, (2500, 2), float32

Seeds are trained side by side, --together at a time; "seconds" in results.csv is the wall-clock time of
the whole batch that a seed was trained in. Sums are rounded otherwise in a batch of another size and
training amplifies that, so the same numbers come only with the same --together, which table.json holds.
A seed whose loss becomes NaN or infinite is measured at its last finite state. After Ctrl-C the rows and
samples of finished batches are there. Files of an earlier comparison in DIR are replaced, others left alone.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("what", nargs="+", metavar="WHAT", help="methods, presets or TOML files")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (runs/WHAT)")
    parser.add_argument(
        "--data", nargs="+", action="extend", metavar="NAME", help="data sets, with their default settings"
    )
    parser.add_argument("--seeds", type=at_least(1, MOST_SEEDS), default=1, metavar="N", help="number of seeds (1)")
    parser.add_argument("--together", type=at_least(1), default=5, metavar="N", help="seeds in a batch (5)")
    parser.add_argument("--workers", type=at_least(1), metavar="N", help="processes (one for each core)")
    parser.add_argument("--animation", action="store_true", help="also write animation.gif (first seed)")
    experiments(parser)


def run(options: argparse.Namespace) -> int:
    """Train the whole comparison and write its results, those of finished batches at once."""
    extra = extra_metrics(options)
    planned = _planned(options, extra)
    trials.check_devices(trial.experiment for trial in planned)
    out = options.out or output.default_folder(options.what, dict.fromkeys(options.data or []))
    with output.no_empty_folders([out]):
        return _compare(options, planned, extra, output.output_folder(out, FILES))


def _compare(options: argparse.Namespace, planned: list[Trial], extra: tuple[str, ...], folder: Path) -> int:
    """Train what was planned and write the results."""
    outcomes: dict[tuple[str, str, int], Outcome] = {}

    def finished(batch: Iterable[Outcome]) -> None:
        for outcome in batch:
            row = outcome.row
            outcomes[row["method"], row["data"], row["seed"]] = outcome
            if outcome.problem:
                output.tell(f"{row['method']} on {row['data']}: {outcome.problem}; measured at step {row['steps']:,}")
            name = f"{row['method']}-{row['data']}-{row['seed']}.npy"
            output.write_all(folder / "samples", {name: output.npy_bytes(outcome.samples)})
        rows = [outcomes[key].row for key in _keys(planned) if key in outcomes]
        output.write_all(folder, {"results.csv": output.csv_text(columns(extra), rows)})

    total = sum(trial.steps * trial.experiment.runs for trial in planned)
    with output.progress(total, "all seeds") as bar:
        try:
            trials.run_trials(planned, options.workers or available_cores(), bar.update, finished)
        except BrokenProcessPool:
            raise CommandError("a worker process was killed, perhaps for lack of memory; try --workers 1") from None
    ordered = [outcomes[key] for key in _keys(planned)]
    summary = table.summarised(
        [outcome.experiment for outcome in ordered],
        [outcome.row for outcome in ordered],
        extra,
        together=max(trial.experiment.runs for trial in planned),
    )
    text = {"table.md": table.markdown(summary), "table.json": json.dumps(summary, indent=2) + "\n"}
    output.write_all(folder, {**text, **_pictures(ordered, animation=options.animation)})
    print(text["table.json"] if options.json else text["table.md"], end="")
    output.tell(f"the results are in {folder}")
    return 0


def columns(extra: Sequence[str] = ()) -> list[str]:
    """Return the columns of `results.csv`."""
    return ["method", "data", "seed", "steps", "seconds", *numbers.metric_columns(extra)]


def _planned(options: argparse.Namespace, extra: tuple[str, ...]) -> list[Trial]:
    """Return the batches to train, every setting checked before the first one starts."""
    entries: list[tuple[Experiment, int]] = []
    for what in options.what:
        comparison = resolved(what)
        entries += [(experiment, options.steps or comparison.steps) for experiment in comparison.experiments]
    if len(set(options.what)) < len(options.what):
        raise CommandError(f"{' '.join(options.what)}: every method can be named once")
    if any(path == "runs" for path, _ in options.set):
        raise CommandError("--set runs: here the number of seeds is said by --seeds, for example --seeds 3")
    planned = []
    for data in dict.fromkeys(options.data or [None]):
        adjusted_entries = [(adjusted(experiment, options, data), steps) for experiment, steps in entries]
        names = output.short_names([chosen for chosen, _ in adjusted_entries])
        for name, (chosen, steps) in zip(names, adjusted_entries, strict=True):
            for first in range(0, options.seeds, options.together):
                runs = min(options.together, options.seeds - first)
                batch = chosen.changed(seed=chosen.seed + first, runs=runs)
                frames = FRAMES if options.animation and first == 0 else 0
                planned.append(trials.Trial(name, batch, steps, frames, extra))
    return planned


def _keys(planned: Iterable[Trial]) -> list[tuple[str, str, int]]:
    """Return (method, data, seed) of every row in the order of the results."""
    return [
        (trial.method, trial.experiment.data.name, trial.experiment.seed + run)
        for trial in planned
        for run in range(trial.experiment.runs)
    ]


def _pictures(ordered: list[Outcome], *, animation: bool) -> dict[str, bytes]:
    """Return the figure and, if wanted, the animation: the first seed of every method and data set."""
    from ganstudio import pictures

    cells: dict[tuple[str, str], Outcome] = {}
    for outcome in ordered:
        cells.setdefault((outcome.row["data"], outcome.row["method"]), outcome)
    rows: dict[Distribution, list[pictures.View]] = {}
    for cell in cells.values():
        view = pictures.View.of(cell.experiment, cell.samples, cell.field, numbers.summary([cell.row]))
        rows.setdefault(cell.experiment.data, []).append(view)
    seeds = len(ordered) // len(cells)
    note = f"the first of {seeds} seeds" if seeds > 1 else ""
    contents = {"figure.png": pictures.png(pictures.comparison(list(rows.values()), note))}
    if animation:
        courses: dict[Distribution, list[list[pictures.View]]] = {}
        for cell in cells.values():
            course = [
                pictures.View.of(cell.experiment, frame.samples, frame.field, f"step {frame.step:,}")
                for frame in cell.frames
            ]
            courses.setdefault(cell.experiment.data, []).append(course)
        contents["animation.gif"] = pictures.gif(list(courses.values()))
    return contents

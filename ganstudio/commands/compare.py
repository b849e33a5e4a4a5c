"""Train methods over data sets and seeds, and make the table, the figures, the page and the samples."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands import cells, numbers, output, page, table, trials, workers
from ganstudio.commands.arguments import (
    CommandError,
    adjusted,
    at_least,
    experiments,
    extra_metrics,
    resolved,
)
from ganstudio.cores import available_cores
from ganstudio.settings import SettingsError

if TYPE_CHECKING:
    from ganstudio.commands.trials import Result, Trial
    from ganstudio.data import Distribution
    from ganstudio.experiment import Experiment

__all__ = ["add_arguments", "run"]

EVERY = "all"
"""The word for every named method."""
FILES = {
    "index.html": "a page with a figure for each method and data set, and the tables; it needs no network",
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
  cells/         METHOD-DATA-SEED.npz: what a finished seed left, to go on after an interruption

The same command with the same DIR goes on where it was: seeds whose file in cells/ was made by the same
settings, batch, steps and versions are taken over, all others are trained. --fresh trains all of them.

Seeds are trained side by side, --together at a time; "seconds" in results.csv is the wall-clock time of
the whole batch that a seed was trained in. Sums are rounded otherwise in a batch of another size and
training amplifies that, so the same numbers come only with the same --together, which table.json holds.
A seed whose loss becomes NaN or infinite is measured at its last finite state. After Ctrl-C the rows and
samples of finished batches are there. Files of an earlier comparison in DIR are replaced, others left alone.

"{EVERY}" stands for every named method. With it, a method that cannot be built for a data set is a row that
says why; one that is named singly is an error before anything starts. Training that breaks down is a row with
the reason in either case ("problem" in results.csv), and only if nothing at all was trained an error.

--backend dask --address HOST:PORT trains on the workers of a Dask cluster, for example one that was started by
"dask scheduler" and "dask worker HOST:PORT", with the same versions of GAN Studio and PyTorch; it needs
pip install "ganstudio[cluster]". --backend ray does the same on a Ray cluster; it was tried on one machine
only. On a cluster the progress bar moves by whole batches, and after Ctrl-C batches under way end by themselves.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("what", nargs="+", metavar="WHAT", help=f"methods, presets, TOML files, or {EVERY}")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (runs/WHAT)")
    parser.add_argument(
        "--data", nargs="+", action="extend", metavar="NAME", help="data sets, with their default settings"
    )
    parser.add_argument("--seeds", type=at_least(1, MOST_SEEDS), default=1, metavar="N", help="number of seeds (1)")
    parser.add_argument("--together", type=at_least(1), default=5, metavar="N", help="seeds in a batch (5)")
    parser.add_argument("--workers", type=at_least(1), metavar="N", help="processes (one for each core)")
    parser.add_argument("--backend", default="loky", metavar="NAME", help="loky (this machine), dask or ray")
    parser.add_argument("--address", metavar="HOST:PORT", help="where the dask or ray cluster is")
    parser.add_argument("--fresh", action="store_true", help="train all, also what is there from an earlier time")
    parser.add_argument("--animation", action="store_true", help="also write animation.gif (first seed)")
    experiments(parser)


def run(options: argparse.Namespace) -> int:
    """Train the whole comparison and write its results, those of finished batches at once."""
    extra = extra_metrics(options)
    place = workers.Place.of(options.backend, options.address, options.workers, available_cores())
    planned = _planned(options, extra)
    batches = [entry for entry in planned if isinstance(entry, trials.Trial)]
    if place.backend == "loky":  # a cluster has its own devices
        trials.check_devices(trial.experiment for trial in batches)
    out = options.out or output.default_folder(options.what, dict.fromkeys(options.data or []))
    there = [(trial, None if options.fresh else cells.load(out, trial)) for trial in batches]
    taken = [(trial, found) for trial, found in there if found]
    with output.no_empty_folders([out]):
        folder = output.output_folder(out, () if taken else FILES)
        collected = _Collected(planned, extra, folder)
        for trial, found in taken:
            collected.take_over(trial, found)
        if taken:
            output.tell(f"{collected.finished} of {collected.seeds} cells were there already")
        _train([trial for trial, found in there if not found], place, collected)
        return _write(options, collected)


class _Collected:
    """What is finished so far.

    Parameters
    ----------
    planned
        Batches to train, and seeds that cannot be, in the order of the results.
    extra
        Metrics to take beside the usual ones.
    folder
        Where the results go.
    """

    def __init__(self, planned: Sequence[Trial | trials.Failure], extra: tuple[str, ...], folder: Path) -> None:
        self.planned, self.extra, self.folder = planned, extra, folder
        self.results: dict[tuple[str, str, int], Result] = {}
        self.seeds = sum(trial.experiment.runs for trial in planned if isinstance(trial, trials.Trial))
        self.finished = self.weight_finished = 0
        for entry in planned:
            if isinstance(entry, trials.Failure):
                self._add(entry)

    @property
    def weight(self) -> int:
        """Steps to train in all."""
        return sum(trial.weight for trial in self.planned if isinstance(trial, trials.Trial))

    def ordered(self) -> list[Result]:
        """Return what there is in the order of the results."""
        return [self.results[key] for key in _keys(self.planned) if key in self.results]

    def take_over(self, trial: Trial, found: Iterable[trials.Outcome]) -> None:
        """Add what an earlier run has finished; its samples may have been moved away since."""
        for outcome in found:
            self._add(outcome)
            if not (self.folder / "samples" / f"{cells.cell_name(outcome.row)}.npy").exists():
                self._write_samples(outcome)
        self._count(trial)

    def add(self, trial: Trial, found: Iterable[Result]) -> None:
        """Add a batch that was just trained, write it down, and say what went wrong."""
        outcomes = []
        for result in found:
            self._add(result)
            if isinstance(result, trials.Outcome):
                outcomes.append(result)
                self._write_samples(result)
        for problem, result in {result.problem: result for result in found if result.problem}.items():
            measured = isinstance(result, trials.Outcome)
            ending = f"; measured at step {result.row['steps']:,}" if measured else ""
            output.tell(f"{trial.method} on {trial.experiment.data.name}: {problem}{ending}")
        cells.save(self.folder, trial, outcomes)
        self._count(trial)
        results = self.ordered()
        if any(isinstance(result, trials.Outcome) for result in results):
            rows = [result.row for result in results]
            output.write_all(self.folder, {"results.csv": output.csv_text(columns(self.extra), rows)})

    def _add(self, result: Result) -> None:
        row = result.row
        self.results[row["method"], row["data"], row["seed"]] = result

    def _count(self, trial: Trial) -> None:
        self.finished += trial.experiment.runs
        self.weight_finished += trial.weight

    def _write_samples(self, outcome: trials.Outcome) -> None:
        name = f"{cells.cell_name(outcome.row)}.npy"
        output.write_all(self.folder / "samples", {name: output.npy_bytes(outcome.samples)})


def _train(left: Sequence[Trial], place: workers.Place, collected: _Collected) -> None:
    """Train what is left, and show how far it is."""
    with output.progress(collected.weight, "all seeds", initial=collected.weight_finished) as bar:

        def finished(trial: Trial, found: Iterable[Result]) -> None:
            collected.add(trial, found)
            bar.set_postfix_str(f"{collected.finished} of {collected.seeds} cells", refresh=False)

        workers.run_trials(left, place, bar.update, finished)


def _write(options: argparse.Namespace, collected: _Collected) -> int:
    """Write tables, pictures and page, and print the table."""
    ordered = collected.ordered()
    _some_trained(ordered)
    summary = table.summarised(
        ordered,
        rows := [result.row for result in ordered],
        collected.extra,
        together=max(entry.experiment.runs for entry in collected.planned if isinstance(entry, trials.Trial)),
    )
    text = {"table.md": table.markdown(summary), "table.json": json.dumps(summary, indent=2) + "\n"}
    command = shlex.join(["ganstudio", "compare", *options.arguments])
    output.tell("drawing the pictures")
    output.write_all(
        collected.folder,
        {
            "results.csv": output.csv_text(columns(collected.extra), rows),
            **text,
            **_pictures(ordered, animation=options.animation),
            "index.html": page.html(ordered, summary, command),
        },
    )
    print(text["table.json"] if options.json else text["table.md"], end="")
    output.tell(f"the results are in {collected.folder}")
    return 0


def _some_trained(ordered: Iterable[Result]) -> None:
    """Raise what went wrong if there are no numbers at all."""
    failures = [result for result in ordered if isinstance(result, trials.Failure)]
    if len(failures) < len(list(ordered)):
        return
    first = next((failure for failure in failures if failure.details), failures[0])
    if not first.details:
        raise CommandError(first.problem)
    error = RuntimeError(first.problem)
    error.add_note(first.details)
    raise error


def columns(extra: Sequence[str] = ()) -> list[str]:
    """Return the columns of `results.csv`."""
    return ["method", "data", "seed", "steps", "seconds", *numbers.metric_columns(extra), "problem"]


# ---- what to train --------------------------------------------------------------------------------------


def _planned(options: argparse.Namespace, extra: tuple[str, ...]) -> list[Trial | trials.Failure]:
    """Return the batches to train, every setting checked before the first one starts, and what cannot be trained."""
    if len(set(options.what)) < len(options.what):
        raise CommandError(f"{' '.join(options.what)}: every method can be named once")
    if any(path == "runs" for path, _ in options.set):
        raise CommandError("--set runs: here the number of seeds is said by --seeds, for example --seeds 3")
    entries = _entries(options)
    planned: list[Trial | trials.Failure] = []
    for data in dict.fromkeys(options.data or [None]):
        planned += _on_data(entries, data, options, extra)
    return planned


class _Entry:
    """An experiment to be trained on every data set, and whether it may turn out that it cannot be."""

    def __init__(self, experiment: Experiment, steps: int, *, may_fail: bool) -> None:
        self.experiment, self.steps, self.may_fail = experiment, steps, may_fail


def _entries(options: argparse.Namespace) -> list[_Entry]:
    from ganstudio.methods import METHODS

    named: list[tuple[str, bool]] = []
    for what in options.what:
        # A method that is also named singly is meant to be trained, and is there once.
        every = [method for method in METHODS if method not in options.what]
        named += [(method, True) for method in every] if what == EVERY else [(what, False)]
    entries = []
    for what, may_fail in named:
        comparison = resolved(what)
        steps = options.steps or comparison.steps
        entries += [_Entry(experiment, steps, may_fail=may_fail) for experiment in comparison.experiments]
    return entries


def _on_data(
    entries: Sequence[_Entry], data: str | None, options: argparse.Namespace, extra: tuple[str, ...]
) -> list[Trial | trials.Failure]:
    """Return the batches of one data set, in the order of the methods, and a failure for each impossible seed."""
    built: list[tuple[_Entry, Experiment | SettingsError | CommandError]] = []
    for entry in entries:
        try:
            built.append((entry, adjusted(entry.experiment, options, data)))
        except (SettingsError, CommandError) as error:
            if not entry.may_fail:
                raise
            built.append((entry, error))
    possible = [found for _, found in built if not isinstance(found, ValueError)]
    if not possible:  # it is not the methods then
        raise next(found for _, found in built if isinstance(found, ValueError))
    shown = [entry.experiment if isinstance(found, ValueError) else found for entry, found in built]
    planned: list[Trial | trials.Failure] = []
    for name, chosen, (entry, found) in zip(output.short_names(shown), shown, built, strict=True):
        if isinstance(found, ValueError):
            first = possible[0].seed
            planned += [
                trials.Failure(name, chosen.title, possible[0].data, seed, str(found))
                for seed in range(first, first + options.seeds)
            ]
            continue
        for first in range(0, options.seeds, options.together):
            runs = min(options.together, options.seeds - first)
            batch = chosen.changed(seed=chosen.seed + first, runs=runs)
            frames = FRAMES if options.animation and first == 0 else 0
            planned.append(trials.Trial(name, batch, entry.steps, frames, extra))
    return planned


def _keys(planned: Iterable[Trial | trials.Failure]) -> list[tuple[str, str, int]]:
    """Return (method, data, seed) of every row in the order of the results."""
    keys = []
    for entry in planned:
        if isinstance(entry, trials.Failure):
            keys.append((entry.method, entry.data.name, entry.seed))
        else:
            experiment = entry.experiment
            keys += [(entry.method, experiment.data.name, experiment.seed + run) for run in range(experiment.runs)]
    return keys


# ---- pictures -------------------------------------------------------------------------------------------


def _pictures(ordered: Sequence[Result], *, animation: bool) -> dict[str, bytes]:
    """Return the figure and, if wanted, the animation: the first seed of every method and data set."""
    from ganstudio import pictures

    firsts: dict[tuple[str, str], trials.Outcome] = {}
    seeds: dict[tuple[str, str], int] = {}
    for result in ordered:
        key = (result.row["data"], result.row["method"])
        seeds[key] = seeds.get(key, 0) + 1
        if isinstance(result, trials.Outcome):
            firsts.setdefault(key, result)
    rows: dict[Distribution, list[pictures.View]] = {}
    for cell in firsts.values():
        view = pictures.View.of(cell.experiment, cell.samples, cell.field, numbers.summary([cell.row]))
        rows.setdefault(cell.data, []).append(view)
    most = max(seeds.values())
    note = f"the first of {most} seeds" if most > 1 else ""
    contents = {"figure.png": pictures.png(pictures.comparison(list(rows.values()), note))}
    if animation:
        courses: dict[Distribution, list[list[pictures.View]]] = {}
        for cell in firsts.values():
            # A first seed that could not be trained has no course; the next one's end is shown all the time.
            frames = cell.frames or (trials.Frame(cell.row["steps"], cell.samples, cell.field),)
            course = [
                pictures.View.of(cell.experiment, frame.samples, frame.field, f"step {frame.step:,}")
                for frame in frames
            ]
            courses.setdefault(cell.data, []).append(course)
        contents["animation.gif"] = pictures.gif(list(courses.values()))
    return contents

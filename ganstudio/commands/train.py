"""Train a method, a preset or a file's experiments, and keep numbers and pictures."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.allocation import keep_freed_memory
from ganstudio.commands import critics, image_training, numbers, output
from ganstudio.commands.arguments import CommandError, adjusted, at_least, experiments, extra_metrics, resolved
from ganstudio.commands.interruption import interrupted
from ganstudio.commands.trials import check_devices, use_one_thread

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment
    from ganstudio.messages import Losses
    from ganstudio.training import Trainer

__all__ = ["add_arguments", "run"]

FILES = {
    "experiment.toml": "every setting and the steps; ganstudio train DIR/experiment.toml repeats the run",
    "metrics.csv": "a row every N steps for each seed",
    "losses.csv": "a row every iteration for each seed",
    "samples.npy": "2,500 generated samples: (2500, 2), or (runs, 2500, 2)",
    "plane.png": "real and generated samples over the critic's field (first seed)",
    "losses.png": "loss curves (first seed)",
    "model.safetensors": "the weights of all networks",
    "critic.csv": "norm of the critic's gradient in each layer, and its largest weights, for each seed",
    "critic.png": "the same as a picture, with the weights' histogram (first seed)",
}
ROWS = 10
"""Measurements on the way, unless --every says otherwise."""
FIELD_RESOLUTION = 160

EPILOG = f"""\
DIR, unless --out says otherwise runs/WHAT or runs/WHAT-DATA, then holds

{chr(10).join(f"  {name:<18} {text}" for name, text in FILES.items())}

With a set of pictures for its data (--data digits, mnist, ...; WHAT may also be dcgan) DIR holds

{chr(10).join(f"  {name:<18} {text}" for name, text in image_training.FILES.items())}

If WHAT has several experiments, each gets a folder of its own in DIR, which holds the critic files of all
together; critics that are no plain networks with one output are left out there. Files of an earlier run in DIR
are replaced, others left alone. If a loss becomes NaN or infinite, the files hold the last finite
state, and the exit code is 1. After Ctrl-C they hold what was trained so far; a second Ctrl-C ends at once.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("what", metavar="WHAT", help="a method, a preset or a TOML file")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (runs/WHAT)")
    parser.add_argument("--data", metavar="NAME", help="a data set, with its default settings")
    parser.add_argument("--runs", type=at_least(1), metavar="N", help="seeds to train side by side")
    parser.add_argument("--resume", action="store_true", help="with pictures: keep what training needs to go on later")
    parser.add_argument("--every", type=at_least(1), metavar="N", help="steps between two rows of metrics.csv")
    experiments(parser)


def run(options: argparse.Namespace) -> int:
    """Train everything that `options.what` stands for."""
    if image_training.is_wanted(options):
        return image_training.run(options)
    if options.resume:
        raise CommandError("--resume: is for models of pictures")
    comparison = resolved(options.what)
    chosen = [adjusted(experiment, options, options.data) for experiment in comparison.experiments]
    extra = extra_metrics(options)
    steps = options.steps or comparison.steps
    out = options.out or output.default_folder([options.what], [options.data] if options.data else [])
    folders = [out / name for name in output.short_names(chosen)] if len(chosen) > 1 else [out]
    check_devices(chosen)
    _tell_notes(chosen)
    reports = []
    trainers: dict[str, Trainer] = {}
    interrupted = False
    with output.no_empty_folders(folders):
        for folder in folders:
            output.output_folder(folder, FILES)
        for experiment, folder in zip(chosen, folders, strict=True):
            result = _train(experiment, steps, options.every or max(1, steps // ROWS), extra)
            interrupted = result.interrupted
            if result.trainer.step or not interrupted:
                output.write_all(folder, _contents(result))
                trainers[folder.name] = result.trainer
                reports.append(_report(result, folder))
                if not options.json:
                    print(f"{experiment.title}: step {result.trainer.step:,} · {_said(result)} -> {folder}")
            if interrupted:
                break
        output.write_all(out, critics.contents(trainers))
    if options.json:
        print(json.dumps(reports, indent=2))
    if interrupted:
        raise KeyboardInterrupt
    return 1 if any(report["problem"] for report in reports) else 0


def _tell_notes(chosen: list[Experiment]) -> None:
    """Say what to know about combinations that make little sense, each note once."""
    from ganstudio.consistency import notes

    for text in dict.fromkeys(note for experiment in chosen for note in notes(experiment)):
        output.tell(f"Note: {text}")


@dataclass(frozen=True)
class _Result:
    """A trained experiment, its metrics row by row, why it ended early if it did, and metrics beside the usual."""

    trainer: Trainer
    rows: list[dict[str, Any]]
    problem: str
    steps: int
    """How many were asked for; after Ctrl-C, how many there are."""
    interrupted: bool = False
    extra: tuple[str, ...] = ()

    @property
    def last(self) -> list[dict[str, Any]]:
        """The last measurement: a row for each seed."""
        return self.rows[-self.trainer.experiment.runs :]

    @property
    def perfect(self) -> dict[str, tuple[float, float]]:
        """What a perfect sampler scores in the extra metrics: mean and standard deviation."""
        from ganstudio import metrics

        names = numbers.applicable(self.extra, self.trainer.experiment.data)
        return metrics.perfect_sampler(self.trainer.experiment.data, names=names) if names else {}


def _train(experiment: Experiment, steps: int, every: int, extra: tuple[str, ...]) -> _Result:
    """Train one experiment under a progress bar, and measure it from time to time."""
    from ganstudio.training import NonFiniteLoss, Trainer

    use_one_thread()
    keep_freed_memory()
    trainer = Trainer(experiment)
    rows: list[dict[str, Any]] = []
    problem = ""
    with interrupted() as stop, output.progress(steps, experiment.title) as bar:
        try:
            while trainer.step < steps and not stop.is_set():
                for done in numbers.train_until(trainer, min(steps, trainer.step + every)):
                    bar.update(done)
                    if stop.is_set():
                        break
                rows += numbers.measured(trainer, extra)
        except NonFiniteLoss as error:
            problem = str(error)
            rows += numbers.measured(trainer, extra)
    if problem:
        output.tell(f"{experiment.title}: {problem}; the files hold step {trainer.step:,}")
    early = stop.is_set() and trainer.step < steps
    return _Result(trainer, rows, problem, trainer.step if early else steps, stop.is_set(), extra)


def _said(result: _Result) -> str:
    from ganstudio.metrics import METRICS

    runs = len(result.last)
    said = numbers.summary(result.last)
    for name, (mean, _) in result.perfect.items():
        value = numbers.middle_of(result.last, name)
        said += f" · {METRICS[name].title} {value:.3g} (a perfect sampler {mean:.3g})"
    return said + (f" (median of {runs} seeds)" if runs > 1 else "")


def _report(result: _Result, folder: Path) -> dict[str, Any]:
    """Return what a program would want to know of a run."""
    experiment = result.trainer.experiment
    return {
        "folder": str(folder),
        "title": experiment.title,
        "method": experiment.method,
        "data": experiment.data.name,
        "device": result.trainer.device,
        "runs": [{name: output.finite(value) for name, value in row.items()} for row in result.last],
        "perfect_sampler": {
            name: {"mean": mean, "deviation": deviation} for name, (mean, deviation) in result.perfect.items()
        },
        "problem": result.problem or None,
    }


def _contents(result: _Result) -> dict[str, bytes | str]:
    """Return the files of a finished run."""
    import tomli_w
    from safetensors.torch import save

    from ganstudio import pictures

    trainer, experiment = result.trainer, result.trainer.experiment
    samples, losses = trainer.samples(), trainer.losses()
    fields = trainer.field(experiment.data.window(), FIELD_RESOLUTION)
    field = None if fields is None else fields[0]
    view = pictures.View.of(
        experiment,
        samples[0],
        field,
        f"step {trainer.step:,} · {numbers.summary(result.last[:1])}",
    )
    contents: dict[str, bytes | str] = {
        "experiment.toml": tomli_w.dumps(_with_steps(experiment, result.steps)),
        "metrics.csv": output.csv_text(["step", "seed", *numbers.metric_columns(result.extra)], result.rows),
        "losses.csv": _losses_csv(losses, experiment),
        "samples.npy": output.npy_bytes(samples if experiment.runs > 1 else samples[0]),
        "plane.png": pictures.png(pictures.plane(view)),
        "model.safetensors": save(trainer.state()),
    }
    if len(losses.step):
        contents["losses.png"] = pictures.png(pictures.losses(losses, experiment.title))
    return contents


def _with_steps(experiment: Experiment, steps: int) -> dict[str, Any]:
    """Return an experiment's plain values with the number of steps behind the label."""
    tree = experiment.plain()
    return {"version": tree.pop("version"), "label": tree.pop("label"), "steps": steps, **tree}


def _losses_csv(losses: Losses, experiment: Experiment) -> str:
    rows = (
        {"step": int(step), "seed": experiment.seed + run}
        | {name: float(values[run, iteration]) for name, values in losses.terms.items()}
        for iteration, step in enumerate(losses.step)
        for run in range(experiment.runs)
    )
    return output.csv_text(["step", "seed", *losses.terms], rows)

"""What the subcommands' arguments have in common, and how wrong ones are answered: in one line."""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import os
import tomllib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from ganstudio.experiment import Comparison, Experiment

AnyExperiment = TypeVar("AnyExperiment", bound="Experiment")

__all__ = [
    "CommandError",
    "Parser",
    "adjusted",
    "at_least",
    "changed",
    "choice",
    "experiments",
    "extra_metrics",
    "one_of",
    "resolved",
    "set_option",
    "setting",
]

LONGEST_SETTING = 10_000
"""Characters of one --set: nested deeper than a person would, TOML takes minutes to read."""
MAXIMUM_LISTED = 15
"""Longer lists of allowed values are not read, and do not fit a line."""


class CommandError(ValueError):
    """What was asked for is wrong. The message is one line: what is wrong, and what is allowed."""


def shown(text: str) -> str:
    """Return what was said as a message repeats it; what this needs is imported only then."""
    from ganstudio import settings

    return settings.shown(text)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `CommandError` instead of printing its usage and exiting."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(
            prog, description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )

    def error(self, message: str) -> NoReturn:
        """Raise the message."""
        raise CommandError(f"{message} (see {self.prog} --help)")

    def parse_all(self, argv: Sequence[str]) -> argparse.Namespace:
        """Parse, and answer an option that does not exist with the one that was probably meant.

        What was said is kept as `arguments`, for results that tell how they were made.
        """
        options, unknown = self.parse_known_args(argv)
        if unknown and not unknown[0].startswith("-"):
            self.error(f"{shown(unknown[0])} is one argument too many")
        if unknown:
            known = [name for name in self._option_string_actions if name.startswith("--")]
            self.error(one_of("option", unknown[0], known))
        options.arguments = list(argv)
        return options


def one_of(what: str, name: str, allowed: Iterable[str], listed: str = "") -> str:
    """Return the line that says that a name is not known, with the likeliest one and all that are.

    Parameters
    ----------
    what
        What the name should have been one of, for example "method".
    name
        What was said.
    allowed
        What could have been said.
    listed
        How to say so, if not as a plain list.
    """
    names = list(allowed)
    spelt = name.lower().replace("-", "_").replace(" ", "_")
    close = [spelt] if spelt in names else difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not listed and len(names) <= MAXIMUM_LISTED:
        listed = f"allowed: {', '.join(names)}"
    question = f"; did you mean {close[0]}?" if close else ""
    ending = f"{' ' if close else '; '}{listed}" if listed else ""
    return f"{what} {shown(name)} is not known{question}{ending}"


# ---- types of single arguments --------------------------------------------------------------------------


def choice(what: str, *allowed: str) -> Callable[[str], str]:
    """Return an argument type that takes one of a few words."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise argparse.ArgumentTypeError(one_of(what, text, allowed))
        return text

    return parse


def at_least(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """Return an argument type that takes a whole number not below `lowest`, and not above `highest` if there is one."""
    wanted = f"of at least {lowest}" if highest is None else f"from {lowest} to {highest:,}"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if number < lowest or (highest is not None and number > highest):
            raise argparse.ArgumentTypeError(f"{shown(text)} is not a whole number {wanted}")
        return number

    return parse


def setting(text: str) -> tuple[str, Any]:
    """Parse "section.key=value"; the value is TOML, and a bare word is a string."""
    path, equals, value = text.partition("=")
    if len(text) > LONGEST_SETTING:
        raise argparse.ArgumentTypeError(f"{shown(text)} is longer than {LONGEST_SETTING:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not UTF-8 text") from None
    if not (path.strip() and equals):
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not of the form section.key=value, for example data.count=12"
        )
    try:
        tree = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        tree = {}
    return path.strip(), tree["value"] if set(tree) == {"value"} else value.strip()


# ---- from arguments to experiments ----------------------------------------------------------------------


def set_option(parser: argparse.ArgumentParser) -> None:
    """Declare the option that changes single settings."""
    parser.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="change one setting, for example data.count=12; may be repeated",
    )


def experiments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that change what is trained."""
    parser.add_argument("--steps", type=at_least(1), metavar="N", help="generator steps")
    parser.add_argument("--seed", type=at_least(0), metavar="N", help="the first seed")
    set_option(parser)
    parser.add_argument(
        "--device", type=choice("device", "auto", "cpu", "cuda", "mps"), help="auto (the usual), cpu, cuda or mps"
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help='also measure the exact Wasserstein-2 distance of 1,000 samples; needs pip install "ganstudio[exact]"',
    )
    parser.add_argument(
        "--veegan", action="store_true", help="also count modes by VEEGAN's rule: those with at least one good sample"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, for programs")


def extra_metrics(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the metrics that were asked for beside the usual ones, if what they need is installed."""
    counted = ("modes_met",) if options.veegan else ()
    if not options.exact:
        return counted
    if importlib.util.find_spec("ot") is None:
        from ganstudio.metrics.sliced import MISSING_POT

        raise CommandError(f"--exact: {MISSING_POT}")
    return (*counted, "wasserstein")


def resolved(what: str) -> Comparison:
    """Return what a word on the command line stands for: a method, a preset or a TOML file."""
    from ganstudio import files, presets
    from ganstudio.experiment import Comparison, Experiment
    from ganstudio.methods import METHODS

    if what in METHODS:
        return Comparison(title=METHODS[what].title, experiments=(Experiment.of(what),))
    if what in presets.names():
        return presets.load(what)
    if what.endswith(".toml") or os.path.exists(what):  # noqa: PTH110 - unlike Path.exists, it bears every string
        return files.load(what)
    listed = "ganstudio list methods and ganstudio list presets show all"
    raise CommandError(one_of("method, preset or TOML file", what, [*METHODS, *presets.names()], listed))


def adjusted(experiment: Experiment, options: argparse.Namespace, data: str | None = None) -> Experiment:
    """Return an experiment with what the options change: data first, then --set in order, then the rest."""
    from ganstudio.data import DISTRIBUTIONS

    if data is not None:
        if data not in DISTRIBUTIONS:
            raise CommandError(f"--data: {one_of('data set', data, DISTRIBUTIONS)}")
        experiment = experiment.with_value("data.name", data)
    return changed(experiment, options)


def changed(experiment: AnyExperiment, options: argparse.Namespace) -> AnyExperiment:
    """Return an experiment with what --set changes in order, then the other options."""
    from ganstudio.experiment import flat
    from ganstudio.settings import SettingsError

    for path, value in options.set:
        known = flat(experiment.plain())
        try:
            experiment = experiment.with_value(path, value)
        except SettingsError as error:
            if path in known and str(error).startswith(f"{path}:"):
                raise CommandError(f"--set {error}") from None
            if path in known:  # it is another setting that does not go with it
                raise CommandError(f"--set {path}={value}: {error}") from None
            inside = [name for name in known if name.startswith(f"{path}.")]
            if inside:
                listed = ", ".join(inside)
                raise CommandError(f"--set {path}: is a section, not a setting; settings in it: {listed}") from None
            siblings = [name for name in known if name.split(".")[0] == path.split(".")[0]]
            line = one_of("setting", path, known) if len(siblings) < 2 else one_of("setting", path, siblings)
            raise CommandError(f"--set: {line}") from None
    named = {"seed": options.seed, "device": options.device, "runs": getattr(options, "runs", None)}
    return experiment.changed(**{name: value for name, value in named.items() if value is not None})

"""Write an experiment as a plain PyTorch script that repeats the run without this program."""

from __future__ import annotations

import argparse
from pathlib import Path

from ganstudio.commands.arguments import CommandError, adjusted, at_least, resolved, set_option

__all__ = ["add_arguments", "run"]

EPILOG = """\
The script needs PyTorch and NumPy only. "python run.py --help" shows its own options: steps, seed, and where losses
and samples go. Of an experiment with several seeds it trains the first.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("what", metavar="WHAT", help="a method, a preset or a TOML file")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the script, for example run.py (standard output)")
    parser.add_argument("--pane", type=at_least(1), metavar="N", help="which experiment of several, 1 for the first")
    parser.add_argument("--data", metavar="NAME", help="a data set, with its default settings")
    parser.add_argument("--steps", type=at_least(1), metavar="N", help="generator steps of the script")
    parser.add_argument("--seed", type=at_least(0), metavar="N", help="the seed of the script")
    set_option(parser)
    parser.set_defaults(device=None)


def run(options: argparse.Namespace) -> int:
    """Write or print the script of one experiment of `options.what`."""
    from ganstudio.commands import output
    from ganstudio.files import write_whole
    from ganstudio.script import script

    comparison = resolved(options.what)
    count = len(comparison.experiments)
    pane = options.pane or 1
    if pane > count:
        holds = "one experiment" if count == 1 else f"{count} experiments"
        raise CommandError(f"--pane {pane}: {options.what} has {holds}")
    experiment = adjusted(comparison.experiments[pane - 1], options, options.data)
    text = script(experiment, options.steps or comparison.steps)
    if count > 1 and options.pane is None:
        output.tell(f"{options.what} has {count} experiments; this is the first. --pane takes another")
    if options.out is None:
        print(text, end="")
        return 0
    write_whole(options.out, text)
    print(f"{experiment.title}: {len(text.splitlines())} lines -> {options.out}")
    return 0

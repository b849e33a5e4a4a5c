"""Tell what a trained critic knows about its pictures: a linear classifier on its features, as in DCGAN's paper."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from ganstudio.commands import judged_data
from ganstudio.commands.arguments import CommandError, at_least
from ganstudio.commands.output import progress

if TYPE_CHECKING:
    from ganstudio.judging.representation import Representation

__all__ = ["add_arguments", "run"]

FEWEST = 20

EPILOG = """\
Everything that the critic's convolutions give is max-pooled to 4 x 4; a regularised linear L2-SVM learns the classes
from that (Radford et al. 2016, section 5). Beside it stand an untrained critic of the same shape and raw pixels.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    judged_data.add_arguments(parser)
    parser.add_argument(
        "--labels", type=_labels, default=1000, metavar="N", help="labelled training pictures (1000), or all"
    )
    parser.add_argument("--seed", type=at_least(0, 2**32 - 1), default=0, metavar="N", help="says which these are")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Print the table."""
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.training.threads import use_one_thread

    model = open_model(options.model)
    image_set = judged_data.chosen(model, options.data)
    use_one_thread()

    from ganstudio.judging.representation import RepresentationError, check_representable, represented_turns

    found: Representation | None = None
    try:
        check_representable(model, image_set)
        image_set.load("train")  # what is missing is said before there is a bar
        with progress(100, "representation") as bar:
            bar.unit = " %"
            for turn in represented_turns(model, image_set, options.labels, options.seed):
                if isinstance(turn, float):
                    bar.update(max(0, int(100 * turn) - bar.n))
                else:
                    bar.update(100 - bar.n)
                    found = turn
    except RepresentationError as error:
        raise CommandError(str(error)) from None
    assert found is not None
    print(json.dumps({"model": model.name, **asdict(found)}, indent=2) if options.json else _text(model.name, found))
    return 0


def _text(name: str, found: Representation) -> str:
    """Return the table for a person."""
    width = max(len(row.features) for row in found.rows)
    lines = [
        f"{name}: {found.data}, {found.labels:,} labels; accuracy on {found.tested:,} pictures ({found.tested_on})",
        *(f"  {row.features:<{width}}  {row.accuracy:7.2%}  {row.dimensions:>7,} features" for row in found.rows),
        found.context,
    ]
    return "\n".join(lines)


def _labels(text: str) -> int | None:
    """Parse a number of labels, or "all"."""
    return None if text == "all" else at_least(FEWEST)(text)

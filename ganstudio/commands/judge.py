"""Measure a trained generator: Frechet distance, purity of categories, agreement with the classes asked for."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from ganstudio.commands import judged_data
from ganstudio.commands.arguments import CommandError, at_least
from ganstudio.commands.output import finite, progress

if TYPE_CHECKING:
    from ganstudio.judging.scores import Purity, Scores

__all__ = ["add_arguments", "run"]

MOST = 100_000
FEWEST = 100
"""Samples with which a covariance of 64 features means something."""

EPILOG = """\
Pictures are judged by a small classifier that comes with the program and was trained on MNIST, Fashion-MNIST or, for
colour, emoji. The Frechet distance is taken in its features: it is no FID, and only comparable with distances in the
same features with as many samples. What a perfect sampler scores stands beside it. --inception also takes the FID
proper, with torch-fidelity and its weights, if both are here; nothing is downloaded.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    judged_data.add_arguments(parser)
    parser.add_argument("--n", type=at_least(FEWEST, MOST), default=10_000, metavar="N", help="samples (10,000)")
    parser.add_argument(
        "--seed", type=at_least(0, 2**63 - 1), default=0, metavar="N", help="start of the random stream"
    )
    parser.add_argument("--inception", action="store_true", help="also the FID, if its weights are on this machine")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Print what was measured."""
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.training.threads import use_one_thread

    model = open_model(options.model)
    image_set = judged_data.chosen(model, options.data)
    use_one_thread()

    from ganstudio.checkpoints.sampling import TooLargeError, sampler
    from ganstudio.judging import inception
    from ganstudio.judging.scores import scores

    try:
        if options.inception:
            inception.check_available()
        generator = sampler(model)
        with progress(options.n, "judging") as bar:
            bar.unit = " samples"
            found = scores(
                generator,
                image_set,
                options.n,
                options.seed,
                lambda share: bar.update(round(share * options.n) - bar.n),
            )
            bar.update(options.n - bar.n)
        fid = inception.distance(generator, image_set, options.n, options.seed) if options.inception else None
    except (TooLargeError, inception.InceptionMissing) as error:
        raise CommandError(str(error)) from None
    if options.json:
        print(json.dumps(_tree(model.name, image_set.title, found, fid), indent=2))
    else:
        print("\n".join(_lines(f"{model.name}, judged with {image_set.title}", found, fid)))
    return 0


def _lines(title: str, found: Scores, fid: float | None) -> list[str]:
    """Return the report for a person."""
    distance = found.distance
    mean, deviation = distance.line
    compared = f"{distance.samples:,} generated and {distance.reference:,} training pictures"
    lines = [
        f"{title}: {distance.samples:,} samples",
        f"{distance.name}: {distance.value:.3f} ({compared})",
        f"  a perfect sampler scores {mean:.3f} ± {deviation:.3f} ({distance.line_from})",
    ]
    if fid is not None:
        lines.append(f"Frechet Inception distance (FID): {fid:.2f}")
    if found.accuracy is not None:
        lines.append(f"The classifier names the class of {found.accuracy:.1%} of the data's own pictures")
    if pure := found.purity:
        both = f"{pure.majority:.1%} by most frequent class, {pure.matched:.1%} with a class of its own for each"
        lines += [f"Purity of categories: {both}", *_categories(pure, found.class_names)]
    if found.agreement:
        named = zip(found.class_names, found.agreement.by_class, strict=True)
        listed = ", ".join(f"{name} {share:.0%}" for name, share in named)
        lines += [f"Agreement with the class asked for: {found.agreement.share:.1%}", f"  {listed}"]
    return lines


def _categories(found: Purity, names: tuple[str, ...]) -> list[str]:
    pairs = enumerate(zip(found.classes, found.shares, strict=True))
    listed = [f"{key} is {names[one]} {share:.0%}" if one >= 0 else f"{key} is none" for key, (one, share) in pairs]
    return [f"  {', '.join(listed)}"]


def _tree(model: str, data: str, found: Scores, fid: float | None) -> dict[str, Any]:
    """Return the report for programs."""
    distance = found.distance
    tree: dict[str, Any] = {
        "model": model,
        "data": data,
        "judge": found.judge,
        "judge_accuracy": found.accuracy,
        "samples": distance.samples,
        "frechet": {
            "name": distance.name,
            "value": finite(distance.value),
            "reference_pictures": distance.reference,
            "perfect_sampler": {"mean": distance.line[0], "deviation": distance.line[1], "from": distance.line_from},
        },
        "fid": fid,
        "purity": None,
        "agreement": None,
    }
    if pure := found.purity:
        classes = [found.class_names[one] if one >= 0 else None for one in pure.classes]
        tree["purity"] = {"majority": pure.majority, "matched": pure.matched}
        tree["purity"] |= {"classes": classes, "shares": list(pure.shares), "table": pure.table.tolist()}
    if agreed := found.agreement:
        named = zip(found.class_names, map(finite, agreed.by_class), strict=True)
        tree["agreement"] = {"share": agreed.share, "by_class": dict(named)}
    return tree

"""Show the methods, data sets, presets or models that there are."""

from __future__ import annotations

import argparse
import inspect
import json
from typing import TYPE_CHECKING, Any

from ganstudio.commands.arguments import choice

if TYPE_CHECKING:
    from ganstudio.methods import Method

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "kind",
        type=choice("list", "methods", "data", "presets", "models"),
        metavar="KIND",
        help="methods, data, presets or models",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Print a line for each entry, methods under their families, or all that is known of them as JSON."""
    entries = {"methods": _methods, "data": _data, "presets": _presets, "models": _models}[options.kind]()
    if options.json:
        print(json.dumps(entries, indent=2))
        return 0
    width = max((len(entry["name"]) for entry in entries), default=0)
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry.get("family", ""), []).append(entry)
    for number, (family, members) in enumerate(groups.items()):
        if family:
            print(f"\n{family}" if number else family)
        for entry in members:
            print(f"{'  ' if family else ''}{entry['name']:<{width}}  {entry['summary']}")
    return 0


def _methods() -> list[dict[str, Any]]:
    from ganstudio.methods import METHODS

    return [
        {
            "name": name,
            "summary": _summary(row),
            "title": row.title,
            "full_name": row.full_name,
            "also_called": list(row.also_called),
            "family": row.family,
            "objective": row.objective,
            "critic_loss": row.critic_loss,
            "generator_loss": row.generator_loss,
            "paper": row.paper,
            "year": row.year,
            "arxiv": row.arxiv,
            "watch": row.watch,
            "settings": row.settings,
        }
        for name, row in METHODS.items()
    ]


def _summary(row: Method) -> str:
    """Return a method's names and year in a line."""
    others = [name for name in (row.title, *row.also_called) if name.lower() not in row.full_name.lower()]
    return f"{row.full_name} ({', '.join([*others, str(row.year)])})"


def _data() -> list[dict[str, Any]]:
    from ganstudio.data import DISTRIBUTIONS
    from ganstudio.settings import hint

    return [
        {
            "name": name,
            "summary": inspect.getdoc(kind).splitlines()[0],  # type: ignore[union-attr]
            "title": kind.title,
            "settings": {
                key: {"default": value, "description": kind.model_fields[key].description}
                for key, value in kind.model_validate({}).model_dump(mode="json").items()
                if key != "name" and not hint(kind.model_fields[key], "embedded")
            },
        }
        for name, kind in DISTRIBUTIONS.items()
    ]


def _presets() -> list[dict[str, Any]]:
    from ganstudio import presets

    comparisons = {name: presets.load(name) for name in presets.names()}
    return [
        {
            "name": name,
            "summary": comparison.title,
            "description": comparison.description,
            "steps": comparison.steps,
            "experiments": [experiment.plain() for experiment in comparison.experiments],
        }
        for name, comparison in comparisons.items()
    ]


def _models() -> list[dict[str, Any]]:
    from ganstudio.checkpoints.model import describe
    from ganstudio.checkpoints.opening import shipped

    found = {name: describe(path) for name, path in shipped().items()}
    return [
        {
            "name": name,
            "summary": model.card.title or model.name,
            "picture": list(model.architecture.output),
            "latent": model.architecture.latent,
            "classes": model.architecture.classes,
            "parts": list(model.parts),
            "card": model.card.model_dump(mode="json"),
        }
        for name, model in found.items()
    ]

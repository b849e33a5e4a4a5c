"""Show what is in a checkpoint: its tensors, the generator among them, and what its shapes do not tell."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands.arguments import CommandError
from ganstudio.commands.foreign import add_choices, choices

if TYPE_CHECKING:
    from ganstudio.architecture import Architecture
    from ganstudio.checkpoints.foreign.contents import Contents
    from ganstudio.checkpoints.foreign.finding import Found
    from ganstudio.checkpoints.model import Model

__all__ = ["add_arguments", "run", "summary"]

EPILOG = """\
No code in the file is run: only tensors are read, by a process of its own.

  ganstudio inspect checkpoint.pth
  ganstudio inspect checkpoint.pth --part netG --set output=sigmoid --json
  ganstudio inspect checkpoint.pth --against dcgan-64:width=64
  ganstudio inspect checkpoint.pth --against other.safetensors

--against takes dcgan-8, dcgan-16, dcgan-28, dcgan-32 or dcgan-64, with what is not as usual behind a colon (width,
latent, channels, kernel, dense, normalisation), the name of a model that comes with the program, or a file.
"""
VALUES_SHOWN = 20
LONGEST_OPTIONS = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "file", metavar="FILE", help="a PyTorch checkpoint (.pt, .pth, .bin, .ckpt, .tar), safetensors or ONNX"
    )
    parser.add_argument(
        "--against", metavar="NAME", help="say what is missing or left over for the layers of another generator"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON, for programs")
    add_choices(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is in `options.file`."""
    from ganstudio.checkpoints.errors import CheckpointError
    from ganstudio.checkpoints.foreign.opening import found_in
    from ganstudio.checkpoints.foreign.reading import read
    from ganstudio.checkpoints.model import FORMAT
    from ganstudio.checkpoints.onnx.graph import is_onnx
    from ganstudio.checkpoints.opening import found, open_model

    place = found(options.file)
    said = choices(options)
    other = None if options.against is None else _other(options.against)
    if is_onnx(place):
        if other is not None:
            raise CommandError("--against: an ONNX file is a program, no row of layers to hold against others")
        tree = _graph(place, said)
        print(json.dumps(tree, indent=1, allow_nan=False) if options.json else "\n".join(_lines(tree)))
        return 0
    contents = read(place)
    which, problem = None, ""
    try:
        if contents.values.get("format") == FORMAT:
            tree = _tree(contents, None, "") | {"format": "GAN Studio"}
            tree["generator"] = _own(open_model(contents.path, said))
        else:
            which = found_in(contents, said)
            tree = _tree(contents, which, "")
    except CheckpointError as error:
        if said:  # what was asked for is not there; otherwise there is still something to show
            raise
        problem = str(error).removeprefix(f"{contents.path}: ")
        tree = _tree(contents, which, problem)
    if other is not None:
        tree["against"] = _against(options.against, other, contents, which)
    print(json.dumps(tree, indent=1, allow_nan=False) if options.json else "\n".join(_lines(tree)))
    return 0


def _graph(place: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Return what is in an ONNX file, and the generator that it is where ONNX Runtime can tell."""
    from ganstudio.checkpoints.errors import CheckpointError
    from ganstudio.checkpoints.onnx.opening import contents_of, read_onnx

    contents = contents_of(place)
    tree = _tree(contents, None, "") | {"candidates": []}
    try:
        model = read_onnx(place, said)
    except CheckpointError as error:
        if said:
            raise
        return tree | {"problem": str(error).partition(f"{place.name}: ")[2]}
    assert model is not None
    questions = [
        {"key": one.key, "text": one.text, "options": list(one.options), "chosen": one.chosen}
        for one in model.questions
    ]
    generator = _own(model) | {"part": "graph", "questions": questions, "notes": list(model.notes)}
    return tree | {"generator": generator}


def _other(name: str) -> Architecture:
    """Return the architecture that the file is held against."""
    from ganstudio.checkpoints.chosen import architecture_named
    from ganstudio.settings import SettingsError

    try:
        return architecture_named(name)
    except SettingsError as error:
        raise CommandError(f"--against: {error}") from None


def summary(architecture: Architecture) -> str:
    """Return a generator in one line: its inputs and its pictures."""
    given = ", ".join(
        f"{one.kind} {one.size}" + (f" ({one.distribution})" if one.kind == "latent" else "")
        for one in architecture.inputs
    )
    channels, height, width = architecture.output
    low, high = architecture.output_range
    return f"{given} -> {channels} x {height} x {width} pixels from {low:g} to {high:g}"


# ---- as plain values ----------------------------------------------------------------------------------------


def _tree(contents: Contents, which: Found | None, problem: str) -> dict[str, Any]:
    from dataclasses import asdict

    from ganstudio.checkpoints.foreign.finding import candidates

    listed = (
        which.candidates if which else candidates(contents.tensors, ordered=contents.ordered, values=contents.values)
    )
    tensors = [
        {
            "name": name,
            "shape": list(array.shape),
            "dtype": "computed" if "~" in name else contents.dtypes[name],
            **asdict(contents.statistics(name)),
        }
        for name, array in contents.tensors.items()
    ]
    return {
        "file": str(contents.path),
        "format": contents.kind,
        "bytes": Path(contents.path).stat().st_size,
        "tensors": tensors,
        "values": dict(contents.values),
        "notes": list(contents.notes),
        "candidates": [{"name": one.name, "role": one.role, "problem": one.problem} for one in listed],
        "generator": _generator(which) if which else None,
        "problem": problem or None,
    }


def _against(name: str, architecture: Architecture, contents: Contents, which: Found | None) -> dict[str, Any]:
    """Return what is missing or left over for another architecture."""
    from ganstudio.checkpoints.foreign.comparing import compared
    from ganstudio.checkpoints.model import FORMAT

    own = contents.values.get("format") == FORMAT
    part = [one for one in contents.tensors if one.startswith("generator.")] if own else []
    match = compared(architecture, contents.tensors, part or (which.candidate.tensors if which else ()))
    shapes = architecture.tensors()
    return {
        "name": name,
        "summary": summary(architecture),
        "fits": dict(match.sources),
        "missing": [
            {
                "name": missing,
                "shape": list(shapes[missing]),
                "instead": match.instead.get(missing),
                "instead_shape": list(contents.tensors[match.instead[missing]].shape)
                if missing in match.instead
                else None,
            }
            for missing in match.missing
        ],
        "left_over": list(match.over),
    }


def _generator(which: Found) -> dict[str, Any]:
    guess = which.guess
    questions = [
        {"key": one.key, "text": one.text, "options": list(one.options), "chosen": one.chosen}
        for one in guess.questions
    ]
    return _architecture(guess.architecture, guess.names) | {
        "part": which.candidate.name,
        "questions": questions,
        "notes": list(guess.notes),
        "tensors": dict(guess.sources),
        "left_over": list(guess.over),
    }


def _own(model: Model) -> dict[str, Any]:
    """Return what a model of ours says itself."""
    names = [str(index) if layer.parameters() else "" for index, layer in enumerate(model.architecture.layers)]
    return _architecture(model.architecture, names) | {
        "part": "generator",
        "questions": [],
        "notes": [line for line in model.card.notes.splitlines() if line],
        "tensors": {name: f"generator.{name}" for name in model.tensors},
        "left_over": [],
    }


def _architecture(architecture: Architecture, names: Sequence[str]) -> dict[str, Any]:
    channels, height, width = architecture.output
    layers = [
        {**layer.model_dump(mode="json"), "module": name, "output": list(shape)}
        for layer, name, shape in zip(architecture.layers, names, architecture.shapes()[1:], strict=True)
    ]
    return {
        "summary": summary(architecture),
        "latent": architecture.latent,
        "channels": channels,
        "height": height,
        "width": width,
        "classes": architecture.classes,
        "output_range": list(architecture.output_range),
        "inputs": [one.model_dump(mode="json") for one in architecture.inputs],
        "layers": layers,
    }


# ---- as text ------------------------------------------------------------------------------------------------


def _lines(tree: dict[str, Any]) -> list[str]:
    from math import prod

    count = sum(prod(entry["shape"]) for entry in tree["tensors"] if entry["dtype"] != "computed")
    stored = [entry for entry in tree["tensors"] if entry["dtype"] != "computed"]
    size = f"{tree['bytes'] / 1e6:,.2f} MB, {len(stored):,} tensors with {count:,} numbers"
    lines = [f"{tree['file']}: {tree['format']}, {size}", "", *_tensor_lines(tree["tensors"])]
    # What an optimiser was told is long and tells nothing of a generator; the JSON has it.
    own = tree["format"] == "GAN Studio"
    values = [(name, value) for name, value in tree["values"].items() if "param_groups" not in name and not own]
    if values:
        lines += ["", "beside them:", *(f"  {name} = {value}" for name, value in values[:VALUES_SHOWN])]
        if len(values) > VALUES_SHOWN:
            lines.append(f"  and {len(values) - VALUES_SHOWN:,} more")
    lines += [f"note: {note}" for note in tree["notes"]]
    if tree["generator"]:
        lines += ["", *_generator_lines(tree["generator"])]
    else:
        lines += ["", f"no generator: {tree['problem']}"]
    if "against" in tree:
        lines += ["", *_against_lines(tree["against"])]
    taken = tree["generator"]["part"] if tree["generator"] else None
    others = [one for one in tree["candidates"] if one["name"] != taken]
    if others:
        lines += ["", "other parts:"]
        lines += [f"  {one['name'] or 'all tensors'}: {_role(one)}" for one in others]
    return lines


def _role(one: dict[str, Any]) -> str:
    return str(one["role"] if one["role"] != "other" or not one["problem"] else f"no generator; {one['problem']}")


def _tensor_lines(tensors: list[dict[str, Any]]) -> list[str]:
    rows = [("tensor", "shape", "dtype", "min", "max", "mean", "deviation", "")]
    for entry in tensors:
        numbers = (entry[name] for name in ("minimum", "maximum", "mean", "deviation"))
        wrong = [
            f"{entry[key]:,} {name}" for key, name in (("not_numbers", "NaN"), ("infinite", "infinite")) if entry[key]
        ]
        told = ("" if number is None else f"{number:.4g}" for number in numbers)
        rows.append((entry["name"], _size(entry["shape"]), entry["dtype"], *told, ", ".join(wrong)))
    return _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _generator_lines(generator: dict[str, Any]) -> list[str]:
    rows = [("", "layer", "gives", "module")]
    for number, layer in enumerate(generator["layers"], start=1):
        size = " x ".join(map(str, layer["output"]))
        rows.append((f"{number:4}", _described(layer), size, layer["module"]))
    lines = [f"generator: {generator['part'] or 'all tensors'}, {generator['summary']}"]
    lines += [f"  {note}" for note in generator["notes"]]
    lines += ["", *_aligned(rows)]
    if not generator["questions"]:
        return lines
    lines += ["", "what shapes do not tell (change it with --set):"]
    questions = [(f"  {one['key']}={one['chosen']}", one["text"], _options(one)) for one in generator["questions"]]
    lines += _aligned(questions)
    over = generator["left_over"]
    return [*lines, "", f"left over: {', '.join(over) if over else 'nothing'}"]


def _against_lines(against: dict[str, Any]) -> list[str]:
    fits, missing, over = (len(against[key]) for key in ("fits", "missing", "left_over"))
    lines = [f"against {against['name']}, {against['summary']}: {fits} fit, {missing} missing, {over} left over"]
    rows = []
    for one in against["missing"]:
        instead = f"{one['instead']} has {_size(one['instead_shape'])} there" if one["instead"] else ""
        rows.append(("  missing", one["name"], _size(one["shape"]), instead))
    rows += [("  left over", name, "", "") for name in against["left_over"]]
    return lines + (_aligned(rows) if rows else [])


def _size(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def _options(question: dict[str, Any]) -> str:
    others = [option for option in question["options"] if option != question["chosen"]]
    more = f", {len(others) - LONGEST_OPTIONS} more" if len(others) > LONGEST_OPTIONS else ""
    return f"or {', '.join(others[:LONGEST_OPTIONS])}{more}" if others else ""


def _described(layer: dict[str, Any]) -> str:
    kind: str = layer["kind"].replace("_", " ")
    if "kernel" in layer:
        bias = "" if layer["bias"] else ", no bias"
        more = f", output padding {layer['output_padding']}" if layer.get("output_padding") else ""
        sizes = f"{layer['kernel']} x {layer['kernel']}, stride {layer['stride']}, padding {layer['padding']}{more}"
        return f"{kind} {layer['inputs']} -> {layer['outputs']}, {sizes}{bias}"
    if kind == "dense":
        return f"dense {layer['inputs']} -> {layer['outputs']}{'' if layer['bias'] else ', no bias'}"
    if kind == "graph":
        return f"graph: {layer['program']}"
    if kind == "activation":
        slope = f" {layer['slope']:g}" if layer["function"] == "leaky_relu" else ""
        return f"{layer['function'].replace('_', ' ')}{slope}"
    if kind == "upsample":
        return f"enlarged {layer['factor']} times, {layer['mode']}"
    if kind == "batch norm":
        return f"batch normalisation, epsilon {layer['epsilon']:g}"
    if kind == "branches":
        rows = ["; ".join(map(_described, row)) or "as it is" for row in layer["rows"]]
        return f"branches {layer['joined']}: {' | '.join(rows)}"
    if kind == "group norm":
        return f"group normalisation, {layer['groups']} groups"
    if kind == "slopes":
        return f"leaky relu with {layer['features']} learned slopes"
    if kind == "padding":
        return f"padding {layer['margin']}, {layer['border']}"
    if kind == "attention":
        return f"self-attention, {layer['features']} maps, {layer['keys']} keys"
    return kind

"""Arrays that a script needs: as formulas where the source has one, in digits, or packed where they are many."""

from __future__ import annotations

import ast
import base64
import inspect
import textwrap
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.data import Distribution
from ganstudio.script.layout import WIDTH, Block, docstring, indented, listed
from ganstudio.script.spelling import Constants, number_text, unparsed
from ganstudio.script.symbols import content

__all__ = ["defined", "packed"]

Array = NDArray[Any]

MOST_NUMBERS = 512
"""Numbers of an array that are written in digits."""
FORMULAS = ("components", "boxes")
"""Methods of distributions that compute arrays from settings alone, in lines that a script can have as they are."""


def _is_packed(values: Array) -> bool:
    """Whether an array is so large that it is packed."""
    return values.size > MOST_NUMBERS


def defined(constants: Constants, data: Distribution) -> list[Block]:
    """Return the definitions of all arrays that are not packed."""
    blocks: list[Block] = []
    for name, symbol in constants.arrays.items():
        values = content(symbol)
        if _is_constant(values):
            blocks.append([f"{name} = torch.full({values.shape!r}, {_nested(values.flat[0].item())})"])
        elif formula := _formula(data, name.lower(), values):
            blocks += [formula, [f"{name} = torch.tensor({name.lower()}(), dtype=torch.float32)"]]
        elif not _is_packed(values):
            blocks.append(_in_digits(name, values))
    return blocks


def _is_constant(values: Array) -> bool:
    return values.size > 1 and bool((values == values.flat[0]).all())


def _in_digits(name: str, values: Array) -> list[str]:
    if (even := _evenly_spaced(values)) is not None:
        return [f"{name} = {even}"]
    return listed(f"{name} = torch.tensor(", [_nested(row) for row in values.tolist()], ")")


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    text = number_text(value)
    return f"{text}.0" if isinstance(value, float) and text.lstrip("-").isdigit() else text


def _evenly_spaced(values: Array) -> str | None:
    """Return how PyTorch makes evenly spaced numbers, if these are such."""
    if values.ndim != 1 or len(values) < 3 or values.dtype.kind != "f":
        return None
    first, last = float(values[0]), float(values[-1])
    if not np.allclose(values, np.linspace(first, last, len(values)), rtol=0, atol=1e-12):
        return None
    return f"torch.linspace({number_text(first)}, {number_text(last)}, {len(values)})"


# ---- formulas ----------------------------------------------------------------------------------------


def _formula(data: Distribution, name: str, values: Array) -> list[str] | None:
    """Return a function that computes an array as a method of the distribution does, with the settings in it."""
    for method in FORMULAS:
        function = getattr(type(data), method, None)
        if function is None:
            continue
        for number, result in enumerate(getattr(data, method)()):
            if np.array_equal(result, values) and (lines := _with_settings(data, function, name, number)):
                return lines
    return None


class _Inlined(ast.NodeTransformer):
    """Puts a distribution's settings in place of what reads them."""

    def __init__(self, data: Distribution) -> None:
        self._data = data

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            value = getattr(self._data, node.attr)
            return ast.parse(number_text(value), mode="eval").body if isinstance(value, int | float) else node
        self.generic_visit(node)
        return node


def _with_settings(data: Distribution, function: Any, name: str, number: int) -> list[str] | None:
    """Return a method's lines with values for its settings, and one of the arrays that it returns.

    None if they are not such lines: they may use NumPy and what they have computed themselves, nothing else.
    """
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return None
    assert isinstance(definition, ast.FunctionDef)
    *before, last = definition.body[1:]
    if not (isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple)):
        return None
    result = last.value.elts[number]
    if before and isinstance(before[-1], ast.Assign) and ast.unparse(before[-1].targets[0]) == ast.unparse(result):
        result = before.pop().value  # type: ignore[attr-defined] # of an assignment
    statements = [_Inlined(data).visit(each) for each in _needed([*before, ast.Return(result)])]
    names = [node for each in statements for node in ast.walk(each) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    if any(node.id not in own | {"np"} for node in names):
        return None
    text = docstring(f"Return the {name} ({data.title}).")
    lines = [f"def {name}():", *indented(text), *indented([unparsed(each) for each in statements])]
    return lines if all(len(line) <= WIDTH and "\n" not in line for line in lines) else None


def _needed(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements without assignments that nothing after them needs."""
    kept: list[ast.stmt] = []
    read: set[str] = set()
    for statement in reversed(statements):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if not assigned or assigned & read:
            kept.insert(0, statement)
            read |= {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return kept


# ---- packed ------------------------------------------------------------------------------------------


def packed(constants: Constants) -> list[Block]:
    """Return the definitions of the arrays that are too large for digits, as text, and what reads it."""
    blocks: list[Block] = []
    for name, symbol in constants.arrays.items():
        values = content(symbol)
        if _is_packed(values) and not _is_constant(values):
            kind = "float32" if values.dtype.kind == "f" else "int64"
            text = base64.b85encode(zlib.compress(values.astype(kind).tobytes(), 9)).decode()
            pieces = [f'    "{text[start : start + WIDTH - 8]}"' for start in range(0, len(text), WIDTH - 8)]
            pieces[-1] += ","
            blocks.append([f"{name} = unpacked(", *pieces, f'    "{kind}",', f"    {values.shape!r},", ")"])
    reader = [
        "def unpacked(text, kind, shape):",
        '    """Return the numbers that are packed into a text."""',
        "    numbers = np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype=kind)",
        "    return torch.tensor(numbers.reshape(shape))",
    ]
    return [reader, *blocks] if blocks else []

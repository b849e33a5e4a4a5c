"""What a pickle would make, told from its instructions, none of which is carried out.

The first line of defence: what names anything but tensors is refused before PyTorch sees it. The second is PyTorch's
own reader for weights only, in a process of its own (`child`).
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Iterator
from typing import Any, Final

from ganstudio.settings import name_shown

__all__ = ["LARGEST_PICKLE", "MOST_INSTRUCTIONS", "PickleProblemError", "check_pickle"]

LARGEST_PICKLE: Final = 8 * 2**20
"""Bytes; a checkpoint of three thousand tensors has half a million."""
MOST_INSTRUCTIONS: Final = 600_000
DEEPEST: Final = 1_000
"""Containers begun and not ended."""

KNOWN: Final = frozenset(
    "PROTO STOP GLOBAL NEWOBJ REDUCE BUILD APPEND APPENDS SETITEM SETITEMS MARK TUPLE TUPLE1 TUPLE2 TUPLE3 NONE "  # noqa: SIM905
    "NEWFALSE NEWTRUE EMPTY_TUPLE EMPTY_LIST EMPTY_DICT EMPTY_SET BININT BININT1 BININT2 BINFLOAT BINUNICODE "
    "SHORT_BINSTRING BINPERSID BINGET LONG_BINGET BINPUT LONG_BINPUT LONG1".split()
)
"""Instructions that PyTorch's reader for weights carries out."""
NAMING: Final = frozenset(("GLOBAL", "STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"))
TEXTS: Final = frozenset(("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"))

STORAGES: Final = (
    *("Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"),
    *("ComplexDouble", "ComplexFloat", "Untyped", "Typed"),
)
ALLOWED: Final = frozenset(
    [
        "collections.OrderedDict",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_tensor_v3",
        "torch._tensor._rebuild_from_type_v2",
        "torch.nn.parameter.Parameter",
        "torch.Tensor",
        "torch.Size",
        "torch.device",
        "torch.serialization._get_layout",
        *(f"torch.{name}Storage" for name in STORAGES),
        *(f"torch.storage.{name}Storage" for name in STORAGES),
        *(f"torch.{name}Tensor" for name in STORAGES),
        *(f"torch.{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
        "torch.bool",
        "torch.float16",
        "torch.bfloat16",
        "torch.float32",
        "torch.float64",
        "torch.float8_e4m3fn",
        "torch.float8_e5m2",
        "torch.complex64",
        "torch.complex128",
        "collections.Counter",
        "builtins.set",
        "__builtin__.set",
    ]
)
"""What tensors, and the dictionaries around them, are made of."""


class PickleProblemError(ValueError):
    """Why a pickle is not read; the message lacks the file's name."""


def check_pickle(data: bytes, start: int = 0) -> int:
    """Check one pickle, and return where it ends.

    Parameters
    ----------
    data
        The bytes of a file, or the first of them.
    start
        Where in them the pickle begins.

    Raises
    ------
    PickleProblemError
        If it holds anything but tensors and plain values, is broken, or is very long.
    """
    file = io.BytesIO(data)
    file.seek(start)
    texts: list[str] = []
    unknown = ""
    deep = 0
    for count, (name, argument) in enumerate(_instructions(file)):
        if count >= MOST_INSTRUCTIONS:
            raise PickleProblemError(f"its list of contents has more than {MOST_INSTRUCTIONS:,} instructions")
        if name in NAMING:
            _check_name(_named(name, argument, texts))
        elif name in TEXTS:
            texts = [*texts[-1:], argument]
        deep += (name == "MARK") - (name in ("TUPLE", "APPENDS", "SETITEMS"))
        if deep > DEEPEST:
            raise PickleProblemError(f"its contents are nested more than {DEEPEST:,} deep")
        if not unknown and name not in KNOWN:
            unknown = name
    if unknown:
        raise PickleProblemError(
            f"is pickled in a way that torch.save does not use ({unknown}); pickle_protocol=2 in torch.save helps"
        )
    return file.tell()


def _instructions(file: io.BytesIO) -> Iterator[tuple[str, Any]]:
    """Yield the name and the argument of each instruction."""
    try:
        for operation, argument, _ in pickletools.genops(file):
            yield operation.name, argument
    except PickleProblemError:
        raise
    # Of a broken pickle, its own reader says anything: ValueError, IndexError, OverflowError, struct.error, ...
    except Exception as error:
        problem = f"is cut off or damaged: its list of contents has no meaning ({_short(error)})"
        raise PickleProblemError(problem) from None


def _named(name: str, argument: Any, texts: list[str]) -> str:
    """Return the dotted name that an instruction asks for."""
    if name in ("GLOBAL", "INST"):
        return str(argument).replace(" ", ".", 1)
    if name == "STACK_GLOBAL" and len(texts) == 2:
        return ".".join(texts)
    return "named by a number"


def _check_name(name: str) -> None:
    if name in ALLOWED:
        return
    module = name.split(".", 1)[0]
    # A network that was saved whole names its class and torch's modules.
    own = module in ("__main__", "models", "model", "networks") or name.startswith("torch.nn.modules")
    advice = "; saving model.state_dict() in place of the model helps" if own else ""
    raise PickleProblemError(f"holds Python objects ({name_shown(name)}); only tensors are read{advice}")


def _short(error: Exception) -> str:
    return name_shown(" ".join(str(error).split())) or type(error).__name__

"""What a pickle would make, told from its instructions: nothing is imported, nothing called, nothing allocated.

The first line of defence: what names anything but tensors is refused before PyTorch sees it, and so is what is broken.
The second is PyTorch's own reader for weights only, in a process of its own (`child`).
"""

from __future__ import annotations

import io
import math
import pickletools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ganstudio.settings import name_shown

__all__ = [
    "DICTIONARIES",
    "INERT",
    "LARGEST_PICKLE",
    "Opaque",
    "PickleProblemError",
    "Storage",
    "TensorOutline",
    "outlined",
]

LARGEST_PICKLE: Final = 8 * 2**20
"""Bytes; a checkpoint of three thousand tensors has half a million."""
MOST_INSTRUCTIONS: Final = 400_000
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

STORAGES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("Untyped", "Typed", "Byte", "Char", "Bool"), 1),
    **dict.fromkeys(("Half", "BFloat16", "Short"), 2),
    **dict.fromkeys(("Float", "Int"), 4),
    **dict.fromkeys(("Double", "Long", "ComplexFloat"), 8),
    "ComplexDouble": 16,
}
"""Bytes of one number in each of PyTorch's storages."""
MOST_AXES: Final = 64
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
INERT: Final = frozenset(
    [
        "argparse.Namespace",
        "types.SimpleNamespace",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        *(f"pathlib.{name}" for name in ("Path", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")),
        *(f"pathlib._local.{name}" for name in ("PosixPath", "WindowsPath")),
        *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
        "numpy.dtype",
        "numpy.ndarray",
        *(f"numpy.dtypes.{kind}{bits}DType" for kind in ("Float", "Int", "UInt") for bits in (8, 16, 32, 64)),
        "numpy.dtypes.BoolDType",
        "_codecs.encode",
        "builtins.list",
        "builtins.dict",
        "builtins.int",
        "builtins.float",
        "__builtin__.list",
        "__builtin__.dict",
    ]
)
"""What hyperparameters are often kept in. None of it is imported: an empty thing takes the place of each."""
DICTIONARIES: Final = frozenset(
    [
        "collections.defaultdict",
        "easydict.EasyDict",
        "addict.addict.Dict",
        "yacs.config.CfgNode",
        "lightning_fabric.utilities.data.AttributeDict",
        "lightning.fabric.utilities.data.AttributeDict",
        "pytorch_lightning.utilities.parsing.AttributeDict",
    ]
)
"""The same of dictionaries: a plain one takes the place of each."""


ADVICE: Final = "; saving nothing but model.state_dict() helps"


class PickleProblemError(ValueError):
    """Why a pickle is not read; the message lacks the file's name."""


@dataclass(frozen=True)
class Opaque:
    """Something that is neither a tensor nor plain: a name that is allowed, or what it would make."""

    name: str


class Attributes(dict[Any, Any]):
    """In the place of what hyperparameters are kept in."""


@dataclass(frozen=True)
class Storage:
    """Numbers that lie elsewhere in the file.

    Attributes
    ----------
    kind
        Of PyTorch's storages: "Float", ...
    numbers
        How many it is said to have.
    """

    kind: str
    key: str
    numbers: int

    @property
    def size(self) -> int:
        """Bytes that it is said to have."""
        return self.numbers * STORAGES[self.kind]


@dataclass(frozen=True)
class TensorOutline:
    """A tensor as a part of a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many it has."""
        return math.prod(self.shape)

    @property
    def end(self) -> int:
        """Behind the last number of the storage that it uses."""
        if not self.numbers:
            return 0
        return self.offset + 1 + sum((size - 1) * step for size, step in zip(self.shape, self.strides, strict=True))


def outlined(data: bytes, start: int = 0) -> tuple[Any, int]:
    """Return what one pickle would make, with outlines for tensors, and where in `data` it ends.

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
    _check_instructions(file)
    file.seek(start)
    try:
        return _Outliner().result(_instructions(file)), file.tell()
    # What a wrong sequence of instructions meets: an empty stack, a list in place of a dictionary, ...
    except (IndexError, KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        if isinstance(error, PickleProblemError):
            raise
        problem = f"is damaged: its list of contents makes no sense ({_short(error)})"
        raise PickleProblemError(problem) from None


def _check_instructions(file: io.BytesIO) -> None:
    """Refuse names that are not allowed first, whatever else is wrong: they are what a person has to know."""
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


class _Outliner:
    """Carries out the instructions that torch.save writes, with outlines in place of tensors."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def result(self, instructions: Iterator[tuple[str, Any]]) -> Any:
        """Return what the last instruction leaves."""
        for name, argument in instructions:
            if name == "STOP":
                return self._stack.pop()
            self._carry_out(name, argument)
        raise ValueError("it does not end")

    def _carry_out(self, name: str, argument: Any) -> None:
        stack = self._stack
        match name:
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                stack.append({"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[name])
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_LIST":
                stack.append([])
            case "EMPTY_SET":
                stack.append(Opaque("set"))
            case "EMPTY_TUPLE":
                stack.append(())
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                count = int(name[-1])
                stack[-count:] = [tuple(_last(stack, count))]
            case "MARK":
                self._marked.append(stack)
                self._stack = []
            case "TUPLE":
                self._stack = self._marked.pop()
                self._stack.append(tuple(stack))
            case "APPENDS" | "SETITEMS":
                self._stack = self._marked.pop()
                _fill(self._stack[-1], stack, name == "SETITEMS")
            case "APPEND":
                item = stack.pop()
                _fill(stack[-1], [item], False)
            case "SETITEM":
                pair = _last(stack, 2)
                del stack[-2:]
                _fill(stack[-1], pair, True)
            case "BINGET" | "LONG_BINGET":
                stack.append(self._memo[argument])
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "GLOBAL":
                stack.append(Opaque(_named(name, argument, [])))
            case "REDUCE" | "NEWOBJ":
                arguments = stack.pop()
                stack.append(_made(stack.pop(), arguments))
            case "BUILD":
                state = stack.pop()
                if isinstance(stack[-1], Attributes) and isinstance(state, dict):
                    stack[-1].update(state)
            case "BINPERSID":
                stack.append(_storage(stack.pop()))
            case "PROTO":
                pass
            case _:  # numbers and texts
                stack.append(argument)


def _last(stack: list[Any], count: int) -> list[Any]:
    if len(stack) < count:
        raise IndexError("it takes what is not there")
    return stack[-count:]


def _fill(container: Any, items: list[Any], pairs: bool) -> None:
    """Put items into a list or a dictionary."""
    if isinstance(container, Opaque):
        return
    if not pairs:
        if not isinstance(container, list):
            raise TypeError("it adds to what is no list")
        container.extend(items)
        return
    if not isinstance(container, dict) or len(items) % 2:
        raise TypeError("it sets what is no entry of a dictionary")
    container.update(zip(items[::2], items[1::2], strict=True))


def _made(what: Any, arguments: Any) -> Any:
    """Return what a name would make of arguments."""
    if not isinstance(what, Opaque) or not isinstance(arguments, tuple):
        raise TypeError("it calls what cannot be called")
    if what.name in INERT or what.name in DICTIONARIES:
        return Attributes()
    match what.name:
        case "torch._utils._rebuild_tensor" | "torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor_v3":
            return _tensor(*arguments[:4])
        case "torch._utils._rebuild_parameter" | "torch._utils._rebuild_parameter_with_state":
            return arguments[0]
        case "torch.nn.parameter.Parameter" if arguments:
            return arguments[0]
        case "torch._tensor._rebuild_from_type_v2":
            return _made(arguments[0], arguments[2])
        case "collections.OrderedDict":
            return dict(arguments[0]) if arguments else {}
        case "torch.Size":
            return tuple(arguments[0])
    return Opaque(what.name)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any) -> TensorOutline:
    numbers = (offset, *shape, *strides)
    if not isinstance(storage, Storage) or len(shape) != len(strides) or len(shape) > MOST_AXES:
        raise TypeError("a tensor without a storage")
    if not all(type(number) is int and 0 <= number < 2**62 for number in numbers):
        raise ValueError("a tensor whose shape is none")
    return TensorOutline(storage, offset, tuple(shape), tuple(strides))


def _storage(told: Any) -> Storage:
    if not isinstance(told, tuple) or len(told) < 5 or told[0] != "storage" or not isinstance(told[1], Opaque):
        raise TypeError("it refers to what is no storage")
    kind = told[1].name.rpartition(".")[2].removesuffix("Storage")
    key, numbers = told[2], told[4]
    if kind not in STORAGES or not isinstance(key, str) or type(numbers) is not int or not 0 <= numbers < 2**62:
        raise ValueError("a storage that is none")
    return Storage(kind, key, numbers)


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
    if name in ALLOWED or name in INERT or name in DICTIONARIES:
        return
    raise PickleProblemError(f"holds Python objects ({name_shown(name)}); only tensors are read{ADVICE}")


def _short(error: Exception) -> str:
    return name_shown(" ".join(str(error).split())) or type(error).__name__

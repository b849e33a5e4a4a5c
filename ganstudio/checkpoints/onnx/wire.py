"""Protocol buffers as far as reading ONNX needs them: numbered fields of a message, without a schema.

https://protobuf.dev/programming-guides/encoding describes the format. Nothing is copied: a field that has a length is a
view into the file's bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["Budget", "WireError", "fields", "signed", "text", "varints"]

LONGEST_NAME: Final = 1000


class WireError(ValueError):
    """Bytes that are no message. The message says what is wrong, without the file's name."""


class Budget:
    """How many fields may still be looked at, so that no file takes long."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    def spend(self) -> None:
        """Count one field.

        Raises
        ------
        WireError
            If there were too many.
        """
        self._left -= 1
        if self._left < 0:
            raise WireError(f"has more than {self._most:,} parts")


def fields(message: memoryview, budget: Budget) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the value of each field: a whole number from 0, or bytes (also of fixed-size numbers).

    Raises
    ------
    WireError
        If it is no message.
    """
    place, end = 0, len(message)
    while place < end:
        budget.spend()
        tag = message[place]
        if tag < 0x80:  # nearly always; the call takes as long as the rest
            place += 1
        else:
            tag, place = _varint(message, place)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise WireError("is damaged: a field has the number 0")
        if kind == 0:
            value, place = _varint(message, place)
            yield number, value
            continue
        if kind == 2:
            length, place = _varint(message, place)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise WireError(f"is damaged: a field is of the kind {kind}, which there is not")
        if length > end - place:
            raise WireError("is cut off or damaged: a field is longer than what is left")
        yield number, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """Return a whole number of seven bits a byte, lowest first, and where it ends."""
    result = 0
    for count, byte in enumerate(message[place : place + 10]):
        result |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return result & (2**64 - 1), place + count + 1
    raise WireError("is cut off or damaged: a number has no end")


def varints(value: int | memoryview, budget: Budget) -> Iterator[int]:
    """Yield the numbers of a repeated field, whether they are packed into one or stand alone."""
    if isinstance(value, int):
        yield signed(value)
        return
    place = 0
    while place < len(value):
        budget.spend()
        number, place = _varint(value, place)
        yield signed(number)


def signed(number: int) -> int:
    """Return a number of 64 bits with its sign."""
    return number - 2**64 if number >= 2**63 else number


def text(value: int | memoryview) -> str:
    """Return a name as text that can be printed, or refuse what is too long for one."""
    if isinstance(value, int) or len(value) > LONGEST_NAME:
        raise WireError("is damaged: a name is no text, or far too long")
    return "".join(letter if letter.isprintable() else "?" for letter in bytes(value).decode("utf-8", "replace"))

"""Numbers as people write and read them."""

from __future__ import annotations

import math
import re

__all__ = ["allowed_text", "next_nice", "parse_number", "short"]

_SUFFIXES = {"k": 1e3, "m": 1e6}
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
_LARGE = 2**31 - 1
_RAISED = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([km]?)")


def short(value: float, digits: int = 4) -> str:
    """Return a number in at most `digits` significant digits, in the shortest clean notation.

    Examples
    --------
    >>> short(0.001), short(0.25), short(128.0), short(12345.678), short(2e7)
    ('1e-3', '0.25', '128', '12346', '2e7')
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("infinite" if value > 0 else "-infinite")
    if value == 0:
        return "0"
    if isinstance(value, int):
        return str(value)
    exponent = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if -3 < exponent < 5:
        text = f"{value:.{max(0, digits - 1 - exponent)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"


def parse_number(text: str) -> float | None:
    """Return the number that a person typed, or None.

    "1e-3", "0.001", "2k", "1.5M", "0,5", "1 000", "1,000" and a typographic minus sign are all understood.
    """
    clean = "".join(text.split()).replace("\N{MINUS SIGN}", "-").lower()
    if _THOUSANDS.fullmatch(clean):
        clean = clean.replace(",", "")
    if clean.count(",") == 1 and "." not in clean:
        clean = clean.replace(",", ".")
    match = _NUMBER.fullmatch(clean)
    if match is None:
        return None
    value = float(match[1]) * _SUFFIXES.get(match[2], 1.0)
    return value if math.isfinite(value) else None


def next_nice(value: float, direction: int) -> float:
    """Return the next number of the series 1, 2, 5, 10, ... above (+1) or below (-1) a positive one."""
    exponent = math.floor(math.log10(value))
    nice = [float(f"{m}e{e}") for e in (exponent - 1, exponent, exponent + 1) for m in (1, 2, 5)]
    if direction > 0:
        return next(number for number in nice if number > value * (1 + 1e-9))
    return next(number for number in reversed(nice) if number < value * (1 - 1e-9))


def allowed_text(low: float | None, high: float | None, *, open_low: bool = False, open_high: bool = False) -> str:
    """Return an allowed range in words, for example "above 0, at most 10", or "" if anything goes."""
    parts = []
    if low is not None:
        parts.append(f"{'above' if open_low else 'at least'} {_limit(low)}")
    if high is not None:
        parts.append(f"{'below' if open_high else 'at most'} {_limit(high)}")
    if low is not None and high is not None and not open_low and not open_high:
        return f"{_limit(low)} to {_limit(high)}"
    return ", ".join(parts)


def _limit(value: float) -> str:
    """Return a limit as `short` does, but the largest whole numbers of computers as people know them: 2^63 - 1."""
    if isinstance(value, int) and value >= _LARGE and not value & (value + 1):
        return f"2{str(value.bit_length()).translate(_RAISED)}\N{NO-BREAK SPACE}\N{MINUS SIGN}\N{NO-BREAK SPACE}1"
    return short(value)

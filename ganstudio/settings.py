"""What every group of settings shares: immutable, validated, described for people.

A setting is declared once, with its title, its tooltip, its range and whether it can change while a run
is going on; forms, files, the command line and error messages are all made from that declaration.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

__all__ = ["Settings", "SettingsError", "explain", "hint", "name_shown", "one_of_many", "setting", "shown"]

LONGEST_SHOWN = 60
"""Characters of what a person wrote that an error message repeats."""


class SettingsError(ValueError):
    """A setting has a value that is not allowed. The message is one line that names the setting."""


class Settings(BaseModel):
    """A frozen group of settings. Unknown names are errors, so are values of another type; numbers must be finite.

    Only two things are converted: a whole number where any number is wanted, and a list, as TOML has, to a tuple.
    """

    # Built when first used: of the fifty kinds of settings, a start needs twenty.
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True, strict=True, defer_build=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _plain_value(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse switches where numbers are wanted, which Python takes as 1 and 0; turn lists into tuples."""
        kind = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and kind in (int, float):
            wanted = "integer" if kind is int else "number"
            raise PydanticCustomError("number_type", "Input should be a valid {wanted}", {"wanted": wanted})
        takes_tuple = any(get_origin(one) is tuple for one in (kind, *get_args(kind)))  # "tuple | None", too
        return _as_tuples(value) if isinstance(value, list) and takes_tuple else value

    def changed(self, **values: Any) -> Self:
        """Return a validated copy with some values replaced.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is not allowed.
        """
        try:
            return type(self).model_validate({**dict(self), **values})
        except ValidationError as error:
            raise SettingsError(explain(error)) from None


def setting(
    default: Any,
    title: str,
    description: str,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    unit: str = "",
    live: bool = False,
    expert: bool = False,
    logarithmic: bool = False,
    embedded: bool = False,
    choices: dict[str, str] | None = None,
) -> Any:
    """Declare one setting.

    Parameters
    ----------
    default
        The value when nothing is said.
    title
        The label beside its field, at most three words.
    description
        The tooltip: what it does, in which unit, and which range is sane.
    ge, gt, le, lt
        Allowed range.
    unit
        Shown behind the number.
    live
        Whether a running run takes a new value without a restart.
    expert
        Whether the form hides it until "More settings" is opened.
    logarithmic
        Whether it is natural to step it by factors (learning rates).
    embedded
        Whether it holds what a person drew or a file had: no form shows it, and headers say what it is, not its value.
    choices
        For text settings: what each allowed value is called in a list.
    """
    extra: dict[str, Any] = {
        "unit": unit,
        "live": live,
        "expert": expert,
        "logarithmic": logarithmic,
        "embedded": embedded,
        "choices": choices or {},
    }
    return Field(default, title=title, description=description, ge=ge, gt=gt, le=le, lt=lt, json_schema_extra=extra)


def _as_tuples(value: list[Any]) -> tuple[Any, ...]:
    """Return a list, and lists in it, as tuples; no setting has lists within those."""
    return tuple(tuple(item) if isinstance(item, list) else item for item in value)


def hint(field: FieldInfo, name: str) -> Any:
    """Return what `setting` was told under `name` (`unit`, `live`, ...) about a field, or None."""
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def shown(value: Any) -> str:
    """Return what a person wrote as a message repeats it: quoted, escaped where it cannot be printed, not too long."""
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}...")
    return reprlib.repr(value)


def one_of_many(name: Any, allowed: Iterable[str]) -> str:
    """Return what a long table has instead of a name: the likeliest, or some."""
    names = list(allowed)
    close = difflib.get_close_matches(name, names, n=3) if isinstance(name, str) else []
    return f"one of {', '.join(close or names[:6])}" + ("" if close else f" and {len(names) - 6} more")


def name_shown(name: str) -> str:
    """Return a setting's dotted name in the same way, but without quotes."""
    text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name[: LONGEST_SHOWN + 1])
    return text if len(name) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def explain(error: ValidationError) -> str:
    """Return one line for the first thing that is wrong: its dotted name, what is wrong, what is allowed."""
    first = error.errors()[0]
    where = name_shown(".".join(str(part) for part in first["loc"])) or "experiment"
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    if first["type"] == "value_error":
        return f"{where}: {said}" if not said.startswith(where) else said
    return f"{where}: {shown(first['input'])} is not allowed; {said[:1].lower()}{said[1:]}"

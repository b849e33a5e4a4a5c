"""What every group of settings shares: immutable, validated, described for people.

A setting is declared once, with its title, its tooltip, its range and whether it can change while a run
is going on; forms, files, the command line and error messages are all made from that declaration.
"""

from __future__ import annotations

import reprlib
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

__all__ = ["Settings", "SettingsError", "explain", "setting"]


class SettingsError(ValueError):
    """A setting has a value that is not allowed. The message is one line that names the setting."""


class Settings(BaseModel):
    """A frozen group of settings. Unknown names are errors, numbers must be finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _switches_are_no_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse what pydantic and Python would take as 1 and 0."""
        kind = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and kind in (int, float):
            wanted = "integer" if kind is int else "number"
            raise PydanticCustomError("number_type", "Input should be a valid {wanted}", {"wanted": wanted})
        return value

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
    choices
        For text settings: what each allowed value is called in a list.
    """
    extra: dict[str, Any] = {
        "unit": unit,
        "live": live,
        "expert": expert,
        "logarithmic": logarithmic,
        "choices": choices or {},
    }
    return Field(default, title=title, description=description, ge=ge, gt=gt, le=le, lt=lt, json_schema_extra=extra)


def hint(field: FieldInfo, name: str) -> Any:
    """Return what `setting` was told under `name` (`unit`, `live`, ...) about a field, or None."""
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def explain(error: ValidationError) -> str:
    """Return one line for the first thing that is wrong: its dotted name, what is wrong, what is allowed."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "experiment"
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    if first["type"] == "value_error":
        return f"{where}: {said}" if not said.startswith(where) else said
    return f"{where}: {reprlib.repr(first['input'])} is not allowed; {said[:1].lower()}{said[1:]}"

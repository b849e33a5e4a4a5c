"""The table of named methods, grouped by family."""

from __future__ import annotations

from ganstudio.methods import further, plain
from ganstudio.methods.method import Method

__all__ = ["METHODS"]

METHODS: dict[str, Method] = {**plain.METHODS, **further.METHODS}

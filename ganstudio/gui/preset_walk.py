"""Going from one shipped comparison to the next, as a lecturer does."""

from __future__ import annotations

from functools import cache

from ganstudio import presets

__all__ = ["PresetWalk"]


@cache
def _titles() -> dict[str, int]:
    """Return title -> position of every preset."""
    return {presets.load(name).title: position for position, name in enumerate(presets.names())}


class PresetWalk:
    """Where among the presets what is open stands. A preset with some settings changed is still that preset."""

    @property
    def count(self) -> int:
        """How many presets there are."""
        return len(presets.names())

    def position(self, title: str) -> int | None:
        """Return the position, from 0, of the preset with a title, None if it is none."""
        return _titles().get(title)

    def neighbour(self, title: str, direction: int) -> str | None:
        """Return the name of the preset after (1) or before (-1) the one with a title, None at the end.

        From what is no preset the way goes to the first or to the last one.
        """
        names, position = presets.names(), self.position(title)
        if position is None:
            return names[0] if direction > 0 else names[-1]
        wanted = position + direction
        return names[wanted] if 0 <= wanted < len(names) else None

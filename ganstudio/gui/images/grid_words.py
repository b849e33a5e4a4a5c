"""What the grid shows, and what each of its pictures is, in words."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.opened import REACH, OpenedModel
from ganstudio.gui.images.rendering import Rendering
from ganstudio.gui.numbers import short

__all__ = ["GridWords"]


class GridWords(QObject):
    """Tells of an explorer and of what is rendered of it."""

    def __init__(self, explorer: Explorer, rendering: Rendering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer, self._rendering = explorer, rendering

    def whole(self) -> str:
        """Return what the grid shows."""
        explorer, model = self._explorer, self._explorer.model
        if model is None:
            return ""
        pins = {
            name: name if name in explorer.pins else self.tr("sample {0}").format(number)
            for number, name in enumerate("AB")
        }
        match explorer.mode:
            case "by":
                return self._by(model)
            case "plane":
                text = self.tr("top left: {0} \N{MIDDLE DOT} top right: {1} \N{MIDDLE DOT} bottom left: {2}")
                third = self.tr("current") if self._rendering.has_third(model) else self.tr("sample 2")
                return text.format(pins["A"], pins["B"], third)
            case "walk":
                return self.tr("from {0} to {1}, {2}").format(pins["A"], pins["B"], self.way())
        told = [f"{name} {self._value(model, name)}" for name in sorted(explorer.moment.fixed)]
        parts = [self.tr("seed {0}").format(explorer.moment.seed), *told]
        if explorer.moment.truncation is not None:
            parts.append(self.tr("truncation {0}").format(short(explorer.moment.truncation, 3)))
        return " \N{MIDDLE DOT} ".join(parts)

    def way(self) -> str:
        """Return how the walk goes."""
        on_arc = self._rendering.way == "spherical"
        return self.tr("on the arc between them") if on_arc else self.tr("on the straight line")

    def picture(self, number: int) -> str:
        """Return what a picture of the grid is."""
        model, shown = self._explorer.model, self._rendering.shown
        if model is None or shown is None or number >= shown.recipe.n:
            return ""
        values = model.values(shown.given(model), number)
        told = [
            f"{name} {model.choice_title(name, int(value))}" for name, value in values.items() if name in model.choices
        ]
        told += [f"{name} {short(value, 3)}" for name, value in values.items() if name not in model.choices]
        first = self.tr("sample {0}").format(number)
        return " \N{MIDDLE DOT} ".join([first, *told])

    def _by(self, model: OpenedModel) -> str:
        code = self._explorer.code
        reach = self.tr("{0} from {1} to {2}")
        along = f"{code} {model.code_meaning(code)}".strip()
        ends = f"\N{MINUS SIGN}{REACH:g}", f"{REACH:g}"
        columns = reach.format(along, *ends) if code else self.tr("samples of the seed")
        others = [name for name in model.codes if name != code]
        rows = model.choices[0] if model.choices else reach.format(others[0], *ends) if others else self.tr("samples")
        return self.tr("rows: {0} \N{MIDDLE DOT} columns: {1}").format(rows, columns)

    def _value(self, model: OpenedModel, name: str) -> str:
        value = self._explorer.moment.values[name]
        return model.choice_title(name, int(value)) if name in model.choices else short(value, 3)

"""Where boxes and arrows of a graph are drawn in a room of some size."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from ganstudio.gui.walk.graph import Edge, Graph, NodeKey

__all__ = ["Places", "least_size"]

LEAST_COLUMN, LEAST_ROW = 106.0, 74.0
"""Width of a column and height of a row below which a graph is not drawn."""
GAP = 0.24
"""Share of a column that arrows have."""
LEAST_GAP = 28.0
WIDEST = 156.0
LANE = 20.0
"""Height of the lane above or below all boxes."""
TITLE = 26.0
"""How much higher than wide a box is at most: the line of its title."""


def least_size(graph: Graph) -> tuple[float, float]:
    """Return width and height at text scale 1 below which a graph is not drawn."""
    rows = max(map(len, graph.columns))
    lanes = len({edge.lane for edge in graph.edges} - {"direct"})
    return LEAST_COLUMN * len(graph.columns), LEAST_ROW * rows + LANE * lanes


@dataclass(frozen=True)
class Places:
    """The places of one graph.

    Parameters
    ----------
    width, height
        Of the room, in pixels.
    scale
        Factor on sizes that go with text.
    """

    graph: Graph
    width: float
    height: float
    scale: float = 1.0

    def boxes(self) -> dict[NodeKey, QRectF]:
        """Return where each box is."""
        columns = self.graph.columns
        slot = self.width / len(columns)
        wide = min(slot - max(LEAST_GAP * self.scale, GAP * slot), WIDEST * self.scale)
        over, under = (LANE * self.scale if self._has_lane(lane) else 0.0 for lane in ("over", "under"))
        room = self.height - over - under
        result: dict[NodeKey, QRectF] = {}
        for index, keys in enumerate(columns):
            share = room / len(keys)
            high = min(share - 8 * self.scale, wide + TITLE * self.scale)
            x = (index + 0.5) * slot - wide / 2
            for row, key in enumerate(keys):
                y = over + (row + 0.5) * share - high / 2
                result[key] = QRectF(x, y, wide, high)
        return result

    def _has_lane(self, lane: str) -> bool:
        return any(edge.lane == lane for edge in self.graph.edges)

    def paths(self, boxes: dict[NodeKey, QRectF]) -> dict[tuple[NodeKey, NodeKey], QPainterPath]:
        """Return the line of each arrow, from source to target."""
        return {(edge.source, edge.target): self._path(edge, boxes) for edge in self.graph.edges}

    def _path(self, edge: Edge, boxes: dict[NodeKey, QRectF]) -> QPainterPath:
        source, target = boxes[edge.source], boxes[edge.target]
        if edge.lane != "direct":
            return self._around(edge, source, target)
        forward = target.center().x() > source.center().x()
        start = QPointF(source.right() if forward else source.left(), self._port(edge, source, "source", boxes))
        end = QPointF(target.left() if forward else target.right(), self._port(edge, target, "target", boxes))
        bend = QPointF((end.x() - start.x()) / 2, 0.0)
        path = QPainterPath(start)
        path.cubicTo(start + bend, end - bend, end)
        return path

    def _around(self, edge: Edge, source: QRectF, target: QRectF) -> QPainterPath:
        """Return a line with round corners through the lane above or below the boxes."""
        over = edge.lane == "over"
        lane = 0.5 * LANE * self.scale if over else self.height - 0.5 * LANE * self.scale
        # Not from the middle, where an arrow to the box above or below may be.
        shift = 0.25 * source.width()
        start = QPointF(source.center().x() + shift, source.top() if over else source.bottom())
        end = QPointF(target.center().x() - shift, target.top() if over else target.bottom())
        corner = min(8.0 * self.scale, abs(lane - start.y()), abs(lane - end.y()))
        down = 1.0 if lane > start.y() else -1.0
        path = QPainterPath(start)
        path.lineTo(start.x(), lane - down * corner)
        path.quadTo(QPointF(start.x(), lane), QPointF(start.x() + corner, lane))
        path.lineTo(end.x() - corner, lane)
        path.quadTo(QPointF(end.x(), lane), QPointF(end.x(), lane - down * corner))
        path.lineTo(end)
        return path

    def _port(self, edge: Edge, box: QRectF, end: str, boxes: dict[NodeKey, QRectF]) -> float:
        """Return the height at which an arrow meets a box: all on one side are shared out along it."""
        side = self._side(edge, end, boxes)
        key = getattr(edge, end)
        neighbours = []
        for other in self.graph.edges:
            for its_end, far in (("source", other.target), ("target", other.source)):
                here = other.lane == "direct" and getattr(other, its_end) == key
                if here and self._side(other, its_end, boxes) == side:
                    neighbours.append((boxes[far].center().y(), other.source, other.target))
        neighbours.sort()
        index = [(source, target) for _, source, target in neighbours].index((edge.source, edge.target))
        return box.top() + box.height() * (index + 1) / (len(neighbours) + 1)

    def _side(self, edge: Edge, end: str, boxes: dict[NodeKey, QRectF]) -> bool:
        """Return whether an arrow meets a box at its right."""
        forward = boxes[edge.target].center().x() > boxes[edge.source].center().x()
        return forward if end == "source" else not forward

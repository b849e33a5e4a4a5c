"""The graph: boxes with pictures, arrows between them, and what flows along those."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui import theme
from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.walk.box import Box
from ganstudio.gui.walk.graph import Edge, Graph, NodeKey, Stop, graph_of
from ganstudio.gui.walk.picture import Ink, Look, Picture
from ganstudio.gui.walk.places import Places, least_size
from ganstudio.gui.walk.titles import Titles

__all__ = ["Canvas"]

TOKENS = 3
"""Dots on a lit arrow."""
ASIDE = 7.0
"""How far from an arrow the one of its gradients is drawn, in pixels."""
HEAD = 6.0
FLOW_INKS: dict[NodeKey, Ink] = {"real": "real", "fake": "generated", "generator": "generated", "penalty": "penalty"}
FLOW_INKS |= {"critic": "critic", "scores": "critic", "heads": "critic"}


class Canvas(QWidget):
    """Shows a graph.

    Attributes
    ----------
    pressed : Signal(str)
        The name of a box that a person wants to see in large.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = Titles(self)
        self._boxes: dict[NodeKey, Box] = {}
        self._graph = Graph((), ())
        self._paths: dict[tuple[NodeKey, NodeKey], QPainterPath] = {}
        self._stop: Stop | None = None
        self._phase = 0.0
        self.setAccessibleName(self.tr("Model graph"))
        theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def graph(self) -> Graph:
        """What is shown."""
        return self._graph

    def box(self, key: str) -> Box:
        """Return a box by its name."""
        return self._boxes[key]  # type: ignore[index]

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the graph of an experiment, without pictures."""
        for box in self._boxes.values():
            box.hide()
            box.deleteLater()
        self._graph = graph_of(experiment)
        self._boxes = {}
        for node in self._graph.nodes:
            title = self._titles.of(node.key, experiment)
            box = Box(title.text, title.sign, title.ink, title.hint, self)
            box.setObjectName(node.key)
            box.clicked.connect(self._on_pressed)
            box.show()
            self._boxes[node.key] = box
        self._stop = None
        self.setMinimumSize(self.minimumSizeHint())
        self._place()

    def retitle(self, experiment: Experiment) -> None:
        """Say anew what the boxes are, of the same graph with other settings."""
        for key, box in self._boxes.items():
            box.set_hint(self._titles.of(key, experiment).hint)

    def set_pictures(self, pictures: dict[NodeKey, Picture], progress: float = 1.0) -> None:
        """Show pictures in boxes; what moves in them has come so far."""
        for key, picture in pictures.items():
            self._boxes[key].set_picture(picture, progress)

    def show_stop(self, stop: Stop | None) -> None:
        """Light what a stop is about, and take the rest back; None lights nothing."""
        self._stop = stop
        ends = set() if stop is None else {end for way in stop.edges for end in way}
        for key, box in self._boxes.items():
            lit = stop is not None and key in stop.nodes
            box.set_attention("lit" if lit else "plain" if stop is None or key in ends else "faint")
        self.update()

    def flow(self, seconds: float) -> None:
        """Let what flows along the lit arrows go on."""
        if self._stop is not None and self._stop.edges:
            self._phase = (self._phase + 0.45 * seconds) % 1.0
            self.update()

    def lit_area(self) -> QRectF:
        """Return the part of the canvas that a stop is about, empty without one."""
        area = QRectF()
        for box in self._boxes.values():
            if box.lit:
                area = area.united(QRectF(box.geometry()))
        return area

    def minimumSizeHint(self) -> QSize:
        """Return the least at which pictures can be made out."""
        if not self._graph.nodes:
            return QSize(0, 0)
        width, height = least_size(self._graph)
        return QSize(round(width), round(height)) * theme.current().scale

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self.minimumSizeHint() * 1.4

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place boxes and arrows anew."""
        super().resizeEvent(event)
        self._place()

    def _restyle(self) -> None:
        self.setMinimumSize(self.minimumSizeHint())
        self._place()

    def _place(self) -> None:
        if not self._boxes:
            return
        places = Places(self._graph, self.width(), self.height(), theme.current().scale)
        boxes = places.boxes()
        self._paths = places.paths(boxes)
        for key, box in self._boxes.items():
            box.setGeometry(boxes[key].toRect())
        self.update()

    def _on_pressed(self) -> None:
        self.pressed.emit(self.sender().objectName())

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw arrows, lit ones last, and what flows along them."""
        current = theme.current()
        look = Look(current.palette, small_font(self), current.scale)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        lit = set() if self._stop is None else set(self._stop.edges)
        for edge in sorted(self._graph.edges, key=lambda edge: (edge.source, edge.target) in lit):
            self._paint_edge(painter, edge, look)
        painter.end()

    def _paint_edge(self, painter: QPainter, edge: Edge, look: Look) -> None:
        stop, way = self._stop, (edge.source, edge.target)
        path = self._paths[way]
        lit = stop is not None and way in stop.edges
        forward = lit and stop is not None and not stop.backward
        faint = stop is not None
        self._paint_line(painter, path, look, FLOW_INKS.get(edge.source, "text") if forward else "", faint)
        if edge.gradients:
            back = path.toReversed().translated(0.0, ASIDE * look.scale)
            ink = "" if not lit or forward or stop is None else str(stop.part)
            self._paint_line(painter, back, look, ink, faint, Qt.PenStyle.DashLine)

    def _paint_line(
        self,
        painter: QPainter,
        path: QPainterPath,
        look: Look,
        ink: Ink,
        faint: bool,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        """Draw a line with its head, and dots on it if it is lit in a colour."""
        dashed = style != Qt.PenStyle.SolidLine
        colour = look.colour(ink) if ink else look.colour("muted", (0.3 if faint else 0.55) - 0.1 * dashed)
        pen = QPen(colour, (2.0 if ink else 1.2) * look.scale, style)
        if dashed:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        end, angle = path.pointAtPercent(1.0), math.radians(path.angleAtPercent(1.0))
        size = HEAD * look.scale
        corners = [end] + [
            end - QPointF(math.cos(angle + turn), -math.sin(angle + turn)) * size for turn in (0.42, -0.42)
        ]
        painter.drawPolygon(QPolygonF(corners))
        if ink:
            for index in range(TOKENS):
                place = path.pointAtPercent((self._phase + index / TOKENS) % 1.0)
                painter.drawEllipse(place, 4.0 * look.scale, 4.0 * look.scale)

"""The plane bench's views: the plane itself, the losses, the metrics."""

from __future__ import annotations

from ganstudio.gui.plane.loss_chart import LossChart
from ganstudio.gui.plane.metric_strip import MetricStrip
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.gui.plane.series import BoundedTable

__all__ = ["BoundedTable", "LossChart", "MetricStrip", "PlaneView"]

"""The timeline: a track to go back on, what it keeps, and the ways to the best and the last step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.actions import Actions
from ganstudio.gui.past import Past, kept_steps
from ganstudio.gui.track import Track
from ganstudio.gui.transport import ActionButton
from ganstudio.gui.widgets import ChoiceField, ElidedLabel, Panel, label
from ganstudio.metrics import METRICS

__all__ = ["Timeline"]

REFRESH_MILLISECONDS = 100
"""While training, when nobody can look at the track closely; the panes' pictures matter more."""

WIDE = 1060
"""Pixels at text scale 1 from which there is room to say what is kept."""


class Timeline(Panel):
    """The bar above the transport."""

    def __init__(self, past: Past, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="bar")
        self._past, self._actions = past, actions
        self._shown_metrics: tuple[str, ...] = ()
        self.track = Track(past)
        self.where = label("", "muted")
        self.kept = ElidedLabel("", "small")
        self.kept.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.by = ChoiceField()
        self.by.setObjectName("bookmark metric")
        self.by.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.by.setAccessibleName(self.tr("Metric of the best step"))
        self.by.setToolTip(
            self.tr(
                "The metric by which a step is the best (star), on average over seeds. It is the best of the steps at "
                "which metrics were measured: about two a second, and every one at which training stood still."
            )
        )
        self.by.edited.connect(past.set_metric)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.setSpacing(8)
        layout.addWidget(self.track, 1)
        layout.addWidget(self.where)
        layout.addWidget(self.kept)
        layout.addWidget(self.by)
        for name in ("best", "last", "branch"):
            layout.addWidget(ActionButton(actions[name]))
        self._pause = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._pause.timeout.connect(self.refresh)
        past.changed.connect(self._on_changed)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def refresh(self) -> None:
        """Show what is kept and looked at now."""
        self.track.refresh()
        self._show_where()
        self._show_kept()
        self._show_metrics()
        past = self._past
        index, last = self.track.value(), self.track.maximum()
        for name, able in {
            "step_back": index > 0,
            "step_on": index < last,
            "now": past.is_back,
            "last": past.is_back,
            "best": any(past.best(pane) for pane in past.panes),
            "branch": past.active is not None and past.active.ready,
        }.items():
            self._actions[name].setEnabled(able)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the track its room in a narrow window."""
        super().resizeEvent(event)
        self.kept.setVisible(self.width() >= round(WIDE * theme.current().scale))

    def _restyle(self) -> None:
        """Keep the room for words the same, so that the track does not move under the mouse."""
        measured = self.fontMetrics().horizontalAdvance
        self.where.setFixedWidth(measured("step 00,000") + 12)
        self.kept.setFixedWidth(measured("000 kept, one every 0,000"))
        self.refresh()

    def _on_changed(self) -> None:
        if not self._past.playing:
            self.refresh()
        elif not self._pause.isActive():
            self._pause.start()

    def _show_where(self) -> None:
        past = self._past
        back = past.at is not None
        self.where.setText(self.tr("step {0:,}").format(past.position()) if back else self.tr("now"))
        role = "accent" if back else "muted"
        if self.where.property("role") != role:
            theme.set_role(self.where, role)
        said = self.tr("step {0:,} of {1:,}, looking back") if back else self.tr("now, step {0:,}")
        self.track.setAccessibleDescription(said.format(past.position(), past.present))

    def _show_kept(self) -> None:
        """Say how much the selected pane keeps: in a large network that may be little."""
        kept = kept_steps(self._past.active) if self._past.active else np.empty(0, np.int64)
        if kept.size < 2:
            text = ""
        else:
            spacing = int(np.median(np.diff(kept)))
            text = self.tr("{0:,} kept, every step") if spacing == 1 else self.tr("{0:,} kept, one every {1:,}")
            text = text.format(kept.size, spacing)
        self.kept.setText(text)
        self.where.setToolTip(text)  # where there is no room for it
        self.kept.set_hint(
            self.tr(
                "Steps of the selected pane that can be looked at. When there is no more room, every other one is "
                "forgotten; the preferences say how much memory there is."
            )
        )

    def _show_metrics(self) -> None:
        names = self._past.metrics()
        if names != self._shown_metrics:
            self._shown_metrics = names
            self.by.set_choices({name: METRICS[name].title for name in names})
        if self.by.value() != self._past.metric:
            self.by.set_value(self._past.metric)

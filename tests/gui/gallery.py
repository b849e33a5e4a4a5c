"""Pictures of every widget with real-looking data, to be looked at: `python tests/gui/gallery.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.experiment import Experiment
from ganstudio.gui import icons, theme
from ganstudio.gui.plane import LossChart, MetricStrip, PlaneView
from ganstudio.gui.widgets import (
    ElidedLabel,
    FlowLayout,
    MessageBar,
    Panel,
    Pill,
    SegmentedControl,
    SettingsForm,
    StatePill,
    heading,
    label,
)
from ganstudio.objectives import OBJECTIVES

WINDOW = (-3.2, 3.2, -3.2, 3.2)


def ring(count: int, spread: float, rng: np.random.Generator, modes: tuple[int, ...] = tuple(range(8))) -> np.ndarray:
    """Return samples of some modes of a ring."""
    angle = rng.choice(modes, count) * np.pi / 4
    return 2.0 * np.stack([np.cos(angle), np.sin(angle)], 1) + spread * rng.standard_normal((count, 2))


def field(rng: np.random.Generator, size: int = 64, strength: float = 2.0) -> np.ndarray:
    """Return something like a critic: positive near some of the ring, wavy elsewhere."""
    x, y = np.meshgrid(np.linspace(-3.2, 3.2, size), np.linspace(-3.2, 3.2, size))
    a, b, c = rng.uniform(0.5, 1.3, 3)
    radius = np.hypot(x, y)
    return strength * (np.sin(a * x + 0.4 * y) + 0.8 * np.cos(b * y - c * x) - 0.5 * (radius - 2.0) ** 2 + 0.3)


def losses(steps: int, rng: np.random.Generator, level: float, noise: float) -> np.ndarray:
    """Return a loss curve with a few spikes."""
    values = level + 2.0 * np.exp(-np.arange(steps) / 90) + noise * rng.standard_normal(steps)
    values[rng.integers(0, steps, 4)] += 30 * noise
    return values


class Pane(Panel):
    """What the lead's pane will look like."""

    def __init__(self, good: bool) -> None:
        super().__init__()
        rng = np.random.default_rng(3 if good else 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(label("WGAN-GP" if good else "NS GAN", "title"))
        top.addWidget(ElidedLabel("generator lr 1e-3 · critic lr 2e-4 · 1 critic step", "muted"), 1)
        state = StatePill()
        state.set_state(*(("8 of 8 modes", "good") if good else ("collapsed · 1 of 8 modes", "bad")))
        top.addWidget(state)
        layout.addLayout(top)
        pills = QWidget()
        flow = FlowLayout(pills)
        for name, swatch in (("Real", "real"), ("Generated", "generated"), ("Field", "accent"), ("Contour", "contour")):
            flow.addWidget(Pill(name, swatch, checked=name != "Contour" or good))
        layout.addWidget(pills)
        self.plane = PlaneView()
        self.plane.set_window(WINDOW)
        self.plane.show_real(ring(1000, 0.1, rng))
        objective = OBJECTIVES["wasserstein" if good else "non_saturating"]()
        self.plane.show_field(field(rng), WINDOW, objective.field_meaning)
        self.plane.show_generated(ring(1000, 0.14, rng) if good else ring(1000, 0.1, rng, (1,)))
        layout.addWidget(self.plane, 1)
        chart = LossChart()
        steps = np.arange(1, 2601)
        terms = {"critic": losses(2600, rng, -0.3, 0.15), "generator": losses(2600, rng, 0.9, 0.25)}
        if good:
            terms["penalty"] = np.abs(losses(2600, rng, 0.05, 0.03))
        chart.append(steps, terms)
        chart.setFixedHeight(chart.sizeHint().height())
        layout.addWidget(chart)
        strip = MetricStrip()
        experiment = Experiment()
        strip.set_distribution(experiment.data)
        strip.set_metrics(["modes", "high_quality", "reverse_kl", "sliced_w2", "grid_js", "mmd"])
        strip.set_references(
            {"modes": (8, 0), "high_quality": (0.989, 0.002), "reverse_kl": (0.0014, 0.0007), "sliced_w2": (0.03, 0.01)}
        )
        for step in range(0, 2600, 50):
            share = min(1.0, step / 1500) if good else 0.125
            strip.add_reading(
                step,
                {
                    "modes": round(8 * share),
                    "high_quality": 0.67 * share + 0.02 * rng.random(),
                    "reverse_kl": 2.079 * (1 - share) + 0.04,
                    "sliced_w2": 1.9 * (1.02 - share) + 0.03 * rng.random(),
                },
            )
        layout.addWidget(strip)


def dock() -> QWidget:
    """Return something like the set-up dock."""
    panel = Panel()
    panel.setFixedWidth(round(272 * theme.current().scale))
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(1, 1, 1, 1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    layout.addWidget(area)
    inner = QWidget()
    rows = QVBoxLayout(inner)
    rows.setContentsMargins(12, 12, 12, 12)
    rows.setSpacing(8)
    experiment = Experiment.of("wgan_gp")
    for title, settings in (
        ("Data", experiment.data),
        ("Method", experiment.constraints),
        ("Generator", experiment.generator),
        ("Optimiser", experiment.critic_optimiser),
        ("Training", experiment.training),
    ):
        rows.addWidget(heading(title))
        form = SettingsForm()
        form.show_settings(settings)
        if title == "Method":
            form.set_more_opened(True)
        if title == "Optimiser":
            form.reject("learning_rate", "Allowed: above 0, at most 10")
        rows.addWidget(form)
        rows.addSpacing(4)
    rows.addStretch(1)
    area.setWidget(inner)
    return panel


def transport() -> QWidget:
    """Return something like the transport bar."""
    palette = theme.current().palette
    bar = Panel(role="bar")
    layout = QHBoxLayout(bar)
    layout.setContentsMargins(12, 8, 12, 8)
    play = QPushButton("Pause")
    play.setProperty("role", "primary")
    play.setIcon(icons.icon("pause", palette, "on_accent"))
    layout.addWidget(play)
    for text, name in (("Step", "step"), ("D only", "step-critic"), ("G only", "step-generator"), ("Reset", "reset")):
        button = QPushButton(icons.icon(name, palette), text)
        button.setEnabled(text != "G only")
        layout.addWidget(button)
    layout.addWidget(label("Speed", "muted"))
    for value in (60, 100):
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setValue(value)
        layout.addWidget(slider, 1 if value < 100 else 3)
    layout.addWidget(label("step 2,600", "number"))
    control = SegmentedControl({"one": "One", "two": "Two", "four": "Four"})
    control.set_current("two")
    layout.addWidget(control)
    return bar


class Gallery(QWidget):
    """The whole window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gallery")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(f"#gallery {{ background: {theme.current().palette.window} }}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.setSpacing(8)
        self.messages = MessageBar()
        outer.addWidget(self.messages)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        rail = QVBoxLayout()
        for name in ("plane", "methods", "presets"):
            button = QToolButton()
            button.setProperty("role", "rail")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIcon(icons.icon(name, theme.current().palette, "text" if name == "plane" else "muted"))
            button.setText(name.capitalize())
            button.setCheckable(True)
            button.setChecked(name == "plane")
            button.setFixedWidth(round(64 * theme.current().scale))
            rail.addWidget(button)
        rail.addStretch(1)
        middle.addLayout(rail)
        middle.addWidget(dock())
        self.panes = [Pane(False), Pane(True)]
        for pane in self.panes:
            middle.addWidget(pane, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(transport())


def icon_sheet() -> QWidget:
    """Return all icons and labels."""
    panel = Panel()
    flow = FlowLayout(panel, 12)
    flow.setContentsMargins(16, 16, 16, 16)
    for name in icons.names():
        button = QToolButton()
        button.setIcon(icons.icon(name, theme.current().palette))
        button.setIconSize(QSize(32, 32))
        button.setText(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        flow.addWidget(button)
    return panel


def empty() -> QWidget:
    """Return a pane before its first data."""
    panel = Panel()
    layout = QVBoxLayout(panel)
    plane = PlaneView()
    plane.show_real(ring(1000, 0.1, np.random.default_rng(0)))
    layout.addWidget(plane, 1)
    chart = LossChart()
    chart.setFixedHeight(124)
    layout.addWidget(chart)
    strip = MetricStrip(max_rows=2)
    strip.set_distribution(Experiment().data)
    strip.set_metrics(["modes", "high_quality", "reverse_kl", "sliced_w2", "grid_js", "mmd"])
    layout.addWidget(strip)
    return panel


def main(folder: Path) -> None:
    """Write the pictures."""
    app = QApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    for mode in ("dark", "light"):
        theme.current().set_mode(mode)
        for width, height, scale in ((1280, 800, 1.0), (1920, 1080, 1.0), (1920, 1080, 1.4)):
            theme.current().set_scale(scale)
            window = Gallery()
            window.resize(width, height)
            window.show()
            app.processEvents()
            if width == 1920 and scale == 1.0:
                restart = QAction("Restart", window)
                window.messages.show_message(
                    "error", "NS GAN paused at step 812: the critic's loss is not finite.", [restart]
                )
                window.messages.show_message("info", "Saved ring.toml")
            for _ in range(5):
                app.processEvents()
            window.grab().save(str(folder / f"{mode}-{width}x{height}-{scale}.png"))
            window.close()
            window.deleteLater()
        theme.current().set_scale(1.0)
        for name, widget, size in (("icons", icon_sheet(), (760, 460)), ("empty", empty(), (460, 700))):
            widget.resize(*size)
            widget.show()
            for _ in range(5):
                app.processEvents()
            widget.grab().save(str(folder / f"{mode}-{name}.png"))
            widget.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

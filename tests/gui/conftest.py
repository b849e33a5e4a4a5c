"""Windows for tests: with a real engine, or with snapshots that the test makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio import presets
from ganstudio.experiment import Comparison
from ganstudio.gui.app import application, open_window
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.memory import Memory
from ganstudio.gui.session import Pane, Session
from ganstudio.messages import Losses, Reading, Snapshot

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def make_window(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeWindow]:
    """Return a function that opens a window; `engine` says with how many engines at most, 0 for none."""
    windows: list[MainWindow] = []
    application()

    def make(
        comparison: Comparison | None = None, *, engine: int = 0, size: tuple[int, int] = (1280, 800)
    ) -> MainWindow:
        window = open_window(comparison, Memory(tmp_path / "memory"))
        if engine:
            window.session._limit = engine
        else:
            window.painted.disconnect(window.session.start_soon)
        window.resize(*size)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """Return a window on the start-up comparison, without engines."""
    return make_window(presets.load(presets.STARTUP))


@pytest.fixture
def feed() -> Callable[..., None]:
    """Return a function that gives a pane a snapshot."""
    return _feed


def _feed(
    session: Session,
    pane: Pane,
    step: int,
    *,
    playing: bool = False,
    modes: float = 8.0,
    divergence: float = 0.1,
    stamp: int = 0,
    terms: dict[str, float] | None = None,
    **more: object,
) -> None:
    """Give a pane a snapshot as an engine would, of samples around the origin and a sloping critic.

    `terms` are further losses, `more` replaces fields of the snapshot.
    """
    values = {"modes": modes, "high_quality": 0.5, "reverse_kl": divergence}
    slope = np.linspace(-2, 2, 32, dtype=np.float32)
    snapshot = Snapshot(
        run=pane.name,
        stamp=stamp or pane.stamp,
        step=step,
        steps_per_second=123.0 if playing else 0.0,
        playing=playing,
        device="cpu",
        generated=np.random.default_rng(step).normal(size=(1, 200, 2)).astype(np.float32),
        field=np.broadcast_to(slope, (1, 32, 32)),
        window=pane.view.window,
        losses=Losses(
            np.array([step], dtype=np.int64),
            {
                name: np.array([[value]], np.float32)
                for name, value in {"critic": 1.25, "generator": 0.75, **(terms or {})}.items()
            },
        ),
        readings=(Reading(step, {name: np.array([value]) for name, value in values.items()}),),
    )
    session._receive(replace(snapshot, **more))  # type: ignore[arg-type]

"""The Images bench with a real engine, and the whole window around it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ganstudio import resources
from ganstudio.cli import main
from ganstudio.gui.images import session as image_session
from ganstudio.gui.images.bench import ImagesBench
from ganstudio.gui.images.page import ImagesPage

PATIENCE = 120_000


def images_of(window) -> ImagesBench:
    page = window.pages.page("images")
    assert isinstance(page, ImagesPage)
    return page.bench


def idle(bench):
    return not bench.session._flying and not bench.session._waiting


def test_the_window_exports_what_the_command_writes(qtbot, window, models_folder, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(resources, "models_folder", lambda: models_folder)
    window.show_page("images")
    bench = images_of(window)
    bench.show_model("b-codes")
    qtbot.waitUntil(lambda: bench.rendering.shown is not None and idle(bench), timeout=PATIENCE)
    bench.explorer.set_seed(7)
    qtbot.waitUntil(lambda: idle(bench), timeout=PATIENCE)
    rows, columns = bench.grid.shape
    written: list[tuple[str, str]] = []
    bench.session.written.connect(lambda *said: written.append(said))

    def same(name: str, *options: str) -> None:
        ours, theirs = tmp_path / f"ours-{name}", tmp_path / f"theirs-{name}"
        bench.taking.write(str(ours))
        qtbot.waitUntil(lambda: bool(written) and written[-1][0] == str(ours), timeout=PATIENCE)
        assert written[-1][1] == ""
        assert main(["sample", "b-codes", "--seed", "7", *options, "--out", str(theirs)]) == 0
        assert ours.read_bytes() == theirs.read_bytes()

    shape = ("--rows", str(rows), "--columns", str(columns))
    same("samples.png", *shape)
    same("samples.npy", *shape)
    bench.explorer.set_value("category", 3.0)
    bench.explorer.set_value("c2", 0.5)
    bench.explorer.set_truncation(0.7)
    qtbot.waitUntil(lambda: idle(bench), timeout=PATIENCE)
    same("told.png", *shape, "--category", "3", "--code", "c2=0.5", "--truncation", "0.7")
    bench.explorer.set_truncation(None)
    bench.explorer.set_mode("by")
    qtbot.waitUntil(lambda: bench.rendering.shown.recipe.down is not None and idle(bench), timeout=PATIENCE)
    across = ("--by", "category", "--code", "c1=-2..2", "--code", "c2=0.5", "--columns", str(bench.grid.shape[1]))
    same("by.png", *across)

    # What the engine drew is what stands in the file.
    samples = np.load(tmp_path / "theirs-samples.npy")
    assert samples.shape == (rows * columns, 1, 8, 8)
    problem = tmp_path / "nowhere" / "a.png"
    bench.taking.write(str(problem))
    qtbot.waitUntil(lambda: written[-1][0] == str(problem), timeout=PATIENCE)
    assert "nowhere" in written[-1][1]
    capsys.readouterr()


@pytest.fixture
def quiet(window, models_folder, monkeypatch):
    """Return a window on the Images bench whose engine does not answer."""

    class Silent(image_session.EngineLink):
        def start(self) -> None:
            """Do nothing."""

    monkeypatch.setattr(resources, "models_folder", lambda: models_folder)
    monkeypatch.setattr(image_session, "EngineLink", Silent)
    window.show_page("images")
    return window


def test_what_is_about_the_runs_is_hidden_and_left_alone(qtbot, quiet):
    window = quiet
    assert not window.transport.isVisible()
    assert not window.timeline.isVisible()
    assert not window.setup.isVisible()
    panes = list(window.session.panes)
    bench = images_of(window)
    for key, modifiers in (
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier),
    ):
        qtbot.keyClick(bench.grid, key, modifiers)
    assert window.session.panes == panes
    assert not window.session.playing
    window.show_page("plane")
    assert window.transport.isVisible()
    assert window.timeline.isVisible()
    assert window.setup.isVisible()
    qtbot.keyClick(window.bench, Qt.Key.Key_Space)
    assert window.session.playing


def test_models_and_sheets_that_are_dropped_go_to_the_bench(quiet, tmp_path, monkeypatch):
    window = quiet
    opened: list[str] = []
    monkeypatch.setattr(ImagesBench, "open_path", lambda self, path: opened.append(path))
    for name in ("a.safetensors", "b.pt", "c.pth", "d.bin", "e.ckpt", "f.tar"):
        window.open_path(str(tmp_path / name))
    assert [path.rpartition("/")[2][0] for path in opened] == list("abcdef")
    assert window.pages.current == "images"


def test_it_can_be_presented(quiet):
    window = quiet
    window.presentation.set_on(True)
    assert window.pages.current == "images"
    assert not window.timeline.isVisible()
    assert not window.presentation.caption.isVisible()  # it is about the plane's preset
    window.show_page("plane")
    assert window.presentation.caption.isVisible()
    window.show_page("images")
    window.presentation.set_on(False)
    assert not window.setup.isVisible()
    window.show_page("plane")
    assert window.setup.isVisible()

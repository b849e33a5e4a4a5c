"""An ONNX generator on the bench, with a real engine: pictures and sliders, and words in the place of its inside."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio import resources
from ganstudio.gui import dropping
from ganstudio.gui.images import ImagesBench, ImageSession
from ganstudio.gui.widgets import MessageBar

PATIENCE = 60_000


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """Return an ONNX file whose pictures are a row of weights for each latent number."""
    source = Path(__file__).parents[2] / "checkpoints" / "onnx" / "graphs.py"
    spec = importlib.util.spec_from_file_location("onnx_graphs", source)
    assert spec is not None
    assert spec.loader is not None
    graphs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(graphs)
    path: Path = graphs.written(tmp_path / "squares.onnx", graphs.linear(4, (1, 8, 8), last="Identity"))
    return path


def test_pictures_of_a_graph_and_words_in_the_place_of_its_inside(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dropped: Path
) -> None:
    from ganstudio.gui.app import application

    application()
    assert dropping.kind_of(dropped) == "model"
    monkeypatch.setattr(resources, "models_folder", lambda: tmp_path / "none")
    bench = ImagesBench(ImageSession(), MessageBar())
    bench.session.setParent(bench)
    bench._messages.setParent(bench)
    qtbot.addWidget(bench)
    bench.resize(1100, 680)
    bench.show()
    qtbot.waitExposed(bench)
    try:
        bench.open_path(str(dropped))
        qtbot.waitUntil(lambda: bench.grid.count > 0, timeout=PATIENCE)
        model = bench.explorer.model
        assert model is not None
        assert model.architecture.opaque
        assert bench.explorer.kinds() == ["random", "coordinates"]

        inside = bench.inside
        for page in ("filters", "latent"):
            inside.switch.button(page).click()
            assert inside.currentWidget() is inside.closed
            assert "ONNX Runtime" in inside.closed.text.text()
            assert inside.closed.text.width() > 300
        inside.switch.button("inspector").click()
        assert inside.currentWidget() is inside.inspector
        qtbot.waitUntil(lambda: "graph.w" in inside.inspector._told, timeout=PATIENCE)

        inside.switch.button("questions").click()
        page = inside.questions
        qtbot.waitUntil(lambda: page.grid.count == 8, timeout=PATIENCE)
        assert not page.save.isEnabled()
        drawn: list[np.ndarray] = []
        bench.session.rendered.connect(lambda _key, slot, pictures, _s: slot == "questions" and drawn.append(pictures))
        field = page.fields["range"]
        other = next(one for one in ("0 to 1", "0 to 255") if one != field.value())
        field.setCurrentIndex(field.findData(other))
        field.activated.emit(field.currentIndex())
        qtbot.waitUntil(lambda: bool(drawn), timeout=PATIENCE)
        assert bench.explorer.model.architecture.output_range != model.architecture.output_range
    finally:
        bench.stop()

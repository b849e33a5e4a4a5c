"""The Questions page for another program's file, with a real engine: answers change the pictures at once."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy

from ganstudio import resources
from ganstudio.checkpoints.model import read_model
from ganstudio.gui.images import ImagesBench, ImageSession
from ganstudio.gui.widgets import MessageBar

PATIENCE = 60_000


@pytest.fixture
def foreign(tmp_path):
    """Return a small DCGAN's state dict as another program writes it."""
    random = np.random.default_rng(0)
    shapes = {
        "netG.main.0.weight": (16, 8, 4, 4),
        "netG.main.3.weight": (8, 4, 4, 4),
        "netG.main.6.weight": (4, 1, 4, 4),
    }
    tensors = {name: (0.3 * random.normal(size=shape)).astype(np.float32) for name, shape in shapes.items()}
    for number, maps in ((1, 8), (4, 4)):
        for name, value in (("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)):
            tensors[f"netG.main.{number}.{name}"] = np.full(maps, value, np.float32)
    path = tmp_path / "foreign.safetensors"
    safetensors.numpy.save_file(tensors, path)
    return path


def test_answers_change_the_pictures_and_are_saved(qtbot, monkeypatch, tmp_path, foreign):
    from ganstudio.gui.app import application

    application()
    monkeypatch.setattr(resources, "models_folder", lambda: tmp_path / "none")
    bench = ImagesBench(ImageSession(), MessageBar())
    bench.session.setParent(bench)
    bench._messages.setParent(bench)
    qtbot.addWidget(bench)
    bench.resize(1100, 680)
    bench.show()
    qtbot.waitExposed(bench)
    assert not bench.inside.switch._segments._buttons["questions"].isVisible()
    try:
        bench.open_path(str(foreign))
        qtbot.waitUntil(lambda: bench.explorer.model is not None, timeout=PATIENCE)
        page = bench.inside.questions
        bench.inside.switch._segments._buttons["questions"].click()
        qtbot.waitUntil(lambda: page.grid.count == 8, timeout=PATIENCE)
        assert page.fields["output"].value() == "tanh"
        assert "relu" in {page.fields[key].value() for key in page.fields}
        drawn: list[np.ndarray] = []
        bench.session.rendered.connect(lambda _key, slot, pictures, _s: slot == "questions" and drawn.append(pictures))
        field = page.fields["output"]
        field.setCurrentIndex(field.findData("sigmoid"))
        field.activated.emit(field.currentIndex())
        qtbot.waitUntil(lambda: bool(drawn), timeout=PATIENCE)
        assert page.fields["output"] is field, "the keyboard stays where it is"
        assert bench.explorer.model.architecture.layers[-1].function == "sigmoid"

        bench.session.choose(bench.explorer.model.key, {"output": "sigmoid"})
        page._tries = [{"output": "tanh"}]
        bench.session.choose(bench.explorer.model.key, {"nonsense": "1"})
        qtbot.waitUntil(lambda: "nonsense" in page.refusal.text(), timeout=PATIENCE)
        qtbot.waitUntil(lambda: page.fields["output"].value() == "tanh", timeout=PATIENCE)

        said: list[tuple[str, str]] = []
        page.said.connect(lambda *words: said.append(words))
        path = tmp_path / "ours.safetensors"
        page.saving.write(bench.explorer.model, (), str(path))
        qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE)
        assert said[0][0] == "good"
        assert read_model(path).architecture == bench.explorer.model.architecture
    finally:
        bench.stop()

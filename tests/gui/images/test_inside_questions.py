"""The Questions page for another program's file, with a real engine: answers change the pictures at once."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

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
    assert not bench.inside.switch.button("questions").isVisible()
    try:
        bench.open_path(str(foreign))
        qtbot.waitUntil(lambda: bench.explorer.model is not None, timeout=PATIENCE)
        page = bench.inside.questions
        assert bench.inside.current == "questions", "it opens by itself"
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

        bench.inside.show_page("inspector")
        inspector = bench.inside.inspector
        qtbot.waitUntil(lambda: inspector.tensors.topLevelItemCount() > 0, timeout=PATIENCE)
        assert inspector.tensors.topLevelItem(0).text(0) == "netG.main", "names are the file's own"
        find_a_latent(qtbot, bench, tmp_path)
        bench.inside.show_page("questions")
        page.explore.click()
        assert bench.inside.current == "explore"
    finally:
        bench.stop()


def find_a_latent(qtbot, bench, folder):
    """Drop a picture that the model can make on the page, cancel, drop it again, and go on from what is found."""
    bench.inside.show_page("latent")
    page, model = bench.inside.inverting, bench.explorer.model
    given = model.draw(4, 5, None)
    drawn: list[np.ndarray] = []
    bench.session.rendered.connect(lambda _key, slot, pictures, _s: slot == "test" and drawn.append(pictures))
    bench.session.ask(model.key, "test", given)
    qtbot.waitUntil(lambda: bool(drawn), timeout=PATIENCE)
    path = folder / "sample.png"
    Image.fromarray(drawn[0][2][..., 0]).save(path)

    drop(page, path)
    qtbot.waitUntil(lambda: page.reconstruction.count == 1, timeout=PATIENCE)
    assert page.progress.isVisible()
    page.cancel.click()
    assert not page.asking.busy
    page.look_for(str(path))
    qtbot.waitUntil(lambda: not page.asking.busy, timeout=PATIENCE)
    assert page.refusal.text() == ""
    assert page.how.text().startswith("found")
    error = float(page.error.text().split()[3].rstrip(","))
    blank = np.square(drawn[0][2] / 255.0 - drawn[0][0] / 255.0).mean()
    assert error < 0.2 * blank, "nearer than another sample"
    page.go_on.click()
    assert bench.inside.current == "explore"
    np.testing.assert_allclose(bench.explorer.latent, page._found[0][0], atol=1e-5)


def drop(widget, path):
    """Drag a file over a widget and let it go, as the window system does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(widget, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), *how))

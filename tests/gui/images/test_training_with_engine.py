"""The training page with a real engine: digits, tiny networks."""

from __future__ import annotations

import pytest

from ganstudio.checkpoints.model import read_model
from ganstudio.gui.app import application
from ganstudio.gui.images.training import TrainingPage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PATIENCE = 60_000


def test_digits_are_trained_saved_and_gone_on_with(qtbot, tmp_path):
    application()
    page = TrainingPage()
    qtbot.addWidget(page)
    page.resize(1264, 784)
    page.show()
    session = page.session
    for path, value in (("generator.width", 2), ("critic.width", 2), ("generator.dense", 8), ("critic.dense", 0)):
        session.edit(path, value)
    session.set_steps(12)
    session.play()
    qtbot.waitUntil(lambda: session.step >= 12 and not session.playing, timeout=PATIENCE)
    assert page.view.grid.image is not None
    assert {"critic", "generator"} <= set(page.view.losses.names())
    assert not page.view.scores.empty
    path = tmp_path / "digits.safetensors"
    page.save_card.open_with("Digits of a test")
    page.save_card.state.setChecked(True)
    with qtbot.waitSignal(page.model_saved, timeout=PATIENCE) as saved:
        page.save_card.use(str(path))
    assert saved.args == [str(path)]
    model = read_model(path)
    assert (model.name, model.card.steps) == ("Digits of a test", session.step)
    step = session.step
    session.new_seed()
    page.resume_file(str(path))
    qtbot.waitUntil(lambda: session.ready and session.step == step, timeout=PATIENCE)
    assert session.experiment.seed == 0
    session.edit("critic_optimiser.learning_rate", 1e-3)
    session.step_on()
    qtbot.waitUntil(lambda: session.step == step + 1, timeout=PATIENCE)
    session.edit("data.name", "pictures")
    session.apply_pending()
    qtbot.waitUntil(lambda: bool(session.problem), timeout=PATIENCE)
    assert page.setup.chooser.own.refusal.text()
    page.stop()

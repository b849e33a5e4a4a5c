"""The Find a latent page: progress, cancel, and on with the sliders from what was found."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from ganstudio.checkpoints.inputs import picked
from ganstudio.dissection_messages import Cancel, DissectionFailed, Invert, Inverted, InvertProgress
from ganstudio.gui.images.inside.inverting import InvertingPage


def invert(bench) -> Invert:
    return [message for message in bench.session._link.posted if isinstance(message, Invert)][-1]


def said(kind: type[InvertProgress], asked: Invert, given, done: int, error: float, note="") -> InvertProgress:
    grey = np.full((8, 8, 1), done, np.uint8)
    return kind(asked.model, asked.request, done, 100, given, grey, grey, error, 12.5, False, note)


def test_a_picture_that_is_dropped_is_looked_for_and_gone_on_from(qtbot, bench, tmp_path):
    bench.inside.switch.button("latent").click()
    page, link, model = bench.inside.inverting, bench.session._link, bench.explorer.model
    assert isinstance(page, InvertingPage)
    assert not page.go_on.isEnabled()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "face.png"))])
    left, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
    asked = invert(bench)
    assert asked.path == str(tmp_path / "face.png")
    assert page.cancel.isVisible()

    given = picked(model.draw(5, 99, None), np.array([4]))
    link.arrived.emit(said(InvertProgress, asked, given, 30, 0.25))
    assert (page.progress.value(), page.progress.maximum()) == (30, 100)
    assert "0.25" in page.error.text()
    assert not page.note.isVisible()
    link.arrived.emit(said(Inverted, asked, given, 100, 0.125, "has another shape"))
    assert page.note.text() == "face.png has another shape."
    assert not page.cancel.isVisible()
    assert "0.125" in page.error.text()
    assert page.reconstruction.count == page.original.count == 1

    page.go_on.click()
    assert bench.inside.current == "explore"
    np.testing.assert_allclose(bench.explorer.latent, given[0][0], atol=1e-6)
    assert bench.explorer.moment.values == model.values(given, 0)
    bench.explorer.undo()
    assert not np.allclose(bench.explorer.latent, given[0][0])


def test_a_search_is_cancelled_and_a_bad_file_is_refused_in_place(qtbot, bench, tmp_path):
    bench.inside.show_page("latent")
    page, link = bench.inside.inverting, bench.session._link
    page.look_for(str(tmp_path / "a.png"))
    asked = invert(bench)
    page.cancel.click()
    assert Cancel(asked.model, asked.request) in link.posted
    page.fit._buttons["pad"].click()
    asked = invert(bench)
    assert asked.fit == "pad"
    link.arrived.emit(DissectionFailed(asked.model, asked.request, "a.png: is no picture"))
    assert page.refusal.text() == "a.png: is no picture"
    assert not page.cancel.isVisible()
    assert not page.go_on.isEnabled()

"""The gallery of methods: searched, walked through with the keyboard, chosen from."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from ganstudio import presets
from ganstudio.gui import theme
from ganstudio.gui.gallery import MethodGallery
from ganstudio.gui.gallery.presets import Thumbnails, _pixmap
from ganstudio.gui.wording import method_changes, method_groups
from ganstudio.methods import METHODS

Key = Qt.Key


@pytest.fixture
def gallery(window, qtbot):
    """Return the window's gallery with all its cards."""
    window.activateWindow()
    window.actions_table["methods"].trigger()
    gallery = window.pages.page("methods")
    qtbot.waitUntil(lambda: gallery.complete)
    return gallery


def shown(gallery):
    return [card.key for card in gallery.shown()]


def card(gallery, key):
    return next(card for card in gallery.cards if card.key == key)


def press(widget, text):
    button = next(button for button in widget.findChildren(QPushButton) if button.text().startswith(text))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_method_is_a_card_with_all_that_is_known_of_it(gallery):
    assert shown(gallery) == list(METHODS)
    for key, row in METHODS.items():
        texts = " ".join(label.text() for label in card(gallery, key).findChildren(QLabel))
        for part in (row.title, row.full_name, row.watch, row.paper, str(row.year), row.arxiv, method_changes(key)):
            assert part in texts
        for other in row.also_called:
            assert other in texts
    heads = [label.text() for label in gallery._page.findChildren(QLabel) if label.parent() is gallery._page]
    assert heads == list(dict.fromkeys(row.family for row in METHODS.values()))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("lsgan", {"lsgan"}),
        ("arjovsky", {"wgan"}),
        ("1704.00028", {"wgan_gp"}),
        ("2014 minimax", {"mm"}),
        ("contour", {"lsgan"}),
        ("", set(METHODS)),
    ],
)
def test_a_search_looks_in_names_papers_years_numbers_and_sentences(gallery, qtbot, text, keys):
    gallery.search()
    gallery._search.clear()
    qtbot.keyClicks(gallery._search, text)
    assert keys <= set(shown(gallery))
    assert set(shown(gallery)) < set(METHODS) or not text


def test_nothing_found_is_said_and_escape_shows_all(gallery, qtbot):
    gallery.search("zzz")
    assert shown(gallery) == []
    assert "zzz" in gallery._nothing_text.text()
    assert gallery._nothing.isVisible()
    qtbot.keyClick(gallery._search, Key.Key_Escape)
    assert shown(gallery) == list(METHODS)
    assert not gallery._nothing.isVisible()
    gallery.search("zzz")
    press(gallery._nothing, "Show all")
    assert shown(gallery) == list(METHODS)


def test_typing_and_ctrl_f_search(window, gallery, qtbot):
    step = window.session.panes[0].step
    qtbot.keyClick(gallery, Key.Key_H)
    qtbot.keyClicks(QApplication.focusWidget(), "inge")
    assert gallery._search.text() == "hinge"
    assert {"hinge", "sn_hinge", "rhinge", "rahinge"} <= set(shown(gallery))
    assert "lsgan" not in shown(gallery)
    assert window.session.panes[0].step == step
    qtbot.keyClick(gallery._search, Key.Key_Escape)
    window.show_page("plane")
    window.actions_table["find_method"].trigger()
    assert window.pages.currentWidget() is gallery
    assert QApplication.focusWidget() is gallery._search


def test_enter_takes_the_only_card_that_is_found(window, gallery, qtbot):
    gallery.search("hinge")
    assert len(shown(gallery)) > 1
    qtbot.keyClick(gallery._search, Key.Key_Return)
    assert QApplication.focusWidget() is gallery.shown()[0]  # several: nothing is chosen yet
    assert window.pages.currentWidget() is gallery
    gallery.search("arjovsky 1701.07875")
    assert shown(gallery) == ["wgan"]
    qtbot.keyClick(gallery._search, Key.Key_Return)
    assert window.session.panes[1].experiment.method == "wgan"
    assert window.pages.currentWidget() is window.bench


def test_presets_are_walked_through_by_their_pictures(window, qtbot):
    window.activateWindow()
    window.actions_table["presets"].trigger()
    gallery = window.pages.page("presets")
    qtbot.waitUntil(lambda: gallery.complete)
    assert shown(gallery) == presets.names()
    for one in gallery.cards:
        picture = one.findChild(Thumbnails)
        assert picture.pictured
        assert len(picture.squares()) == len(presets.load(one.key).experiments)
        assert picture.width() <= one.width() - 28
    qtbot.keyClick(gallery, Key.Key_Down)
    qtbot.keyClick(gallery.shown()[0], Key.Key_Right)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Down)
    chosen = QApplication.focusWidget()
    qtbot.keyClick(chosen, Key.Key_Return)
    assert window.session.comparison() == presets.load(chosen.key)
    window.show_page("presets")
    gallery.search("infogan")
    assert "codes" in shown(gallery)
    assert presets.STARTUP not in shown(gallery)


def test_a_preset_without_a_picture_shows_its_data(qtbot, monkeypatch):
    monkeypatch.setattr(presets, "thumbnail", lambda name: None)
    _pixmap.cache_clear()
    picture = Thumbnails("startup", presets.load("startup"))
    _pixmap.cache_clear()
    qtbot.addWidget(picture)
    assert not picture.pictured
    image = picture.grab().toImage()
    real = QColor(theme.current().palette.real)
    for square in picture.squares():
        colours = {image.pixelColor(x, y).name() for x, y in square_points(square)}
        assert real.name() in colours


def square_points(square):
    left, top, side = int(square.left()), int(square.top()), int(square.width())
    return itertools.product(range(left, left + side), range(top, top + side))


def test_cards_that_nobody_sees_are_not_polished_anew(window, gallery, qtbot):
    bar = gallery._scroll.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderPageStepAdd)
    bar.triggerAction(bar.SliderAction.SliderPageStepAdd)
    first = next(card for card in gallery.shown() if card.geometry().bottom() > bar.value())
    offset = first.y() - bar.value()
    key, made = first.key, len(gallery.cards)
    theme.current().toggle()
    assert 0 < len(gallery.cards) < made / 3
    assert any(card.key == key for card in gallery.cards)  # what is seen stays
    qtbot.waitUntil(lambda: gallery.complete and not gallery._maker.isActive())
    assert card(gallery, key).y() - bar.value() == offset
    window.show_page("plane")
    theme.current().toggle()
    assert gallery.cards == []
    window.show_page("methods")
    qtbot.waitUntil(lambda: gallery.complete and not gallery._maker.isActive())
    assert shown(gallery) == list(METHODS)
    assert card(gallery, key).y() - bar.value() == offset
    theme.current().set_mode("system")


def test_arrows_walk_between_the_cards_and_enter_chooses(window, gallery, qtbot):
    def focused():
        return QApplication.focusWidget().key

    cards = gallery.shown()
    qtbot.keyClick(gallery, Key.Key_Down)
    assert focused() == cards[0].key
    qtbot.keyClick(cards[0], Key.Key_Right)
    assert focused() == cards[1].key
    qtbot.keyClick(cards[1], Key.Key_Down)
    below = QApplication.focusWidget()
    assert below.y() > cards[1].y()
    qtbot.keyClick(below, Key.Key_Up)
    assert QApplication.focusWidget().y() == cards[0].y()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Up)
    assert QApplication.focusWidget() is gallery._search
    qtbot.keyClick(gallery._search, Key.Key_Down)
    for _ in cards:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Right)
    assert focused() == cards[-1].key
    area = gallery._scroll.viewport()
    assert area.rect().intersects(QRect(cards[-1].mapTo(area, cards[-1].rect().topLeft()), cards[-1].size()))
    qtbot.keyClick(cards[-1], Key.Key_Return)
    assert window.session.panes[1].experiment.method == cards[-1].key
    assert window.pages.currentWidget() is window.bench


def test_a_method_is_used_in_the_selected_pane(window, gallery):
    QTest.mouseClick(card(gallery, "wgan"), Qt.MouseButton.LeftButton)
    assert window.session.panes[1].experiment.method == "wgan_gp"  # a click beside the buttons only selects
    press(card(gallery, "wgan"), "Use in")
    assert [pane.experiment.method for pane in window.session.panes] == ["ns", "wgan"]


def test_a_method_is_opened_beside_the_standard_one(window, gallery):
    window.session.edit("data.name", "two_moons")
    window.session.edit("seed", 7)
    press(card(gallery, "hinge"), "Open beside")
    left, right = (pane.experiment for pane in window.session.panes)
    assert (left.method, right.method) == ("ns", "hinge")
    assert left.data == right.data
    assert (left.data.name, left.seed, right.seed) == ("two_moons", 7, 7)
    assert window.pages.currentWidget() is window.bench
    assert not any(button.text().startswith("Open") for button in card(gallery, "ns").findChildren(QPushButton))


def test_a_papers_number_is_copied(gallery):
    QTest.mouseClick(card(gallery, "hinge").findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "arXiv:1705.02894"


@pytest.mark.parametrize(("width", "scale"), [(380, 1.0), (620, 1.0), (900, 1.0), (1500, 1.0), (900, 1.5)])
def test_cards_of_a_row_are_equally_high_and_nothing_is_cut(qtbot, width, scale):
    theme.current().set_scale(scale)
    try:
        gallery = MethodGallery()
        qtbot.addWidget(gallery)
        gallery.resize(width, 700)
        gallery.show()
        qtbot.waitUntil(lambda: gallery.complete)
        cards = gallery.shown()
        assert len(cards) == len(METHODS)
        assert all(card.height() >= card.height_at(card.width()) for card in cards)
        assert all(card.geometry().right() < gallery._page.width() for card in cards)
        assert len({card.width() for card in cards}) == 1
        for row in gallery._page._rows:
            assert len({(card.y(), card.height()) for card in row}) == 1
        places = [card.geometry() for card in cards]
        assert not any(a.intersects(b) for a, b in itertools.combinations(places, 2))
        assert max(place.bottom() for place in places) < gallery._page.height()
        gallery.close()
    finally:
        theme.current().set_scale(1.0)


def test_a_hidden_gallery_makes_no_cards(qtbot):
    gallery = MethodGallery()
    qtbot.addWidget(gallery)
    gallery.resize(900, 700)
    gallery.show()
    gallery.hide()
    count = len(gallery.cards)
    qtbot.wait(50)
    assert len(gallery.cards) == count
    assert 0 < count < len(METHODS)
    gallery.show()
    gallery.search("variational autoencoder")  # which is made before the others
    qtbot.waitUntil(lambda: gallery.complete)
    assert [card.key for card in gallery.cards] == list(METHODS)


def test_what_a_method_changes_is_said_in_words():
    assert method_changes("ns") == ""
    assert method_changes("wgan").replace("\N{NO-BREAK SPACE}", " ") == (
        "5 critic steps \N{MIDDLE DOT} RMSprop 5e-4 \N{MIDDLE DOT} weight clip c = 0.1"
    )


def test_players_that_differ_are_named(monkeypatch):
    settings = {
        "critic_optimiser": {"name": "rmsprop", "learning_rate": 5e-4},
        "generator_optimiser": {"learning_rate": 2e-4},
    }
    monkeypatch.setitem(METHODS, "mm", replace(METHODS["mm"], settings=settings))
    said = method_changes("mm")
    assert "critic RMSprop 5e-4" in said
    assert "generator learning rate 2e-4" in said


def test_titles_that_look_alike_are_told_apart_by_their_full_names():
    groups = method_groups()
    assert groups["Targets and margins"]["lsgan"] == "LSGAN \N{EN DASH} Least-squares GAN"
    assert groups["Losses and energies"]["ls_gan"] == "LS-GAN \N{EN DASH} Loss-sensitive GAN"
    assert groups["Standard GAN"]["ttur"] == "NS GAN, TTUR"
    assert [key for group in groups.values() for key in group] == list(METHODS)

"""What can be undone, without a widget."""

from ganstudio.gui.images import undoing
from ganstudio.gui.images.undoing import Undoable


class Word(Undoable[str]):
    pass


def test_states_are_undone_one_by_one_and_those_of_one_gesture_together(qtbot):
    word, heard = Word(""), []
    word.changed.connect(lambda: heard.append(word.state))
    word.undo()
    word.redo()
    assert (heard, word.can_undo, word.can_redo) == ([], False, False)
    for state in ("a", "ab", "abc"):
        word.take(state, "typing")
    word.settle()
    word.take("abcd", "typing")
    word.take("x")
    word.take("y")
    undone = []
    while word.can_undo:
        word.undo()
        undone.append(word.state)
    assert undone == ["x", "abcd", "abc", ""]
    word.redo()
    word.redo()
    assert (word.state, heard[-1]) == ("abcd", "abcd")
    word.take("abcde", "typing")
    assert not word.can_redo, "what was undone is gone when something new is done"
    word.undo()
    assert word.state == "abcd", "after an undo a gesture begins anew"
    word.begin_with("fresh")
    assert (word.can_undo, word.can_redo, word.state, heard[-1]) == (False, False, "fresh", "abcd")


def test_the_oldest_states_are_forgotten(qtbot):
    word = Word("")
    for number in range(undoing.KEPT + 5):
        word.take(str(number))
    undone = 0
    while word.can_undo:
        word.undo()
        undone += 1
    assert (undone, word.state) == (undoing.KEPT, "4")

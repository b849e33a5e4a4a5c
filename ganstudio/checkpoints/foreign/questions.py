"""What a state dict leaves open, each with its likeliest answer; and what was wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ganstudio.settings import shown

__all__ = ["Asked", "ChoiceError", "Question"]


class ChoiceError(ValueError):
    """An answer is not allowed, or answers nothing that is asked. The message names it and says what is allowed."""


@dataclass(frozen=True)
class Question:
    """One thing that shapes do not tell.

    Attributes
    ----------
    key
        As it stands in `infer`'s choices and behind ``--set``.
    text
        What is asked, in a few words.
    options
        Likeliest first.
    chosen
        The answer; one of `options`, unless others are allowed.
    """

    key: str
    text: str
    options: tuple[str, ...]
    chosen: str


class Asked:
    """The questions that were asked so far, and the answers that were given beforehand."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self._choices = dict(choices)
        self._questions: dict[str, Question] = {}

    def __call__(self, key: str, text: str, *options: str, also: str = "") -> str:
        """Ask, and return the answer: what was chosen beforehand, or the first option.

        Parameters
        ----------
        also
            What else than the options is allowed, in words; the caller checks it.

        Raises
        ------
        ChoiceError
            If the answer is none of the options.
        """
        chosen = self._choices.get(key, options[0])
        if chosen not in options and not also:
            raise ChoiceError(f"{key}: {shown(chosen)} is not allowed; allowed: {', '.join(options)}")
        unique = tuple(dict.fromkeys(options))
        self._questions[key] = Question(key, text, unique, chosen)
        return chosen

    def number(self, key: str, text: str, *options: int, low: int, high: int) -> int:
        """Ask for a whole number.

        Raises
        ------
        ChoiceError
            If the answer is none, or not between `low` and `high`.
        """
        inside = [option for option in options if low <= option <= high] or [low]
        said = self(key, text, *map(str, inside), also="another number")
        if not (said.isdigit() and len(said) < 7 and low <= int(said) <= high):
            raise ChoiceError(f"{key}: {shown(said)} is not allowed; a whole number from {low} to {high} is")
        return int(said)

    def answered(self) -> tuple[Question, ...]:
        """Return all questions.

        Raises
        ------
        ChoiceError
            If a choice answers none of them.
        """
        for key in self._choices:
            if key not in self._questions:
                allowed = ", ".join(self._questions) or "nothing is"
                raise ChoiceError(f"{shown(key)} is not asked of this file; asked: {allowed}")
        return tuple(self._questions.values())

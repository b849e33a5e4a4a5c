"""How many cores this process may use."""

from __future__ import annotations

import os

import pytest

from ganstudio.cores import available_cores


def test_those_that_the_system_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5}, raising=False)
    assert available_cores() == 2


@pytest.mark.parametrize(("counted", "expected"), [(8, 8), (None, 1)])
def test_all_where_it_cannot_be_restricted(monkeypatch: pytest.MonkeyPatch, counted: int | None, expected: int) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    assert available_cores() == expected

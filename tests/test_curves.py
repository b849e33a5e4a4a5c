"""Curves as a table: nothing is averaged, every seed is there, and memory has an end."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ganstudio import curves
from ganstudio.curves import Curves, table
from ganstudio.messages import Losses, Reading


def block(steps: list[int], runs: int = 1, **terms: float) -> Losses:
    return Losses(
        np.array(steps, np.int64),
        {
            name: np.float32(start) + np.arange(len(steps), dtype=np.float32) * np.ones((runs, 1), np.float32)
            for name, start in terms.items()
        },
    )


def rows(kept: Curves, seed: int = 0) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(kept.taken(), seed))))


def test_every_step_and_seed_has_a_row_at_full_precision() -> None:
    kept = Curves()
    start = {"reverse_kl": np.array([1 / 3, 2 / 3]), "high_quality": np.array([0.5, np.nan])}
    kept.add(block([], 2), (Reading(0, start),))
    kept.add(block([1, 2], 2, critic=0.1, generator=-3), (Reading(2, {"reverse_kl": np.array([1e-17, 2.0])}),))
    found = rows(kept, seed=40)
    assert list(found[0]) == ["step", "seed", "critic", "generator", "reverse_kl (nats)", "high_quality (fraction)"]
    assert [(row["step"], row["seed"]) for row in found] == [
        (step, seed) for step in ("0", "1", "2") for seed in ("40", "41")
    ]
    assert float(found[0]["reverse_kl (nats)"]) == 1 / 3
    assert found[1]["high_quality (fraction)"] == ""
    assert found[0]["critic"] == ""
    assert np.float32(found[2]["critic"]) == np.float32(0.1)
    assert float(found[4]["reverse_kl (nats)"]) == 1e-17


def test_terms_that_come_later_have_columns_of_their_own() -> None:
    kept = Curves()
    for step in range(1, 2 * curves.MERGED + 3):
        more = {"penalty": 7.0} if step > 300 else {}
        kept.add(block([step], critic=step, **more), ())
    found = rows(kept)
    assert [int(row["step"]) for row in found] == list(range(1, 2 * curves.MERGED + 3))
    assert [float(row["critic"]) for row in found] == [float(row["step"]) for row in found]
    assert found[299]["penalty"] == ""
    assert found[300]["penalty"] == "7.0"


def test_memory_has_an_end_and_what_is_left_is_still_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "LIMIT", 16_000)
    kept = Curves()
    for start in range(0, 20_000, 10):
        kept.add(block(list(range(start + 1, start + 11)), critic=start + 1), ())
    taken = kept.taken()
    assert taken.every > 1
    assert sum(curves._size(part) for part in taken.blocks) < 2 * curves.LIMIT
    found = rows(kept)
    steps = [int(row["step"]) for row in found]
    assert steps == list(range(taken.every, 20_001, taken.every))
    assert all(float(row["critic"]) == float(row["step"]) for row in found)
    kept.clear()
    assert kept.taken() == curves.Table((), (), 1)

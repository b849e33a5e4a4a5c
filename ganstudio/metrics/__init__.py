"""How good samples are: modes, divergences and distances, each with the line of a perfect sampler.

`METRICS` is the table: adding one is a function and a row.
"""

from __future__ import annotations

from ganstudio.metrics.perfect import perfect_sampler, perfect_sampler_turns
from ganstudio.metrics.table import METRICS, Metric, measure, usual

__all__ = ["METRICS", "Metric", "measure", "perfect_sampler", "perfect_sampler_turns", "usual"]

"""How good pictures are: small classifiers that judge them, and what is measured with their help.

Torch is inside: the window does not import this, it asks an engine.
"""

from __future__ import annotations

from ganstudio.judging.judge import Judge, Looked, judge_for

__all__ = ["Judge", "Looked", "judge_for"]

"""An experiment as a plain PyTorch script that repeats the run without this program.

>>> from ganstudio import Experiment
>>> from ganstudio.script import script
>>> text = script(Experiment.of("wgan_gp"), steps=2000)

Losses and data are the objective's and the distribution's own code, run with symbols in place of tensors
(`tracing`), so that nothing of a method is written twice; networks, penalties and the loop are written by hand.
"""

from __future__ import annotations

from ganstudio.script.writer import script

__all__ = ["script"]

"""Train the presets that begin trained, and write their states beside them: ``make pretrained``.

A preset's `steps` says how long. States keep everything that training goes on with, optimisers' moments included, in
numbers of fewer digits than they were computed with: that halves the files, and nobody can see the difference.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

from ganstudio import presets
from ganstudio.experiment import Experiment
from ganstudio.files import write_whole
from ganstudio.messages import Arrays
from ganstudio.resources import assets_folder
from ganstudio.states import pack_all
from ganstudio.training import Trainer
from ganstudio.training.threads import use_one_thread

__all__ = ["main", "rounded"]

TRAINED = ("trained_collapse", "trained_codes")
WEIGHT_BITS = 12
MOMENT_BITS = 6
"""Bits of the mantissa that are kept, of 23: relative errors of at most 1 / 8,192 and 1 / 128."""
LARGEST = 300_000
"""Bytes that a file may have: it comes with every copy of the program."""


def rounded(state: Arrays) -> Arrays:
    """Return a state with fewer digits, which can be packed better."""
    return {
        name: _rounded(value, MOMENT_BITS if ".optimiser." in name else WEIGHT_BITS)
        if value.dtype == np.float32 and value.ndim  # an optimiser's count of steps stays exact
        else value
        for name, value in state.items()
    }


def _rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """Return numbers rounded to so many bits of the mantissa, half up."""
    dropped = 23 - bits
    whole = np.ascontiguousarray(values).view(np.uint32)
    result = (whole + np.uint32(1 << (dropped - 1))) & np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)
    return result.view(np.float32)


def trained(experiments: Iterable[Experiment], steps: int) -> list[Arrays]:
    """Return the experiments' states after so many generator updates."""
    states = []
    for experiment in experiments:
        trainer = Trainer(experiment)
        trainer.train(steps)
        states.append({name: value.cpu().numpy() for name, value in trainer.saved().items()})
        shown = ", ".join(f"{name} {value[0]:.3g}" for name, value in trainer.measure().items())
        print(f"  {experiment.title}: {shown}", flush=True)
    return states


def main() -> int:
    """Train, write, and return the exit code."""
    use_one_thread()
    for name in TRAINED:
        print(name, flush=True)
        preset = presets.load(name)
        content = pack_all([rounded(state) for state in trained(preset.experiments, preset.steps)])
        if len(content) > LARGEST:
            print(f"{name}: {len(content):,} bytes; at most {LARGEST:,} are allowed", file=sys.stderr)
            return 1
        write_whole(assets_folder() / "presets" / f"{name}.npz", content)
        print(f"  {len(content):,} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

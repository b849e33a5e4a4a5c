"""A function from latents to pictures as a generator: what `Generator` gives of a model with weights, but features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.inputs import Given, count
from ganstudio.checkpoints.onnx.opening import GraphModel
from ganstudio.checkpoints.sampling import RESULT_BYTES, Drawing, TooLargeError

__all__ = ["GraphGenerator"]


class GraphGenerator(Drawing):
    """An opened ONNX model that is asked for pictures."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self.architecture = model.architecture

    def sample(self, given: Given) -> NDArray[np.float32]:
        """Return the raw output, (n, channels, height, width).

        Parameters
        ----------
        given
            One array for each of the architecture's inputs.

        Raises
        ------
        TooLargeError
            If all samples together need too much memory.
        CheckpointError
            If the graph cannot be evaluated.
        """
        model = self.model
        assert model.graph is not None
        assert model.signature is not None
        assert model.taken is not None
        needed = 4 * count(given) * int(np.prod(self.architecture.output))
        if needed > RESULT_BYTES:
            asked = f"{needed / 1e6:,.0f} MB; at most {RESULT_BYTES / 1e6:,.0f} MB are taken"
            raise TooLargeError(f"{count(given):,} samples need {asked}")
        return model.graph.pictures(model.signature, model.output, model.taken, given)

"""The generator's input: a latent prior of any dimension."""

from __future__ import annotations

from typing import Any, Literal

from ganstudio.settings import Settings, setting

__all__ = ["Noise"]


class Noise(Settings):
    """The prior of the latent z."""

    distribution: Literal["normal", "uniform"] = setting(
        "normal",
        "Noise",
        "Distribution of the latent z that the generator turns into samples: standard normal, or uniform on [-1, 1].",
        choices={"normal": "Normal", "uniform": "Uniform"},
    )
    dimensions: int = setting(
        2, "Latent size", "Number of coordinates of z. Two can be drawn; 1 to 128 are sane.", ge=1, le=1024
    )

    def push(self, uniform: Any, normal: Any) -> Any:
        """Turn uniform [0, 1) or standard normal numbers (..., dimensions) into latents of the same shape."""
        return normal if self.distribution == "normal" else 2.0 * uniform - 1.0

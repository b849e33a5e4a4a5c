"""Measure what the window promises: a quick first paint, a free event loop, and training that keeps its rate.

Run it on an otherwise idle machine: ``make measure``. Every number is taken several times, in turns with what it is
compared with, because machines are noisy. Exits with 1 if a promise is not kept.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path("build/measure")
TURNS = 5
LATENESS_LIMIT = 0.050
LATENESS_SHARE = 0.99
RATE_SHARE = 0.75
FRAMES = {"default layers": 30.0, "all layers": 20.0, "wall of 16 seeds": 10.0}
"""What is watched -> pictures a second that each pane has to draw."""
PRESETS = {"wall of 16 seeds": "wall_of_seeds"}
"""What is open meanwhile, if it is not the start-up comparison."""

PAINT = """
import os, sys
from ganstudio.gui.app import application, open_window
from ganstudio.gui.memory import Memory
from pathlib import Path
app = application()
window = open_window(None, Memory(Path(sys.argv[1])))
window.painted.disconnect()
window.painted.connect(lambda: os._exit(0))
window.show()
app.exec()
"""


def seconds_of(arguments: list[str]) -> float:
    """Return how long a command takes from its start to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True)
    return time.perf_counter() - start


def measure_paint() -> tuple[list[float], list[float]]:
    """Return seconds from a process's start to the first paint, and to the end of `import torch`."""
    paint, imports = [], []
    for turn in range(TURNS + 1):
        window = seconds_of(["-c", PAINT, str(FOLDER)])
        torch = seconds_of(["-c", "import os, torch; os._exit(0)"])
        if turn:  # the first only fills the disk's cache
            paint.append(window)
            imports.append(torch)
    return paint, imports


def measure_headless(preset: str, seconds: float = 4.0) -> list[float]:
    """Return steps a second of each run of a preset, trained alone in a process without a window."""
    code = f"""
import time, torch
torch.set_num_threads(1)
from ganstudio import presets
from ganstudio.training import Trainer
for experiment in presets.load({preset!r}).experiments:
    trainer = Trainer(experiment)
    trainer.train(20)
    start, step = time.perf_counter(), trainer.step
    while time.perf_counter() - start < {seconds}:
        trainer.iterate()
    trainer.check()
    print((trainer.step - step) / (time.perf_counter() - start))
"""
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [float(line) for line in result.stdout.split()]


def measure_window(preset: str, layers: str) -> dict[str, object]:
    """Return lateness of the event loop, steps and pictures a second while a preset's panes train in the window."""
    command = [sys.executable, str(Path(__file__).with_name("watch_window.py")), str(FOLDER), preset, layers]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, object] = json.loads(result.stdout)
    return measured


def main() -> int:
    """Measure, print, and return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # PyTorch comes compiled, so our own modules may be, too; the first start compiles what changed.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = True
    paint, imports = measure_paint()
    ratio = statistics.median(p / t for p, t in zip(paint, imports, strict=True))
    kept &= report(
        "first paint / import torch",
        ratio,
        ratio < 1,
        f"{statistics.median(paint):.2f} s / {statistics.median(imports):.2f} s, medians of {TURNS}",
    )
    for what in FRAMES:
        kept &= watch_window(what)
    return 0 if kept else 1


def watch_window(what: str) -> bool:
    """Measure the window with default layers, all layers, or a wall of seeds; return whether all promises are kept."""
    preset, layers = PRESETS.get(what, "startup"), "all" if what == "all layers" else "default"
    shares, lates, frames = [], [], []
    before = measure_headless(preset)
    for _ in range(3):
        window = measure_window(preset, layers)
        after = measure_headless(preset)
        alone = [(a + b) / 2 for a, b in zip(before, after, strict=True)]
        rates = window["rates"]
        assert isinstance(rates, list)
        # Runs that share an engine share its time, so their shares of their own rates add up.
        share = sum(r / a for r, a in zip(rates, alone, strict=True)) / min(int(str(window["engines"])), len(rates))
        late = sorted(window["late"])  # type: ignore[call-overload]
        shares.append(share)
        lates.append((sum(x <= LATENESS_LIMIT for x in late) / len(late), late[int(0.99 * len(late))], late[-1]))
        frames.append(min(window["frames"]))  # type: ignore[call-overload]
        print(
            f"  {what}: {' and '.join(f'{rate:.0f}' for rate in rates)} steps/s, headless "
            f"{' and '.join(f'{rate:.0f}' for rate in alone)}, {share:.0%}; p99 {1000 * lates[-1][1]:.1f} ms, largest "
            f"{1000 * lates[-1][2]:.0f} ms; {frames[-1]:.1f} frames/s",
            flush=True,
        )
        before = after
    on_time = statistics.median(late[0] for late in lates)
    kept = report(
        f"event-loop turns within 50 ms, {what}",
        on_time,
        on_time >= LATENESS_SHARE,
        f"p99 {1000 * statistics.median(late[1] for late in lates):.1f} ms",
    )
    drawn = statistics.median(frames)
    kept &= report(f"frames/s of each pane, {what}", drawn, drawn >= FRAMES[what], "median of 3")
    share = statistics.median(shares)
    if what == "default layers":
        kept &= report("training rate / headless rate", share, share >= RATE_SHARE, "median of 3")
    return kept


def report(name: str, value: float, kept: bool, note: str) -> bool:
    """Print one promise and return whether it is kept."""
    print(f"{'kept  ' if kept else 'BROKEN'} {name}: {value:.3f} ({note})", flush=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())

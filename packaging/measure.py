"""Measure what the window promises: a quick first paint, a free event loop, and training that keeps its rate.

Run it on an otherwise idle machine: ``make measure``. Every number is taken several times, in turns with what it is
compared with, because machines are noisy. Exits with 1 if a promise is not kept.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path("build/measure")
TURNS = 5
SETTLE_SECONDS = 4.0
WATCH_SECONDS = 20.0
TICK_MILLISECONDS = 10
LATENESS_LIMIT = 0.050
LATENESS_SHARE = 0.99
RATE_SHARE = 0.75

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


def measure_headless(seconds: float = 4.0) -> list[float]:
    """Return steps a second of each start-up run, trained alone in a process without a window."""
    code = f"""
import time, torch
torch.set_num_threads(1)
from ganstudio import presets
from ganstudio.training import Trainer
for experiment in presets.load(presets.STARTUP).experiments:
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


WINDOW = f"""
import json, sys, time
from PySide6.QtCore import QEventLoop, QTimer, Qt
from pathlib import Path
from ganstudio import presets
from ganstudio.gui.app import application, open_window
from ganstudio.gui.memory import Memory


def main():
    app = application()
    window = open_window(presets.load(presets.STARTUP), Memory(Path(sys.argv[1])))
    window.resize(1280, 800)
    window.show()
    session = window.session
    session.play()

    def spin(seconds):
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    while not all(pane.step for pane in session.panes):
        spin(0.2)
    spin({SETTLE_SECONDS})
    late, frames, due = [], [0], [time.perf_counter() + {TICK_MILLISECONDS} / 1000]

    def tick():
        now = time.perf_counter()
        late.append(max(0.0, now - due[0]))
        due[0] = now + {TICK_MILLISECONDS} / 1000

    def count(_):
        frames[0] += 1

    for pane in session.panes:
        pane.snapshot_arrived.connect(count)
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval={TICK_MILLISECONDS})
    timer.timeout.connect(tick)
    due[0] = time.perf_counter() + {TICK_MILLISECONDS} / 1000
    timer.start()
    start, steps = time.perf_counter(), [pane.step for pane in session.panes]
    spin({WATCH_SECONDS})
    elapsed = time.perf_counter() - start
    done = [pane.step - step for pane, step in zip(session.panes, steps)]
    timer.stop()
    engines = len(session.engine_pids)
    window.close()
    print(json.dumps(dict(late=late, rates=[n / elapsed for n in done], frames=frames[0] / elapsed, engines=engines)))


if __name__ == "__main__":
    main()
"""


def measure_window() -> dict[str, object]:
    """Return lateness of the event loop and steps a second while the start-up panes train in the window."""
    script = FOLDER / "window.py"  # a file: engines import the main module again
    script.write_text(WINDOW)
    result = subprocess.run([sys.executable, str(script), str(FOLDER)], check=True, capture_output=True, text=True)
    measured: dict[str, object] = json.loads(result.stdout)
    return measured


def main() -> int:
    """Measure, print, and return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = True
    paint, imports = measure_paint()
    ratio = statistics.median(p / t for p, t in zip(paint, imports, strict=True))
    kept &= report(
        "first paint / import torch",
        ratio,
        ratio < 1,
        f"{statistics.median(paint):.2f} s / {statistics.median(imports):.2f} s, medians of {TURNS}",
    )
    shares, lates, frames = [], [], []
    before = measure_headless()
    for _ in range(3):
        window = measure_window()
        after = measure_headless()
        alone = [(a + b) / 2 for a, b in zip(before, after, strict=True)]
        rates = window["rates"]
        assert isinstance(rates, list)
        # Runs that share an engine share its time, so their shares of their own rates add up.
        share = sum(r / a for r, a in zip(rates, alone, strict=True)) / min(int(str(window["engines"])), len(rates))
        late = sorted(window["late"])  # type: ignore[call-overload]
        shares.append(share)
        lates.append((sum(x <= LATENESS_LIMIT for x in late) / len(late), late[int(0.99 * len(late))], late[-1]))
        frames.append(window["frames"])
        print(
            f"  window: {rates[0]:.0f} and {rates[1]:.0f} steps/s, headless {alone[0]:.0f} and {alone[1]:.0f}, "
            f"{share:.0%}; p99 {1000 * lates[-1][1]:.1f} ms, largest {1000 * lates[-1][2]:.0f} ms; "
            f"{frames[-1]:.0f} snapshots/s",
            flush=True,
        )
        before = after
    on_time = statistics.median(late[0] for late in lates)
    kept &= report(
        "event-loop turns within 50 ms",
        on_time,
        on_time >= LATENESS_SHARE,
        f"p99 {1000 * statistics.median(late[1] for late in lates):.1f} ms",
    )
    share = statistics.median(shares)
    kept &= report("training rate / headless rate", share, share >= RATE_SHARE, "median of 3")
    return 0 if kept else 1


def report(name: str, value: float, kept: bool, note: str) -> bool:
    """Print one promise and return whether it is kept."""
    print(f"{'kept  ' if kept else 'BROKEN'} {name}: {value:.3f} ({note})", flush=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())

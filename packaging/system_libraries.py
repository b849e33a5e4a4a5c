"""Make sure that Qt finds the system's libraries; see `ganstudio.system_libraries`, which this runs.

Run with the interpreter that has PySide6. It is here, and runs the file by its path, so that it works even when
the package itself could not be installed.
"""

from __future__ import annotations

import runpy
from pathlib import Path

if __name__ == "__main__":
    runpy.run_path(
        str(Path(__file__).resolve().parent.parent / "ganstudio" / "system_libraries.py"), run_name="__main__"
    )

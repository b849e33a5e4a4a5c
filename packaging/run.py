"""`make run`: open the studio, or do the same job headless where nobody would see a window."""

from __future__ import annotations

import sys

from ganstudio.cli import main
from ganstudio.system_libraries import has_display

if __name__ == "__main__":
    if has_display():
        sys.exit(main([]))
    print("No display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so there is no window to open.")
    print("Training the start-up comparison instead; picture, animation and numbers go to build/demo/.", flush=True)
    sys.exit(main(["compare", "startup", "--seeds", "1", "--animation", "--out", "build/demo"]))

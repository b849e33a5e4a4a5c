"""The model graph: what a method is made of, live, and one iteration of it in slow motion.

`graph` says which boxes, arrows and stops an experiment has; `illustrator` makes their pictures and the tellers their
words; `director` leads from stop to stop; `page` shows it all.
"""

from __future__ import annotations

from ganstudio.gui.walk.page import GraphPage

__all__ = ["GraphPage"]

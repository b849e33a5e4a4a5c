"""The window. Nothing in here imports torch, directly or indirectly."""

# Before PySide6, whose import hook reads the source of every module that is imported after it, which takes a good part
# of the time to the first paint.
from ganstudio import consistency, diagnosis, equations, field, files, messages, presets  # noqa: F401

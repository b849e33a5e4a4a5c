"""The window. Nothing in here imports torch, directly or indirectly."""

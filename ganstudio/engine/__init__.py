"""The other process: runs train here, away from the window.

`client` starts and talks to it without importing torch; `server` is what runs in it.
"""

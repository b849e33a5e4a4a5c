"""The command line's subcommands, one file each: `add_arguments` declares, `run` does.

Nothing here imports torch, NumPy or Qt before it is needed, so that help and errors come at once.
"""

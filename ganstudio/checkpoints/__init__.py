"""Trained networks in files: our own format, what one asks of a generator, and how any file is opened.

Importing the package loads no torch; of its modules only `generator` does.
"""

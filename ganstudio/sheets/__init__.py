"""Sheets of samples: which are drawn, how they become one picture, and how that picture tells what it shows.

Neither torch nor Qt: the window and the command line make the same bytes of the same samples.
"""

"""The Images bench: pictures out of generators, trained here or loaded."""

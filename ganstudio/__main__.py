"""`python -m ganstudio`: the same as the `ganstudio` command."""

# The guard and the late import matter: an engine process imports this file again under another name, and must
# neither start a second window nor wait for what the command line imports.
if __name__ == "__main__":
    import sys

    from ganstudio.cli import main

    sys.exit(main())

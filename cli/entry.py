"""Where ``lizheng`` begins. Loading the program takes seconds, in which it can be stopped, too."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C stopped."""


def run() -> None:
    """Load the commands and run the one that was typed."""
    try:
        from cli.main import app
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    app()

"""The embedded server as tests start it: what a document says of its end is not obeyed.

Most tests live in 2017, which the server's own clock finds expired: once a minute it would delete
what they wrote. Its option for that is not on its command line.
"""

from __future__ import annotations

import sys

from secantus import cli
from secantus.server import SecantusDBServer

PROGRAM = (sys.executable, __file__)
"""In the place of ``infra.embedded.PROGRAM``."""


def keep_expired() -> None:
    """Have servers of this process start without the sweep of expired documents."""
    SecantusDBServer.__init__.__kwdefaults__["ttl_sweep_seconds"] = 0.0


if __name__ == "__main__":
    keep_expired()
    sys.exit(cli.main())

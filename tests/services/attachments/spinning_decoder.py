"""A decoder's process with the product's limits, whose decoder never comes to an end.

What is asked says how: by counting, by taking memory, by waiting, by ending, by answering without
end. Everything else is echoed.
"""

from __future__ import annotations

import itertools
import os
import sys
import time

from services.attachments.decoding import Limits, serve


def _spin(request: bytes) -> bytes:
    match request:
        case b"count":
            for _ in itertools.count():
                pass
        case b"take":
            taken = [bytearray(50_000_000) for _ in range(100)]
            return bytes(len(taken))
        case b"wait":
            time.sleep(600)
        case b"end":
            os._exit(3)
        case b"flood":
            sys.stdout.buffer.write(b"\xff" * 1_000_000)
            sys.stdout.buffer.flush()
        case b"variables":
            return "\n".join(sorted(os.environ)).encode()
    return request


if __name__ == "__main__":
    serve(_spin, Limits(cpu_seconds=1))

"""Files are decoded in a process of their own, which is killed when one takes too much.

``python -m services.attachments.decoding`` is that process. It reads a file and answers what is
shown of it, one after another, until its input ends. An answer is plain bytes and never code, so
that a decoder that somebody took over can tell lies about files, and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from domain.refusals import InvalidInput, TooManyAttempts
from services.attachments.containers.container import too_costly
from services.attachments.desk import Made

SECONDS = 8.0
"""For one file, on a machine that has other things to do: within the time of an operation."""
LONGEST_ANSWER = 64 * 1024 * 1024
_BUSY_SECONDS = 30
_LENGTH = struct.Struct(">I")
_MADE = struct.Struct(">cII")
_SHOWN, _REFUSED = b"S", b"R"

Ask = Callable[[bytes], Awaitable[bytes]]
"""Sends bytes to a decoder's process, for its answer."""

logger = logging.getLogger("lizheng.decoding")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a decoder's process may take; the system ends it beyond that."""

    cpu_seconds: int = 4
    """Of one file; the largest that are taken need 1 to 2."""
    memory_bytes: int = 640 * 1024 * 1024
    """Of its address space."""


class Decoder:
    """Makes what is shown of a file, by a process that can be killed.

    ``died`` and ``late`` are what ``ask`` raises when it was: for what the file took, or for the
    time that it took.
    """

    def __init__(self, ask: Ask, died: type[Exception], late: type[Exception]) -> None:
        self._ask, self._died, self._late = ask, died, late

    async def make(self, data: bytes, content_type: str) -> Made:
        """What is shown of a file of this media type.

        Raises ``InvalidInput`` for one that is damaged, of another kind, or that takes too much;
        ``TooManyAttempts`` when the machine has no time for it now.
        """
        try:
            answer = await self._ask(content_type.encode() + b"\0" + data)
        except self._died as error:
            logger.warning("a decoder ended over a file of %s bytes: %s", len(data), error)
            raise too_costly() from error
        except self._late as error:
            logger.warning("a file of %s bytes was not decoded in time", len(data))
            raise _busy() from error
        return _read(answer)


def _busy() -> TooManyAttempts:
    return TooManyAttempts(
        _BUSY_SECONDS,
        "系统繁忙，附件暂时无法处理，请稍后再试。",
        "There is no time to look at this file now. Try again later.",
    )


def _read(answer: bytes) -> Made:
    status, shown, thumbnail = _MADE.unpack_from(answer)
    rest = answer[_MADE.size :]
    if status == _REFUSED:
        zh, en = json.loads(rest)
        raise InvalidInput(str(zh), str(en), "attachments")
    return Made(rest[:shown], rest[shown : shown + thumbnail] or None)


def _answer(request: bytes) -> bytes:
    from services.attachments.pictures import made_of

    content_type, _, data = request.partition(b"\0")
    try:
        made = made_of(data, content_type.decode())
    except InvalidInput as refused:
        return _MADE.pack(_REFUSED, 0, 0) + json.dumps(refused.text).encode()
    small = made.thumbnail or b""
    return _MADE.pack(_SHOWN, len(made.shown), len(small)) + made.shown + small


def serve(answer: Callable[[bytes], bytes], limits: Limits) -> None:
    """Answers requests on standard input, each with its length before it, until there are none."""
    os.nice(5)  # whoever waits for a page goes first
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    while head := sys.stdin.buffer.read(_LENGTH.size):
        request = sys.stdin.buffer.read(*_LENGTH.unpack(head))
        _limit_processor(limits.cpu_seconds)
        said = answer(request)
        sys.stdout.buffer.write(_LENGTH.pack(len(said)) + said)
        sys.stdout.buffer.flush()


def _limit_processor(seconds: int) -> None:
    """From now on: beyond them the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    import services.attachments.pictures  # noqa: F401  # while it may still take what it needs

    serve(_answer, Limits())

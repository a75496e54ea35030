"""A proxy between a driver and its server that cuts connections at a write.

It reads messages of MongoDB's wire protocol (OP_MSG) on their way to the server, counts those that
write, and at the chosen ones closes the connection: before the server hears of the write, or after
it has carried the write out and before it can say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread

OP_MSG = 2013
WRITES = {b"insert", b"update", b"delete", b"findAndModify", b"commitTransaction"}
HEAD = 16
FIRST_NAME = HEAD + 4 + 1 + 4 + 1
"""Where a command's name begins: behind head, flags, section's kind, document's size, its type."""


class CuttingProxy:
    """Passes on what is said, but for the writes whose numbers are in ``cuts``.

    ``writes`` counts them, ``cut`` those that were cut. With ``is_made`` the server carries a write
    out before its connection is cut.
    """

    def __init__(self, port: int, *, is_made: bool) -> None:
        """``port`` is the server's, on this machine."""
        self.writes = 0
        self.cuts: set[int] = set()
        self.cut = 0
        self._port = port
        self._is_made = is_made

    @contextmanager
    def listen(self) -> Iterator[int]:
        """Listen, on a loop of its own: a driver may block the one it is closed on. The port."""
        opened: Future[tuple[int, Callable[[], object]]] = Future()
        thread = Thread(target=asyncio.run, args=(self._listen(opened),))
        thread.start()
        port, close = opened.result()
        yield port
        close()
        thread.join()

    async def _listen(self, opened: Future[tuple[int, Callable[[], object]]]) -> None:
        loop, closing = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        opened.set_result((port, partial(loop.call_soon_threadsafe, closing.set)))
        await closing.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(self._answer(answers, writer))
        try:
            while not back.done():
                message = await _read(reader)
                if not self._is_cut(message):
                    server.write(message)
                    continue
                back.cancel()
                if self._is_made:
                    server.write(message)
                    await _read(answers)
                break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # one end is gone, or the proxy closes
        finally:
            back.cancel()
            for end in (writer, server):
                end.close()

    def _is_cut(self, message: bytes) -> bool:
        if not _is_write(message):
            return False
        self.writes += 1
        is_cut = self.writes in self.cuts
        self.cut += is_cut
        return is_cut

    @staticmethod
    async def _answer(answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                writer.write(await _read(answers))


async def _read(reader: asyncio.StreamReader) -> bytes:
    """One whole message; raises ``IncompleteReadError`` at the end of the connection."""
    size = await reader.readexactly(4)
    return size + await reader.readexactly(int.from_bytes(size, "little") - 4)


def _is_write(message: bytes) -> bool:
    if int.from_bytes(message[12:16], "little") != OP_MSG:
        return False
    return message[FIRST_NAME : message.index(b"\0", FIRST_NAME)] in WRITES

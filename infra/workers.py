"""Processes beside this one that do work which may have to be killed: bytes in, bytes out.

Each is a Python of its own, with none of our variables and a pipe at either end: no semaphore and
no shared memory, which a Lambda container does not have. It ends with this process, because then
its standard input does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from threading import Timer
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 4
"""Bytes that say, big-endian, how long a request or an answer is."""
_INHERITED = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME")
"""Where Python and its libraries lie; keys and addresses of ours stay here."""


class WorkerDied(Exception):
    """It ended before it answered: what it was asked took more than it may."""


class WorkerTimeout(Exception):
    """It did not answer in time, though it took no more of the processor than it may."""


class WorkerPool:
    """So many processes of one module, each started when it is first needed, and again after it
    died. Requests wait their turn; the one that was busy last is asked first."""

    def __init__(self, module: str, size: int, seconds: float, longest_answer: int) -> None:
        """``seconds``: after that it is killed. ``longest_answer``: in bytes."""
        self._threads = ThreadPoolExecutor(size, f"asks {module}")
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._workers = [_Worker(module, seconds, longest_answer) for _ in range(size)]
        for worker in self._workers:
            self._idle.put(worker)

    async def ask(self, request: bytes) -> bytes:
        """The answer of one of them; raises ``WorkerDied`` and ``WorkerTimeout``."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, request)

    def _ask(self, request: bytes) -> bytes:
        worker = self._idle.get()
        try:
            return worker.ask(request)
        finally:
            self._idle.put(worker)

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def close(self) -> None:
        """Ends them, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()


class _Worker:
    """One of them, asked by one thread at a time."""

    def __init__(self, module: str, seconds: float, longest_answer: int) -> None:
        self._command = [sys.executable, "-P", "-B", "-m", module]
        self._seconds, self._longest = seconds, longest_answer
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def ask(self, request: bytes) -> bytes:
        process = self._running()
        until = time.monotonic() + self._seconds
        killing = Timer(self._seconds, process.kill)
        killing.start()
        try:
            return self._exchange(process, request)
        except (OSError, EOFError) as error:
            why = WorkerTimeout if time.monotonic() >= until else WorkerDied
            raise why(_words(self.end())) from error
        finally:
            killing.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a decoder's remarks on a stranger's bytes
                start_new_session=True,  # Ctrl-C is for us before it
                env=_environ(),
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(len(request).to_bytes(LENGTH, "big") + request)
        process.stdin.flush()
        length = int.from_bytes(_exactly(process.stdout, LENGTH), "big")
        if length > self._longest:
            raise EOFError(f"an answer of {length} bytes")
        return _exactly(process.stdout, length)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def end(self) -> int | None:
        """Its status, once it is gone; None when there is none."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(BrokenPipeError), process:
            process.kill()
        return process.returncode


def _environ() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join((str(ROOT), *filter(None, sys.path)))}


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    found = pipe.read(length)
    if len(found) < length:
        raise EOFError
    return found


def _words(status: int | None) -> str:
    """How it ended, for the log."""
    if status is not None and status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"

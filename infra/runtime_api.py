"""The Lambda Runtime API on this machine: it hands one invocation after another to a runtime.

What a function's process fetches and posts there is all that it sees of AWS Lambda; so the real
runtime loop (``python -m awslambdaric``) can be run against it.
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

VERSION = "/2018-06-01"
LOOK_SECONDS = 0.05


class RuntimeGone(RuntimeError):
    """The process that should have answered is not there any more, or took too long."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an invocation: ``payload``, and whether the function raised.

    ``payload`` of an error has ``errorType`` and ``errorMessage``. Seconds are from the moment
    at which the invocation was there to be fetched.
    """

    payload: Any
    is_error: bool
    seconds: float


@dataclass(slots=True)
class _Invocation:
    id: str
    event: bytes
    seconds: float
    began: float = field(default_factory=time.monotonic)
    reply: Reply | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def ends(self, body: bytes, *, is_error: bool) -> None:
        payload = json.loads(body) if body else None
        self.reply = Reply(payload, is_error, time.monotonic() - self.began)
        self.over.set()


class RuntimeApi:
    """Serves one runtime, on a free port of the loopback address, until it is closed."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[_Invocation | None] = queue.Queue()
        self._known: dict[str, _Invocation] = {}
        self.init_error: Any = None
        self.ready = threading.Event()
        """Set as soon as a runtime has loaded its handler and asks for work."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of whoever waits for an invocation, and serves no more."""
        self._waiting.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What ``AWS_LAMBDA_RUNTIME_API`` is set to."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def invoke(
        self, event: Any, is_alive: Callable[[], bool], seconds: float = 60, patience: float = 60
    ) -> Reply:
        """What comes of an invocation that has a time limit of ``seconds``.

        Raises ``RuntimeGone`` when the runtime dies, cannot load its handler, or gives no answer
        within ``patience`` seconds.
        """
        invocation = _Invocation(str(uuid.uuid4()), json.dumps(event).encode(), seconds)
        self._known[invocation.id] = invocation
        self._waiting.put(invocation)
        while not invocation.over.wait(LOOK_SECONDS):
            if self.init_error is not None:
                raise RuntimeGone(f"it could not begin: {self.init_error}")
            if not is_alive() or time.monotonic() > invocation.began + patience:
                raise RuntimeGone("no answer")
        assert invocation.reply is not None  # noqa: S101  # set before ``over``
        return invocation.reply

    def next(self) -> _Invocation | None:
        """Waits for an invocation; None when there will be none."""
        self.ready.set()
        return self._waiting.get()

    def answered(self, request_id: str, body: bytes, *, is_error: bool) -> bool:
        """Takes an answer; False where nothing was asked."""
        invocation = self._known.pop(request_id, None)
        if invocation is not None:
            invocation.ends(body, is_error=is_error)
        return invocation is not None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536  # an answer leaves in one piece
    server: _Server

    def handle(self) -> None:
        """Until the runtime hangs up, or dies."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Hands over the next invocation."""
        asked = self.path == f"{VERSION}/runtime/invocation/next"
        invocation = self.server.api.next() if asked else None
        if invocation is None:
            self._say(410)
            return
        deadline = time.time() + invocation.seconds
        headers = {
            "Content-Type": "application/json",  # without one the runtime crashes
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:local:0:function:local",
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        self._say(200, invocation.event, headers)

    def do_POST(self) -> None:
        """Takes an answer, or an error, or that the handler could not be loaded."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, request_id, what = ["", "", *self.path.split("/")][-3:]
        known = False
        if (request_id, what) == ("init", "error"):
            self.server.api.init_error = json.loads(body)
            known = True
        elif kind == "invocation" and what in ("response", "error"):
            known = self.server.api.answered(request_id, body, is_error=what == "error")
        self._say(202 if known else 404)

    def _say(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """What passes here is told by those who asked for it."""

"""Traces: sent to a collector that really listens, and nothing of them when they are off."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from storage import mongo
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")

TRACE = "0af7651916cd43dd8448eb211c80319c"
STATUS = (
    'query CaseStatus { trackedCase(number: "20170306000014", queryCode: "SECRET") { number } }'
)


class Collector(HTTPServer):
    """Keeps the spans that are sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Export)
        self.spans: list[Span] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Export(BaseHTTPRequestHandler):
    """One batch of spans."""

    server: Collector

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/traces"
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_request_is_a_trace_with_its_operation_and_its_commands(
    mongo_uri: str, driver: mongo.Driver, collector: Collector
) -> None:
    async for town in open_town(mongo_uri, driver, tracing=True, otlp_endpoint=collector.url):
        response = await town.http.post(
            "/graphql", json={"query": STATUS}, headers={"traceparent": f"00-{TRACE}-{'b' * 16}-01"}
        )
        assert response.status_code == 200
    spans = {span.name: span for span in collector.spans}
    request, operation, find = (
        spans[name] for name in ("POST /graphql", "GraphQL CaseStatus", "mongodb find")
    )
    assert {span.trace_id.hex() for span in (request, operation, find)} == {TRACE}
    assert operation.parent_span_id == request.span_id
    assert find.parent_span_id == operation.span_id
    assert request.start_time_unix_nano <= find.start_time_unix_nano
    assert "SECRET" not in str(collector.spans)


def test_nothing_of_it_is_imported_when_it_is_off() -> None:
    loaded = "[name for name in sys.modules if name.startswith('opentelemetry')]"
    program = f"import sys, api.app, cli.main; print({loaded})"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"

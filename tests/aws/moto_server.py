"""moto as a process of its own, which also tells what was handed over to carriers.

``python -m tests.aws.moto_server`` listens on a free port of the loopback address and prints it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends
from werkzeug.serving import make_server

HANDED_OVER = "/handed-over"


def application(region: str) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """moto's, and one address more."""
    moto = DomainDispatcherApplication(create_backend_app)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != HANDED_OVER:
            answered: Iterable[bytes] = moto(environ, start_response)
            return answered
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(handed_over(region)).encode()]

    return answer


def handed_over(region: str) -> dict[str, Any]:
    """Text messages (number, text) and e-mails (receivers, subject, text), in order."""
    texts = sns_backends[DEFAULT_ACCOUNT_ID][region].sms_messages.values()
    mails = ses_backends[DEFAULT_ACCOUNT_ID][region].sent_messages
    return {
        "texts": [list(one[:2]) for one in texts],
        "mails": [[one.destinations.get("ToAddresses"), one.subject, one.body] for one in mails],
    }


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, application(sys.argv[1]), threaded=True)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()

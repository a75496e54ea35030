"""Functions on AWS Lambda, invoked without waiting for what comes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import boto3


class Lambdas:
    """Lambda functions whose names begin alike; region and credentials are the environment's."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._client = boto3.client("lambda")

    async def dispatch(self, name: str, event: Mapping[str, Any]) -> None:
        """Invokes the function with this event; Lambda sees to it, and tries again, by itself."""
        await asyncio.to_thread(
            self._client.invoke,
            FunctionName=self._prefix + name,
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )

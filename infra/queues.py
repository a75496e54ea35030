"""An SQS queue."""

from __future__ import annotations

import boto3


class Queue:
    """One queue, by its URL; region and credentials are the environment's."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = boto3.client("sqs")

    def send(self, body: str, delay_seconds: int = 0) -> None:
        """Sends a message that is received so many seconds later, up to 900. Blocks."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)

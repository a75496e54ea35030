"""SMS and app notifications over Amazon SNS, e-mail over Amazon SES."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from infra.post.taking import Message, Refusal

CONFIG = Config(
    connect_timeout=3,
    read_timeout=7,
    retries={"total_max_attempts": 1, "mode": "standard"},  # a refused notice is tried again later
    max_pool_connections=20,
)
PERMANENT = frozenset(
    (
        # SNS: this number or this device
        "EndpointDisabled",
        "InvalidParameter",
        "InvalidParameterException",
        "OptedOut",
        "OptedOutException",
        "ParameterValueInvalid",
        # SES: this message
        "BadRequestException",
    )
)
"""Whatever else AWS says may be repaired, or passes: SES says MessageRejected also of a sender
that is not verified yet."""
_LEFT_OUT = re.compile(r"[^A-Za-z0-9_.@-]")


class SnsPost:
    """``to`` is a telephone number (E.164), or the ARN of an app's endpoint.

    SNS drops no repeats by itself: the message's id travels as the attribute ``message_id``.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, message: Message) -> Refusal | None:
        """Publishes it to this one receiver."""
        return await _called(self._client.publish, **_publication(message))


class SesPost:
    """``to`` is an address, or the part before the ``@`` of one at ``domain``.

    The message's id travels as the header ``X-Message-Id`` and as a tag.
    """

    def __init__(self, client: Any, sender: str, domain: str) -> None:
        self._client, self._sender, self._domain = client, sender, domain

    async def send(self, message: Message) -> Refusal | None:
        """Hands it to SES."""
        to = message.to if "@" in message.to else f"{message.to}@{self._domain}"
        simple = {
            "Subject": {"Data": message.subject or message.about, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"}},
            "Headers": [{"Name": "X-Message-Id", "Value": message.id}],
        }
        return await _called(
            self._client.send_email,
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [to]},
            Content={"Simple": simple},
            EmailTags=[{"Name": "message_id", "Value": _LEFT_OUT.sub("_", message.id)}],
        )


def _publication(message: Message) -> dict[str, Any]:
    attributes = {"message_id": _text(message.id), "about": _text(message.about)}
    if message.to.startswith("arn:"):
        return {
            "TargetArn": message.to,
            "Message": message.text,
            "MessageAttributes": attributes,
        }
    attributes["AWS.SNS.SMS.SMSType"] = _text("Transactional")
    return {"PhoneNumber": message.to, "Message": message.text, "MessageAttributes": attributes}


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


async def _called(operation: Callable[..., Any], **given: Any) -> Refusal | None:
    """What AWS says to a call, which is made in a thread."""
    try:
        await asyncio.to_thread(operation, **given)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        return Refusal(f"AWS: {code}", permanent=code in PERMANENT)
    except ParamValidationError:
        return Refusal("AWS: the message is not well-formed", permanent=True)
    except BotoCoreError as error:
        return Refusal(f"AWS: {type(error).__name__}", permanent=False)
    return None

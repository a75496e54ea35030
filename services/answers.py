"""A request that creates something, sent twice, gets what it got the first time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.refusals import Duplicate
from services.letter_checks import check_key
from services.office import Office
from storage.answers import KeptAnswer


async def answered(
    office: Office,
    actor: Actor,
    idempotency_key: str,
    request: Mapping[str, object],
    fresh: Mapping[str, str],
    now: datetime,
) -> Mapping[str, str]:
    """``fresh``, or what the same request was answered with within 24 hours.

    Decided and kept before anything is made, so that a repeat completes what was cut off.
    ``fresh`` may hold secrets. Raises ``InvalidInput`` for a key that is none, ``Duplicate`` for
    one that stands for another request.
    """
    check_key(idempotency_key)
    access = office.access
    content = json.dumps(request, ensure_ascii=False, sort_keys=True, default=str)
    kept = KeptAnswer(
        id=access.digest("answer", actor.subject or "", idempotency_key).hex(),
        fingerprint=access.digest("content", content).hex(),
        text=json.dumps(fresh),
    )
    known = await office.outside.answers.keep(kept, now)
    if known.fingerprint != kept.fingerprint:
        raise Duplicate
    told: Mapping[str, str] = json.loads(known.text)
    return told

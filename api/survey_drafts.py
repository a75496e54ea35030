"""What was sent with the survey's page and could not be taken, on its way back to the page.

After every sending the browser is sent on to an address, so that its Back and its reload show a
page. The draft stands in that address, encrypted: nobody reads an answer in a browser's history.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

from api.survey_form import SurveyForm
from domain.refusals import Text
from services.access import Access

LIFETIME = timedelta(minutes=30)
LONGEST = 6_000
"""Of a draft, in characters of the address: servers take some 8,000 of them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields as they were sent, and what is wrong with them or is still asked."""

    form: SurveyForm = field(default_factory=SurveyForm)
    errors: Mapping[str, Text] = field(default_factory=dict)
    asks_reason: bool = False


def seal_draft(access: Access, token: str, draft: Draft, now: datetime) -> str:
    """The draft for the address of this link's page."""
    fields = {name: getattr(draft.form, name) for name in SurveyForm.__slots__}
    errors = {name: (text.zh, text.en) for name, text in draft.errors.items()}
    written = json.dumps([fields, errors, draft.asks_reason], ensure_ascii=False).encode()
    sealed = _box(access, token).encrypt_at_time(zlib.compress(written), int(now.timestamp()))
    return sealed.decode().rstrip("=")


def open_draft(access: Access, token: str, sealed: str, now: datetime) -> Draft:
    """The draft; an empty one for what is no draft of this link, or an old one."""
    lifetime, moment = int(LIFETIME.total_seconds()), int(now.timestamp())
    padded = sealed + "=" * (-len(sealed) % 4)
    try:
        body = _box(access, token).decrypt_at_time(padded, lifetime, moment)
    except (InvalidToken, ValueError):
        return Draft()
    fields, errors, asks_reason = json.loads(zlib.decompress(body))
    told = {name: Text(*both) for name, both in errors.items()}
    return Draft(SurveyForm(**fields), told, asks_reason)


def _box(access: Access, token: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(access.digest("survey draft", token)))

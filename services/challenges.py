"""Challenges for programs that send letters: work that a letter is worth, and spam is not.

They are those of ALTCHA: the browser looks for a counter whose derived key begins as the challenge
says. Nothing is kept of a challenge until its solution is used, and nobody is asked anything.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.refusals import ChallengeFailed, ChallengeRequired
from services.access import Access
from services.office import Office

ALGORITHM = "PBKDF2/SHA-256"
COST = 1_000
"""Rounds of one try: about a third of a millisecond on a desk, and here for making a challenge."""
COUNTERS = range(400, 1_200)
"""Where the counter lies; whoever solves tries all before it. Half a second, on a phone two."""
GOOD_FOR = timedelta(minutes=10)
LONGEST = 2_000
"""Signs of a solution; one has some 700."""


def new_challenge(access: Access, now: datetime) -> dict[str, Any]:
    """A challenge as JSON, good for ten minutes."""
    import altcha

    secret, key_secret = _secrets(access)
    challenge: dict[str, Any] = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.choice(COUNTERS),
        expires_at=now + GOOD_FOR,
        hmac_secret=secret,
        hmac_key_secret=key_secret,
    ).to_dict()
    return challenge


async def use_solution(office: Office, solution: str | None, now: datetime) -> None:
    """Takes a solution, as base64 of JSON, for one letter.

    Raises ``ChallengeRequired`` without one, and ``ChallengeFailed`` for one that is wrong, too
    old, or was used before.
    """
    if not solution:
        raise ChallengeRequired
    signature, until = _read(office.access, solution)
    if until <= now or not await office.outside.challenges.spend(signature, until):
        raise ChallengeFailed


def _read(access: Access, solution: str) -> tuple[str, datetime]:
    """The signature of the challenge that this solves, and until when it is good."""
    import altcha

    secret, key_secret = _secrets(access)
    if len(solution) > LONGEST:
        raise ChallengeFailed
    # The key is compared with the one that we signed: nothing is computed for whoever guesses.
    if not altcha.verify_solution(solution, secret, hmac_key_secret=key_secret).verified:
        raise ChallengeFailed
    challenge = altcha.Payload.from_base64(solution).challenge
    expires_at, signature = challenge.parameters.expires_at, challenge.signature
    if expires_at is None or signature is None:  # not one of ours, all of which have both
        raise ChallengeFailed
    return signature, datetime.fromtimestamp(expires_at, UTC)


def _secrets(access: Access) -> tuple[bytes, bytes]:
    return access.digest("challenge"), access.digest("challenge key")

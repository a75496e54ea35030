"""What an account said "me too" of: told to its owner, and counted on without it."""

from __future__ import annotations

import secrets

from services.office import Office
from storage.supports import Supported


def supporter(office: Office, letter: str, account: str) -> str:
    """One person at one letter; it cannot be read back, nor told who supports two."""
    return office.access.digest("supporter", letter, account).hex()


async def supports_of(office: Office, account: str) -> list[Supported]:
    """Under which letters an account said it, oldest first.

    Nothing lists them: every published letter is asked, some microseconds each.
    """
    said = []
    async for letters in office.outside.supports.letters():
        keys = [supporter(office, letter, account) for letter in letters]
        said += await office.outside.supports.of(keys)
    return sorted(said, key=lambda one: (one.at, one.letter))


async def make_nameless(office: Office, account: str) -> None:
    """They go on counting, each once, and nobody can tell any more whose they were."""
    for one in await supports_of(office, account):
        await office.outside.supports.make_nameless(one.supporter, secrets.token_hex(32))

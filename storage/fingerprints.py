"""Which keys a database was written with: told by fingerprints, so that wrong ones are noticed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from storage.mongo import Database

COLLECTION = "fingerprints"


class WrongKeys(ValueError):
    """These are not the keys that the database was written with."""


async def check_keys(database: Database, keys: Mapping[str, bytes]) -> None:
    """Remembers the keys of a new database; raises ``WrongKeys`` for others later on.

    A fingerprint is an HMAC under the key itself: it tells nobody the key.
    """
    collection = database[COLLECTION]
    for name, key in keys.items():
        ours = hmac.new(key, b"lizheng fingerprint", hashlib.sha256).hexdigest()
        await collection.update_one(
            {"_id": name}, {"$setOnInsert": {"fingerprint": ours}}, upsert=True
        )
        kept = await collection.find_one({"_id": name})
        if kept is None or not hmac.compare_digest(kept["fingerprint"], ours):
            raise WrongKeys(
                f"the database {database.name!r} was written with another {name} key: give this "
                "process the keys it was written with (DATA_DIR/secrets.json, or LIZHENG_…_KEY)"
            )

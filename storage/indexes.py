"""Every index of the database, created by a command and never by a request.

Each module of the storage declares its own in ``INDEXES``; they come together here.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import IndexModel

from storage import (
    accounts,
    answers,
    archived_cases,
    attachments,
    attempts,
    audit,
    baselines,
    bulletins,
    cases,
    challenges,
    contacts,
    conversations,
    devices,
    digests,
    directory,
    given_up_files,
    hot_issues,
    incoming,
    outbox,
    ownership,
    partners,
    problem_cases,
    publications,
    quotas,
    runs,
    search_terms,
    sessions,
    sign_in_codes,
    spoken,
    submissions,
    telephones,
    to_group,
    undelivered,
    webhooks,
)
from storage.index import Index
from storage.mongo import Database, list_indexes

DECLARED: tuple[Index, ...] = (
    *cases.INDEXES,
    *archived_cases.INDEXES,
    *search_terms.INDEXES,
    *submissions.INDEXES,
    *audit.INDEXES,
    *attachments.INDEXES,
    *given_up_files.INDEXES,
    *attempts.INDEXES,
    *directory.INDEXES,
    *runs.INDEXES,
    *bulletins.INDEXES,
    *baselines.INDEXES,
    *challenges.INDEXES,
    *contacts.INDEXES,
    *conversations.INDEXES,
    *spoken.INDEXES,
    *hot_issues.INDEXES,
    *to_group.INDEXES,
    *incoming.INDEXES,
    *telephones.INDEXES,
    *digests.INDEXES,
    *outbox.INDEXES,
    *undelivered.INDEXES,
    *problem_cases.INDEXES,
    *accounts.INDEXES,
    *sign_in_codes.INDEXES,
    *sessions.INDEXES,
    *devices.INDEXES,
    *ownership.INDEXES,
    *answers.INDEXES,
    *partners.INDEXES,
    *publications.INDEXES,
    *quotas.INDEXES,
    *webhooks.INDEXES,
)
"""The indexes of all collections."""


async def ensure_indexes(database: Database, indexes: Sequence[Index] = DECLARED) -> list[str]:
    """Create what is missing and replace what is declared differently now; all by default.

    The names of what was created, as ``collection.name``; empty when all stood there already.
    Indexes that nobody declares are left alone.
    """
    created: list[str] = []
    for name in dict.fromkeys(index.collection for index in indexes):
        collection = database[name]
        existing = {index["name"]: index for index in await list_indexes(collection)}
        wanted = [
            index
            for index in indexes
            if index.collection == name
            and not (index.name in existing and index.is_like(existing[index.name]))
        ]
        for index in wanted:
            if index.name in existing:
                await collection.drop_index(index.name)
        if wanted:
            models = [IndexModel(list(index.keys), **index.options) for index in wanted]
            await collection.create_indexes(models)
        created += [f"{name}.{index.name}" for index in wanted]
    return created

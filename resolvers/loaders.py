"""Relations in one look-up per kind and level of a query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.attachments import Attachment
from domain.case import Case
from domain.categories import Category, Taxonomy
from domain.directory import Mailbox, Unit
from domain.letters import Writer
from domain.partners import Partner
from schema.context import Loaders
from services.accounts.exporting import Exported, export_data
from services.office import Office

V = TypeVar("V")


def loaders_for(office: Office, actor: Actor = ANONYMOUS) -> Loaders:
    """Fresh loaders, for one request of ``actor``."""
    return _Loaders(office, actor)


def _by_key(
    look_up: Callable[[list[str]], Awaitable[Mapping[str, V]]],
) -> DataLoader[str, V | None]:
    """A loader over a look-up of many; what is not found is None."""

    async def load(keys: list[str]) -> list[V | None]:
        found = await look_up(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


class _Loaders:
    """Each is made when it is first asked for: most requests need one, or none."""

    def __init__(self, office: Office, actor: Actor) -> None:
        self._office, self._actor = office, actor
        self._directory, self._cases = office.directory, office.cases
        self._partners = office.outside.partners
        self._attachments = office.outside.attachments

    @cached_property
    def units(self) -> DataLoader[str, Unit | None]:
        return _by_key(self._directory.units_by_code)

    @cached_property
    def mailboxes(self) -> DataLoader[str, Mailbox | None]:
        return _by_key(self._directory.mailboxes_by_code)

    @cached_property
    def categories(self) -> DataLoader[str, Category | None]:
        return _by_key(self._directory.categories_by_id)

    @cached_property
    def main_cases(self) -> DataLoader[str, Case | None]:
        # A joined letter's writer gets the main case's reply, and nothing else of it.
        return _by_key(lambda ids: self._cases.whole_by_ids(ids, SYSTEM))

    @cached_property
    def seen_cases(self) -> DataLoader[str, Case | None]:
        return _by_key(lambda ids: self._cases.whole_by_ids(ids, self._actor))

    @cached_property
    def taxonomy(self) -> DataLoader[None, Taxonomy]:
        async def load(keys: list[None]) -> list[Taxonomy]:
            return [await self._directory.categories()] * len(keys)

        return DataLoader(load_fn=load)

    @cached_property
    def writers(self) -> DataLoader[str, Writer]:
        async def load(ids: list[str]) -> list[Writer]:
            found = await self._cases.writers_of(ids)
            return [found[key] for key in ids]

        return DataLoader(load_fn=load)

    @cached_property
    def exports(self) -> DataLoader[datetime, Exported]:
        async def load(moments: list[datetime]) -> list[Exported]:
            # All of one request: reading everything of an account is dear, and is recorded.
            return [await export_data(self._office, self._actor, moments[0])] * len(moments)

        return DataLoader(load_fn=load)

    @cached_property
    def partners(self) -> DataLoader[str, Partner | None]:
        return _by_key(self._partners.by_ids)

    @cached_property
    def attachments(self) -> DataLoader[str, list[Attachment] | None]:
        return _by_key(self._attachments.of_cases)

"""Relations in one look-up per kind and level of a query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.case import Case
from domain.categories import Taxonomy
from domain.letters import Writer
from schema.context import Loaders
from services.office import Office

V = TypeVar("V")


def _by_key(
    look_up: Callable[[list[str]], Awaitable[Mapping[str, V]]],
) -> DataLoader[str, V | None]:
    """A loader over a look-up of many; what is not found is None."""

    async def load(keys: list[str]) -> list[V | None]:
        found = await look_up(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def loaders_for(office: Office, actor: Actor = ANONYMOUS) -> Loaders:
    """Fresh loaders, for one request of ``actor``."""
    directory, cases = office.directory, office.cases

    async def main_cases(ids: list[str]) -> Mapping[str, Case]:
        # A joined letter's writer gets the main case's reply, and nothing else of it.
        return await cases.whole_by_ids(ids, SYSTEM)

    async def seen_cases(ids: list[str]) -> Mapping[str, Case]:
        return await cases.whole_by_ids(ids, actor)

    async def taxonomies(keys: list[None]) -> list[Taxonomy]:
        return [await directory.categories()] * len(keys)

    async def writers(ids: list[str]) -> list[Writer]:
        found = await cases.writers_of(ids)
        return [found[key] for key in ids]

    return Loaders(
        units=_by_key(directory.units_by_code),
        mailboxes=_by_key(directory.mailboxes_by_code),
        categories=_by_key(directory.categories_by_id),
        main_cases=_by_key(main_cases),
        seen_cases=_by_key(seen_cases),
        taxonomy=DataLoader(load_fn=taxonomies),
        writers=DataLoader(load_fn=writers),
    )

"""What the directory's documents look like, there and back. Days are ``YYYY-MM-DD``."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

from domain.categories import Category, Taxonomy
from domain.directory import City, Incumbent, Mailbox, PlaceCodes, System, Unit
from domain.words import MailboxLevel, Network, UnitLevel
from storage.mongo import Document


def city_documents(city: City, taxonomy: Taxonomy) -> dict[str, list[Document]]:
    """All documents of a city by collection, each with a digest of its contents."""
    return {
        "units": [_sealed(_unit_document(unit)) for unit in city.units],
        "mailboxes": [_sealed(_mailbox_document(mailbox)) for mailbox in city.mailboxes],
        "categories": [
            _sealed(_category_document(category, order)) for order, category in enumerate(taxonomy)
        ],
        "systems": [
            _sealed(_system_document(system, order)) for order, system in enumerate(city.systems)
        ],
    }


def digest_of(value: object) -> str:
    """The same for equal contents only; ``value`` is whatever JSON can say."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def _sealed(document: Document) -> Document:
    return {**document, "retired": False, "digest": digest_of(document)}


def _unit_document(unit: Unit) -> Document:
    return {
        "_id": unit.code,
        "name": unit.name,
        "name_en": unit.name_en,
        "level": unit.level.value,
        "parent": unit.parent,
        "path": list(unit.path),
        "system": unit.system,
        "order": unit.order,
    }


def read_unit(document: Document) -> Unit:
    """The unit that ``_unit_document`` stored."""
    return Unit(
        code=document["_id"],
        name=document["name"],
        name_en=document["name_en"],
        level=UnitLevel[document["level"]],
        parent=document["parent"],
        path=tuple(document["path"]),
        system=document["system"],
        order=document["order"],
        retired=document["retired"],
    )


def _mailbox_document(mailbox: Mailbox) -> Document:
    return {
        "_id": mailbox.code,
        "name": mailbox.name,
        "name_en": mailbox.name_en,
        "level": mailbox.level.value,
        "unit": mailbox.unit,
        "office": mailbox.office,
        "order": mailbox.order,
        "incumbents": [_incumbent_document(one) for one in mailbox.incumbents],
        "promise_working_days": mailbox.promise_working_days,
    }


def _incumbent_document(one: Incumbent) -> Document:
    return {
        "name": one.name,
        "title": one.title,
        "title_en": one.title_en,
        "from": one.from_date.isoformat(),
        "until": one.until_date.isoformat() if one.until_date else None,
    }


def read_mailbox(document: Document) -> Mailbox:
    """The mailbox that ``_mailbox_document`` stored."""
    return Mailbox(
        code=document["_id"],
        name=document["name"],
        name_en=document["name_en"],
        level=MailboxLevel[document["level"]],
        unit=document["unit"],
        office=document["office"],
        order=document["order"],
        incumbents=tuple(_read_incumbent(one) for one in document["incumbents"]),
        promise_working_days=document["promise_working_days"],
        retired=document["retired"],
    )


def _read_incumbent(document: Document) -> Incumbent:
    until = document["until"]
    return Incumbent(
        name=document["name"],
        title=document["title"],
        title_en=document["title_en"],
        from_date=date.fromisoformat(document["from"]),
        until_date=date.fromisoformat(until) if until else None,
    )


def _category_document(category: Category, order: int) -> Document:
    return {
        "_id": category.id,
        "name": category.name,
        "name_en": category.name_en,
        "level": category.level,
        "parent": category.parent,
        "path": list(category.path),
        "network": category.network.value,
        "order": order,
    }


def read_category(document: Document) -> Category:
    """The category that ``_category_document`` stored."""
    return Category(
        id=document["_id"],
        name=document["name"],
        name_en=document["name_en"],
        level=document["level"],
        parent=document["parent"],
        path=tuple(document["path"]),
        network=Network[document["network"]],
        retired=document["retired"],
    )


def _system_document(system: System, order: int) -> Document:
    return {
        "_id": system.code,
        "zh": system.zh,
        "en": system.en,
        "direct_dispatch": system.direct_dispatch,
        "order": order,
    }


def read_system(document: Document) -> System:
    """The system that ``_system_document`` stored."""
    return System(document["_id"], document["zh"], document["en"], document["direct_dispatch"])


def places_document(places: PlaceCodes) -> Document:
    """The place codes, as part of the document that says what is stored."""
    return {"mailboxes": dict(places.mailboxes), "otherwise": places.otherwise}


def read_places(document: Document) -> PlaceCodes:
    """The place codes that ``places_document`` made."""
    return PlaceCodes(document["mailboxes"], document["otherwise"])

"""What app teams get is what the code says, and complete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, print_ast, print_schema, separate_operations

from api.documents import digest, manifest, trusted_documents
from api.normal_form import normal_form
from api.schema import schema
from cli.client_folder import FOLDER, client_files

pytestmark = pytest.mark.ring("test")


def test_the_committed_files_are_the_codes() -> None:
    for path, text in client_files().items():
        stale = f"{path.name} is out of date: run `make schema`"
        assert path.read_text(encoding="utf-8") == text, stale


def test_the_introspection_is_of_the_whole_schema() -> None:
    (introspection,) = [text for path, text in client_files().items() if "intro" in path.name]
    rebuilt = build_client_schema(json.loads(introspection))
    assert len(print_schema(rebuilt)) > 70_000
    assert rebuilt.type_map.keys() == schema._schema.type_map.keys()


def test_every_operation_is_trusted_by_both_of_its_hashes() -> None:
    operations = [
        document
        for path in FOLDER.glob("*.graphql")
        for document in separate_operations(parse(path.read_text(encoding="utf-8"))).values()
    ]
    known, told = trusted_documents(), manifest()
    assert len(operations) == len(told) >= 30
    for document in operations:
        text, normal = print_ast(document), normal_form(document)
        assert known[digest(text)] == known[digest(normal)] == text
        assert told[f"sha256:{digest(normal)}"] == normal


def test_the_folder_says_what_is_in_it() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    unnamed = [path.name for path in Path(FOLDER).iterdir() if f"`{path.name}`" not in readme]
    assert unnamed == ["README.md"]


def test_the_normal_form_knows_no_order_but_a_mutations() -> None:
    one = "query Q($b: Int, $a: Int) { x: b(n: $b) ...F ... on T { d c } a(m: $a) }"
    other = "query  Q($a: Int, $b: Int) { a(m: $a) x: b(n: $b) ... on T { c d } ...F }"
    fragment = " fragment F on T { %s }"
    forms = {
        normal_form(parse(query + fragment % fields))
        for query in (one, other)
        for fields in ("a b", "b a")
    }
    assert len(forms) == 1
    steps = [normal_form(parse(f"mutation M {{ {fields} }}")) for fields in ("a b", "b a")]
    assert steps == ["mutation M { a b }", "mutation M { b a }"]

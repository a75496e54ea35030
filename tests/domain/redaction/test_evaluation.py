"""How well the rules do on labelled sentences, and how that is counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.redaction import RedactionKind
from domain.redaction.evaluation import Evaluation, Labelled, evaluate

pytestmark = pytest.mark.ring("test")
SENTENCES = Path(__file__).with_name("labelled_by_author.jsonl")
LEAST_RECALL = 0.98
LEAST_PRECISION = 0.97


@pytest.fixture(scope="module")
def result() -> Evaluation:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return evaluate(Labelled.from_dict(json.loads(line)) for line in lines)


@pytest.mark.parametrize("kind", [kind for kind in RedactionKind if kind.value != "BY_HAND"])
def test_the_authors_sentences_are_redacted_well(result: Evaluation, kind: RedactionKind) -> None:
    score = result.scores[kind]
    assert score.recall is not None
    assert score.precision is not None
    assert (score.recall >= LEAST_RECALL, score.precision >= LEAST_PRECISION) == (True, True), (
        result.missed,
        result.wrong,
    )


def sentence(text: str, *spans: tuple[int, int, str]) -> Labelled:
    labelled = [{"start": start, "end": end, "kind": kind} for start, end, kind in spans]
    return Labelled.from_dict({"text": text, "spans": labelled})


def test_a_mark_counts_when_all_its_letters_and_digits_are_hidden() -> None:
    whole = evaluate([sentence("电话：13800138000。", (2, 15, "TELEPHONE"))])
    assert (whole.total.labelled, whole.total.hidden) == (1, 1)
    part = evaluate([sentence("打电话13800138000。", (0, 14, "TELEPHONE"))])
    assert (part.total.labelled, part.total.hidden) == (1, 0)
    assert part.missed == [("打电话13800138000。", "打电话13800138000")]


def test_of_an_address_the_number_and_what_follows_is_counted() -> None:
    marked = evaluate([sentence("住槐树店路88号3栋2单元704吧", (1, 16, "ADDRESS"))])
    assert (marked.total.hidden, marked.total.right) == (1, 1)
    assert evaluate([sentence("住槐树店路吧", (1, 5, "ADDRESS"))]).total.hidden == 0


def test_what_is_hidden_without_a_mark_is_wrong_and_what_stays_is_counted() -> None:
    result = evaluate([sentence("打13800138000"), sentence("打12345")])
    assert (result.total.found, result.total.right) == (1, 0)
    assert (result.untouched, result.stayed) == (2, 1)
    assert result.total.recall is None
    assert result.total.precision == 0


def test_a_surname_without_a_given_name_counts_for_nothing() -> None:
    for text, mark in (("李女士劝也不住", []), ("李女士劝也不住", [(0, 1, "NAME")])):
        result = evaluate([sentence(text, *mark)])
        assert (result.total.labelled, result.total.found) == (0, 0)
    assert evaluate([sentence("老张让我写信")]).stayed == 1

"""What January's letters say: whole sentences in every variant, about what the taxonomy knows."""

from __future__ import annotations

import pytest

from domain.words import LetterKind
from services.january.matters import (
    Matter,
    Spot,
    Wording,
    read_matters,
    read_names,
    read_phrases,
    read_spots,
)
from services.letter_checks import BODY, TITLE
from tests.services.offices import taxonomy

pytestmark = pytest.mark.ring("test")

SPOT = Spot("银杏苑", "草堂街道", "青羊区")
PHRASES = read_phrases()


@pytest.mark.parametrize("matter", read_matters(), ids=lambda one: one.name)
def test_every_variant_of_a_matter_can_be_said(matter: Matter) -> None:
    assert taxonomy().find(*matter.category) is not None
    for variant in range(len(matter.phrases["what"])):
        wording = Wording(PHRASES, matter, SPOT, variant, variant)
        texts = [TITLE.read("title", wording.title()), BODY.read("body", wording.body())]
        texts += [
            wording.reply(done, again=again) for done in (True, False) for again in (True, False)
        ]
        for text in texts:
            assert "{" not in text
            assert "|" not in text
            assert text


def test_the_same_matter_reads_otherwise_from_another_writer() -> None:
    matter = read_matters()[0]
    bodies = {Wording(PHRASES, matter, SPOT, key, 0).body() for key in range(50)}
    assert len(bodies) > 40
    assert len({Wording(PHRASES, matter, SPOT, key, 0).title() for key in range(50)}) == 1


def test_there_is_something_to_praise_and_to_suggest() -> None:
    kinds = {kind for matter in read_matters() for kind in matter.kinds}
    assert kinds == set(LetterKind)


def test_names_are_put_together_from_their_parts() -> None:
    assert len(set(read_spots())) == len(read_spots()) > 100
    surnames, given = read_names()
    assert len(surnames) * len(given) > 500

"""Chinese text as words with their parts of speech, by ``rjieba`` (jieba-rs): no service asked.

The dictionary (some 40 MB of memory) is read at the first word asked for, not when a process
starts: a function that needs no words does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def tagged(text: str) -> Sequence[tuple[str, str]]:
    """The words of ``text`` in order, each with its tag (ICTCLAS: n, ns, v, …).

    What the dictionary does not know is put together by a hidden Markov model. The same text
    gives the same words: nothing is learnt on the way.
    """
    import rjieba  # here, because the dictionary comes with it

    words: list[tuple[str, str]] = rjieba.tag(text)
    return [(word, tag if _is_known(rjieba.has_word, word) else "nz") for word, tag in words]


def _is_known(has_word: Callable[[str], bool], word: str) -> bool:
    """Several signs that are in no dictionary are the name of somebody or something."""
    return len(word) < 2 or word.isascii() or has_word(word)

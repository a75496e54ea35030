"""Documents that are small to send and would be large to answer, and what stops each."""

from __future__ import annotations


def _many(count: int, part: str) -> str:
    return " ".join(part.format(n=n) for n in range(count))


def diamonds(count: int, inside: str = "__typename") -> str:
    """Every fragment spreads the next one twice: 2 to the power of ``count`` paths."""
    chain = _many(count, "fragment F{n} on Query {{ ...F{n}x ...F{n}x }}")
    for n in range(count):
        chain = chain.replace(f"F{n}x", f"F{n + 1}")
    return f"{{ ...F0 }} {chain} fragment F{count} on Query {{ {inside} }}"


def nested(depth: int) -> str:
    """Braces in braces."""
    return "{ a" * depth + " }" * depth


def _spread(on: str) -> str:
    return f"{{ ...F }} fragment F on Query {on} {{ __typename }}"


SKIPPED = "__typename @skip(if: false) "
CALL = "units(first: 9) { totalCount } "
CASES = "cases(first: 9) { totalCount }"
SIMILAR = "similarCases(first: 100) { edges { node { number } } }"
HUNDRED = f"{{ cases(first: 100) {{ edges {{ node {{ {SIMILAR} }} }} }} }}"
TAXONOMY = "{ categories {" + "children {" * 10 + "id" + "}" * 12
DIRECTIVES = "@x " * 500

#    what                           document; its limit, None where the parser stops it
BOMBS: dict[str, tuple[str, str | None]] = {
    "90 fragment diamonds":         (diamonds(90), "fragments"),
    "49 fragment diamonds":         (diamonds(49), "fields"),
    "49 diamonds of dear lists":    (diamonds(49, CASES), "fields"),
    "3,000 aliases":                (f"{{ {_many(3000, 'a{n}: __typename')} }}", None),
    "500 aliases":                  (f"{{ {_many(500, 'a{n}: __typename')} }}", "aliases"),
    "500 directives":               (f"{{ __typename {DIRECTIVES} }}", "directives"),
    "500 directives of a variable": (f"query($v: Int {DIRECTIVES}) {{ id }}", "directives"),
    "500 directives of a fragment": (_spread(DIRECTIVES), "directives"),
    "9 directives here and there":  (f"{{ {SKIPPED * 9} }}", "directives"),
    "5,000 levels":                 (nested(5000), None),
    "100 levels":                   (nested(100), "depth"),
    "one name 600 times":           (f"{{ {'__typename ' * 600} }}", "fields"),
    "one name 5,000 times":         (f"{{ {'__typename ' * 5000} }}", None),
    "one call 100 times":           (f"{{ {CALL * 100} }}", "calls"),
    "60 operations":                (_many(60, "query Q{n} {{ __typename }}"), "operations"),
    "1,000 comments":               ("#\n" * 1000 + "{ __typename }", None),
    "200 KB of white space":        ("{ __typename }" + " " * 200_000, None),
    "a name of 200 KB":             (f"{{ {'a' * 200_000} }}", None),
    "100 times 100":                (HUNDRED, "cost"),
    "a page of 101":                ("{ cases(first: 101) { totalCount } }", "pageSize"),
    "a page of 0 from the end":     ("{ units(last: 0) { totalCount } }", "pageSize"),
    "a page of 5,000 digits":       (f"{{ units(last: {'9' * 5000}) {{ id }} }}", "pageSize"),
    "a taxonomy ten levels deep":   (TAXONOMY, "cost"),
}  # fmt: skip

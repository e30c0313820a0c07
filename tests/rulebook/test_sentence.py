"""What does the sentence of a rule mean, and which sentences are refused?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.rulebook.sentence import Joined, Name, Negated, SentenceError, Where, parse_sentence

A, B, C = Name("a", 1), Name("b", 1), Name("c", 1)


def bare(phrase: object) -> object:
    """The phrase without columns."""
    match phrase:
        case Name(name):
            return Name(name, 1)
        case Joined(word, parts):
            return Joined(word, tuple(bare(part) for part in parts))  # type: ignore[misc]
        case Negated(part):
            return Negated(bare(part))  # type: ignore[arg-type]
        case Where(how, part, _, kind, count, other):
            return Where(how, bare(part), 1, kind, count, other)  # type: ignore[arg-type]
    raise TypeError(type(phrase).__name__)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a", A),
        ("not a", Negated(A)),
        ("not not a", Negated(Negated(A))),
        ("a and b", Joined("and", (A, B))),
        ("a and b and c", Joined("and", (A, B, C))),
        ("a or b or c", Joined("or", (A, B, C))),
        ("not a and b", Joined("and", (Negated(A), B))),
        ("not (a and b)", Negated(Joined("and", (A, B)))),
        ("a and (b or c)", Joined("and", (A, Joined("or", (B, C))))),
        ("((a))", A),
        ("a\n  and\tb", Joined("and", (A, B))),
        ("any loss where a", Where("some", A, 1, "loss")),
        ("any other loss where a", Where("some", A, 1, "loss", other=True)),
        ("no conflict where a", Where("none", A, 1, "conflict")),
        ("no other people where a", Where("none", A, 1, "person", other=True)),
        ("at least 2 losses where a", Where("at_least", A, 1, "loss", count=2)),
        ("at least 12 other changes where a", Where("at_least", A, 1, "change", count=12, other=True)),
        ("connected change where a", Where("connected", A, 1, "change")),
        ("set_off_by where a", Where("set_off_by", A, 1)),
        ("any loss where (a and b)", Where("some", Joined("and", (A, B)), 1, "loss")),
        ("any loss where a and b", Joined("and", (Where("some", A, 1, "loss"), B))),
        ("not any loss where a", Negated(Where("some", A, 1, "loss"))),
        ("anyone and notable", Joined("and", (Name("anyone", 1), Name("notable", 1)))),
        ("order or android", Joined("or", (Name("order", 1), Name("android", 1)))),
        ("losses_told", Name("losses_told", 1)),
    ],
)
def test_a_sentence_means_one_thing(text: str, meant: object) -> None:
    assert bare(parse_sentence(text)) == meant


@pytest.mark.parametrize("word", ["losses", "loss", "conflicts", "conflict", "changes", "change"])
def test_one_and_many_mean_the_same(word: str) -> None:
    phrase = parse_sentence(f"at least 2 {word} where a")
    assert isinstance(phrase, Where)
    assert word.startswith(str(phrase.kind))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a and b or c", 9),
        ("a or b and c", 8),
        ("(a and b", 9),
        ("a and", 6),
        ("and a", 5),
        ("a b", 3),
        ("a && b", 3),
        ("A", 1),
        ("", 1),
        ("at least 0 losses where a", 10),
        ("at least losses where a", 10),
        ("any loss a", 10),
        ("any where a", 5),
        ("a == 1", 3),
        ("__import__('os')", 1),
        ("a; b", 2),
    ],
)
def test_what_can_be_taken_two_ways_or_none_is_refused_where_it_goes_wrong(text: str, column: int) -> None:
    with pytest.raises(SentenceError) as refused:
        parse_sentence(text)
    assert refused.value.column == column


def test_mixed_and_or_says_what_to_do() -> None:
    with pytest.raises(SentenceError, match="parentheses"):
        parse_sentence("a and b or c")


@given(st.text(max_size=30) | st.text("ab ()notadrwherelsy0123456789", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    column = 1
    try:
        parse_sentence(text)
    except SentenceError as refused:
        column = refused.column
    assert 1 <= column <= len(text) + 1


def test_a_deep_sentence_is_read_or_refused() -> None:
    depth = 200
    assert parse_sentence("(" * depth + "a" + ")" * depth) == Name("a", depth + 1)

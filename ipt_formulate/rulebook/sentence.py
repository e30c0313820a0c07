"""How is the sentence of a rule read?

By a real parser (lark, LALR). The grammar refuses what a reader could take two ways: `and` beside `or` needs
parentheses. The result names blocks and links only; what they mean is looked up in `blocks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from ipt_formulate.rulebook.nodes import About

if TYPE_CHECKING:
    from lark import Lark, Token

GRAMMAR = r"""
    ?start: sentence
    ?sentence: single
             | single ("and" single)+  -> all_of
             | single ("or" single)+   -> any_of
    ?single: NAME                              -> block
           | "not" single                      -> negation
           | "(" sentence ")"
           | "any" OTHER? KIND "where" single  -> some
           | "no" OTHER? KIND "where" single   -> none
           | "at" "least" COUNT OTHER? KIND "where" single -> at_least
           | "connected" KIND "where" single   -> connected
           | NAME "where" single               -> linked
    OTHER.3: "other"
    KIND.3: "losses" | "loss" | "conflicts" | "conflict" | "changes" | "change" | "persons" | "person" | "people"
    COUNT: /[1-9][0-9]?/
    NAME: /[a-z][a-z0-9_]*/
    %ignore /[ \t\n\r]+/
"""

_KINDS: dict[str, About] = {
    "loss": "loss",
    "losses": "loss",
    "conflict": "conflict",
    "conflicts": "conflict",
    "change": "change",
    "changes": "change",
    "person": "person",
    "persons": "person",
    "people": "person",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A block, by name. Line and column count from the start of the sentence."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Joined:
    """`and` or `or` of parts."""

    word: str
    parts: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """`not` of a part."""

    part: Phrase


@dataclass(frozen=True, slots=True)
class Where:
    """A quantified part. `how` is some, none, at_least, connected or the name of a link."""

    how: str
    part: Phrase
    column: int
    kind: About | None = None
    count: int = 1
    other: bool = False


Phrase: TypeAlias = Name | Joined | Negated | Where


class SentenceError(ValueError):
    """The sentence cannot be read; `column` counts from 1 within it."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True)


@cache
def parse_sentence(text: str) -> Phrase:
    """Read a sentence such as ``died and (avoids or keeps_busy)``.

    Raises
    ------
    SentenceError
        With the column at which reading stopped and what could have stood there.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

    try:
        tree = _parser().parse(text)
    except UnexpectedEOF:
        raise SentenceError("the sentence stops too early", len(text) + 1) from None
    except UnexpectedToken as fault:
        if fault.token.type == "$END":
            raise SentenceError("the sentence stops too early", len(text) + 1) from None
        hint = "; put parentheses where `and` meets `or`" if fault.token in ("and", "or") else ""
        raise SentenceError(f"`{fault.token}` cannot stand here{hint}", fault.column) from None
    except UnexpectedCharacters as fault:
        raise SentenceError("this character cannot stand in a sentence", fault.column) from None
    except UnexpectedInput as fault:
        raise SentenceError("cannot be read", fault.column) from None
    return _phrase(tree)


def _phrase(tree: object) -> Phrase:
    from lark import Token, Tree

    assert isinstance(tree, Tree)
    parts: list[object] = list(tree.children)
    tokens = {part.type: part for part in parts if isinstance(part, Token)}
    trees = [part for part in parts if isinstance(part, Tree)]
    match tree.data:
        case "block":
            return Name(str(tokens["NAME"]), _column(tokens["NAME"]))
        case "negation":
            return Negated(_phrase(trees[0]))
        case "all_of" | "any_of":
            return Joined("and" if tree.data == "all_of" else "or", tuple(_phrase(part) for part in trees))
        case "linked":
            return Where(str(tokens["NAME"]), _phrase(trees[0]), _column(tokens["NAME"]))
        case kind:
            return Where(
                how=str(kind),
                part=_phrase(trees[0]),
                column=_column(tokens["KIND"]),
                kind=_KINDS[str(tokens["KIND"])],
                count=int(tokens.get("COUNT", 1)),
                other="OTHER" in tokens,
            )


def _column(token: Token) -> int:
    return token.column or 1

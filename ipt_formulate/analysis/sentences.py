"""How is a rule read aloud?

A visitor over the nodes of conditions, with the words of a language file (`sentences`). Blocks are named by their names
in the sentence of a rule and told one by one below it. Nothing is left out and nothing is put more kindly: what is
printed is what is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign

_HOLE = re.compile(r"\{(\w+)\}")
_OF_SIGN = {
    "kind": "kinds",
    "relation": "relations",
    "timing": "timings",
    "timing_strength": "timing_strengths",
    "direction": "directions",
    "result.status": "statuses",
    "result.stage": "stages",
    "result.focus": "areas",
    "result.second": "areas",
    "result.flags": "flags",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rule in words: the sentence, each of its blocks by name, and the titles of the rules that are exceptions."""

    sentence: str
    blocks: tuple[tuple[str, str], ...]


def spoken(rule: Rule, book: Rulebook) -> Spoken:
    """The rule in the words of the rulebook's language."""
    speaker = _Speaker(rule, book)
    blocks = tuple((_plain(block.name), speaker.condition(block.part)) for _, block in rule.blocks)
    return Spoken(speaker.rule(), blocks)


class _Speaker:
    """Says the parts of one rule."""

    def __init__(self, rule: Rule, book: Rulebook) -> None:
        self._rule = rule
        self._book = book
        self._words: Mapping[str, Any] = book.words

    def rule(self) -> str:
        about = self._phrase("about", self._rule.about)
        said = self._phrase("then").join(self.conclusion(each) for each in self._rule.conclusions)
        if self._rule.own is None:
            return self._fill("always", about=about, conclusions=said)
        condition = self.condition(self._rule.own)
        exceptions = [self._book.rules[name].title for name in exceptions_of(self._rule)]
        if exceptions:
            condition = self._fill("unless", condition=condition, exceptions="; ".join(exceptions))
        return self._fill("rule", about=about, condition=condition, conclusions=said)

    # -- conditions -----------------------------------------------------------------------------------------------

    def condition(self, node: Condition) -> str:
        match node:
            case n.Block(name):
                return _plain(name)
            case n.Exemption(_, part):
                return self.condition(part)
            case n.AllOf(parts) | n.AnyOf(parts):
                joint = self._phrase("and" if isinstance(node, n.AllOf) else "or")
                return f" {joint} ".join(self._single(part) for part in parts)
            case n.Not(n.AtLeast(1, about, part, other)):
                return self._quantified("none_other" if other else "none", about, part)
            case n.Not(part):
                return self._fill("not", part=self._single(part))
            case n.AtLeast(1, about, part, other):
                return self._quantified("some_other" if other else "some", about, part)
            case n.AtLeast(count, about, part, other):
                return self._quantified("at_least_other" if other else "at_least", about, part, count=str(count))
            case n.Connected(about, part):
                return self._quantified("connected", about, part)
            case n.Linked(sign, about, part):
                return self._quantified("linked", about, part, sign=self._sign(sign))
            case _:
                return self._leaf(node)

    def _single(self, node: Condition) -> str:
        said = self.condition(node)
        return f"({said})" if isinstance(node, n.AllOf | n.AnyOf) else said

    def _quantified(self, key: str, about: str, part: Condition, **more: str) -> str:
        kinds = {name: self._phrase(name, about) for name in ("kind", "a_kind", "kinds")}
        return self._fill(key, part=self._single(part), **kinds, **more)

    def _leaf(self, node: n.Leaf) -> str:
        sign = self._sign(node.sign)
        match node:
            case n.Says(yes=yes):
                return self._test("yes" if yes else "no", sign=sign)
            case n.Among(values=values):
                return self._test("is" if len(values) == 1 else "in", sign=sign, values=self._values(node.sign, values))
            case n.Has(how=how, members=members):
                key = "any_of" if how == "any" and len(members) > 1 else how
                return self._test(key, sign=sign, values=self._values(node.sign, members))
            case n.Between(least=least, most=most):
                limits = {"least": self._number(least), "most": self._number(most)}
                return self._test(_bounds(least, most), sign=sign, **limits)
            case n.Names(someone=someone):
                return self._test("someone" if someone else "no_one", sign=sign)
            case n.SaidBy(source=source):
                return self._test("said_by", sign=sign, source=source)
            case n.Answered(yes=yes):
                return self._test("answered" if yes else "not_answered", sign=sign)

    # -- conclusions ----------------------------------------------------------------------------------------------

    def conclusion(self, each: c.Conclusion) -> str:
        match each:
            case c.Derives(sign, None):
                return self._concluded("derives", sign=_plain(sign))
            case c.Derives(sign, by) if by is not None:
                return self._concluded("derives_by", sign=_plain(sign), value=self._given(by))
            case c.Entails(sign, value):
                return self._concluded("entails", sign=_plain(sign), value=self._value(sign, value))
            case c.Presumes(sign, value, by):
                said = self._given(by) if by is not None else self._value(sign, value)
                return self._concluded("presumes", sign=_plain(sign), value=said)
            case c.Routes(area):
                return self._concluded("routes", area=self._word("areas", area))
            case c.Spawns(about, named):
                return self._concluded("spawns", a_kind=self._phrase("a_kind", about), named=self._word("kinds", named))
            case _:
                return self._evidence(each)

    def _evidence(self, each: c.Conclusion) -> str:
        match each:
            case c.Supports(area, strength, aspect, alone):
                return self._concluded(
                    "supports" if alone else "supports_beside",
                    area=self._word("areas", area),
                    strength=self._word("strengths", strength),
                    aspect=_plain(aspect),
                )
            case c.Opposes(area):
                return self._concluded("opposes", area=self._word("areas", area))
            case c.Excludes(area):
                return self._concluded("excludes", area=self._word("areas", area))
            case c.Caps(area, at) | c.Floors(area, at):
                key = "caps" if isinstance(each, c.Caps) else "floors"
                return self._concluded(key, area=self._word("areas", area), level=self._word("standings", at))
            case c.Yields(area, to, of, where):
                areas = {"area": self._word("areas", area), "to": self._word("areas", to)}
                kind = self._phrase("kind", of)
                if where is None:
                    return self._concluded("yields", kind=kind, **areas)
                return self._concluded("yields_where", kind=kind, part=self.condition(where), **areas)
            case c.Bars(area, place, until):
                said = {"area": self._word("areas", area), "place": place}
                if until is None:
                    return self._concluded("bars", **said)
                return self._concluded("bars_until", part=self.condition(until), **said)
            case _:
                return self._other(each)

    def _other(self, each: c.Conclusion) -> str:
        match each:
            case c.Stages(stage, tier, confidence, variant):
                said = {
                    "stage": self._word("stages", stage),
                    "tier": self._word("tiers", tier),
                    "confidence": self._word("confidences", confidence),
                }
                if variant is None:
                    return self._concluded("stages", **said)
                return self._concluded("stages_variant", variant=self._word("variants", variant), **said)
            case c.BlocksStage(reason):
                return self._concluded("blocks_stage", reason=_plain(reason))
            case c.Ranks(criterion):
                return self._concluded("ranks", criterion=self._word("criteria", criterion))
            case c.Flags(flag, level, on_unknown):
                said = {"flag": self._word("flags", flag), "level": self._word("levels", level)}
                return self._concluded("flags_unknown" if on_unknown else "flags", **said)
            case c.Asks(fields):
                return self._concluded("asks", fields=", ".join(_plain(field) for field in fields))
            case c.Advises(text) | c.Notes(text):
                key = "advises" if isinstance(each, c.Advises) else "notes"
                return self._concluded(key, text=" ".join(text.split()).rstrip("."))
            case c.Group(verdict):
                return self._concluded("group", verdict=_plain(verdict))
            case c.Withholds(what):
                return self._concluded("withholds", what=_plain(what))
        raise TypeError(f"not a conclusion: {type(each).__name__}")

    def _given(self, by: c.Primitive) -> str:
        match by:
            case c.Lag(start, end):
                return self._gives("lag", start=_plain(start), end=_plain(end))
            case c.Band(of):
                return self._gives("band", sign=_plain(of))
            case c.OneOf(values):
                said = [
                    self._gives("one_value", value=_plain(name), part=self.condition(part)) for name, part in values
                ]
                return self._gives("one_of", values="; ".join(said))
            case c.Count(about, part):
                kinds = self._phrase("kinds", about)
                if part is None:
                    return self._gives("count_all", kinds=kinds)
                return self._gives("count", kinds=kinds, part=self.condition(part))
            case c.Members(of, among):
                return self._gives("members", sign=_plain(of), values=self._listed(among))
            case c.ScoreBand(score, instrument):
                return self._gives("score_band", sign=_plain(score), instrument=_plain(instrument))
            case c.OfLinked(through):
                return self._gives("of_linked", through=_plain(through))
            case c.SameAs(sign):
                return self._gives("same_as", sign=_plain(sign))
            case c.Widened(day, certainty):
                return self._gives("widened", sign=_plain(day), certainty=_plain(certainty))

    # -- words ----------------------------------------------------------------------------------------------------

    def _phrase(self, *path: str) -> str:
        value: Any = self._words["sentences"]
        for step in path:
            value = value[step]
        return str(value)

    def _fill(self, *path: str, **parts: str) -> str:
        return _HOLE.sub(lambda hole: parts[hole.group(1)], self._phrase(*path))

    def _test(self, key: str, **parts: str) -> str:
        return self._fill("tests", key, **parts)

    def _gives(self, key: str, **parts: str) -> str:
        return self._fill("gives", key, **parts)

    def _concluded(self, key: str, **parts: str) -> str:
        return self._fill("conclusions", key, **parts)

    def _word(self, table: str, code: str) -> str:
        entry = self._words.get(table, {}).get(code)
        if isinstance(entry, Mapping):
            entry = entry.get("label")
        return str(entry) if entry else _plain(code)

    def _sign(self, sign: Sign) -> str:
        return _plain(sign.name)

    def _values(self, sign: Sign, values: Iterable[str]) -> str:
        wanted = frozenset(values)
        name = self._parameter(lambda value: isinstance(value, list) and frozenset(value) == wanted)
        table = "standings" if sign.name.startswith("result.standing.") else _OF_SIGN.get(sign.name, "")
        said = self._listed(sorted(wanted), table)
        return said if name is None else self._fill("parameter", value=said, name=name)

    def _listed(self, codes: Iterable[str], table: str = "") -> str:
        return ", ".join(self._word(table, code) for code in codes)

    def _number(self, number: int) -> str:
        name = self._parameter(lambda value: value == number or (isinstance(value, list) and number in value))
        return str(number) if name is None else self._fill("parameter", value=str(number), name=name)

    def _parameter(self, fits: Any) -> str | None:
        """The parameter that such a value came from; None where no or several parameters of the rule would fit."""
        names = [name for name in self._rule.parameters if fits(self._book.parameters[name])]
        return names[0] if len(names) == 1 else None

    def _value(self, sign: str, value: object) -> str:
        if isinstance(value, frozenset):
            return f" {self._phrase('or')} ".join(self._word(_OF_SIGN.get(sign, ""), each) for each in sorted(value))
        if isinstance(value, Span):
            return str(value.least) if value.least == value.most else f"{value.least}..{value.most}"
        if isinstance(value, tuple):
            return ", ".join(f"{_plain(member)}: {'yes' if told == YES else 'no'}" for member, told in value)
        return "yes" if value == YES else "no"


def exceptions_of(rule: Rule) -> tuple[str, ...]:
    """The ids of the rules that are exceptions to this one, by its own `unless` or by their `overrides`."""
    if rule.when is None or rule.when == rule.own or not isinstance(rule.when, n.AllOf):
        return ()
    return tuple(
        part.part.rule for part in rule.when.parts if isinstance(part, n.Not) and isinstance(part.part, n.Exemption)
    )


def _bounds(least: int, most: int) -> str:
    if least == most:
        return "equals"
    if most == INFINITE:
        return "at_least"
    return "at_most" if least == -INFINITE else "between"


def _plain(code: str) -> str:
    return code.replace("_", " ").replace(".", " ")

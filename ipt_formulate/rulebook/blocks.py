"""What do the blocks and the sentence of a rule mean?

Reads the tests of `blocks`, typed against the vocabulary, and joins them as the sentence says. Every fault is noted
with its place; the result is a frozen condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import INFINITE
from ipt_formulate.rulebook.form import Form
from ipt_formulate.rulebook.nodes import (
    ABOUTS,
    About,
    AllOf,
    Among,
    Answered,
    AnyOf,
    AtLeast,
    Between,
    Block,
    Condition,
    Connected,
    Has,
    Leaf,
    Linked,
    Names,
    Not,
    SaidBy,
    Says,
    Sign,
    spoken,
)
from ipt_formulate.rulebook.sentence import Joined, Name, Negated, Phrase, SentenceError, Where, parse_sentence
from ipt_formulate.rulebook.vocabulary import Vocabulary

SOURCES = ("patient", "clinician", "record", "coder")
_NOTHING: Condition = AnyOf(())


class Reader:
    """Reads conditions against one vocabulary and one set of parameters."""

    def __init__(self, vocabulary: Vocabulary, parameters: Mapping[str, Any]) -> None:
        self.vocabulary = vocabulary
        self.parameters = parameters
        self.parameters_read: set[str] = set()

    # -- blocks ---------------------------------------------------------------------------------------------------

    def blocks(self, form: Form, about: About) -> dict[str, tuple[About, Block]]:
        """The blocks of a rule by name, each with the kind of record it looks at."""
        if not form.has("blocks"):
            return {}
        blocks = form.sub("blocks")
        read: dict[str, tuple[About, Block]] = {}
        for name in blocks.data:
            block = blocks.sub(name)
            kind = cast(About, block.choice("about", ABOUTS, default=about))
            tests = [self._test(block, sign_name, kind) for sign_name in block.data if sign_name != "about"]
            if not tests:
                block.fault("R220", "a block needs at least one test")
            part = tests[0] if len(tests) == 1 else AllOf(tuple(tests))
            read[name] = (kind, Block(name, part))
        return read

    def _test(self, block: Form, name: str, about: About) -> Condition:
        sign = self.vocabulary.find(about, name)
        if sign is None:
            block.fault(
                "R201",
                f"`{name}` is no sign of {spoken(about)} or of the case",
                name,
                choices=self.vocabulary.names(about),
                name=name,
                key=True,
            )
            return _NOTHING
        raw = block.get(name)
        if not isinstance(raw, dict):
            return self._short(block, name, sign, raw)
        test = block.sub(name)
        parts: list[Condition] = []
        if test.has("said_by"):
            parts.append(SaidBy(sign, test.choice("said_by", SOURCES), test.place("said_by")))
        if test.has("answered"):
            parts.append(Answered(sign, test.choice("answered", ("yes", "no")) == "yes", test.place("answered")))
        value = self._value_test(test, sign)
        if value is not None:
            parts.append(value)
        test.close()
        if not parts:
            test.fault("R221", "says no test", expected=self._tests_of(sign))
            return _NOTHING
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _short(self, block: Form, name: str, sign: Sign, raw: Any) -> Condition:
        """`sign: value`, short for `is`."""
        match self.vocabulary.type_of(sign):
            case Tri():
                return Says(sign, self._yes(block, name, raw), block.place(name))
            case Choice(members=members):
                return Among(sign, self._members(block, name, raw, members), block.place(name))
            case Multi(members=members):
                return Has(sign, "any", tuple(sorted(self._members(block, name, raw, members))), block.place(name))
            case Number():
                number = self._number(block, name, raw)
                return Between(sign, number, number, block.place(name))
            case _:
                block.fault("R221", "needs a test", name, expected=self._tests_of(sign))
                return _NOTHING

    def _value_test(self, test: Form, sign: Sign) -> Leaf | None:
        place = test.document.place_of(test.path)
        type_ = self.vocabulary.type_of(sign)
        match type_:
            case Tri():
                return Says(sign, self._yes(test, "is", test.get("is")), place) if test.has("is") else None
            case Choice(members=members):
                for key in ("is", "in"):
                    if test.has(key):
                        return Among(sign, self._members(test, key, test.get(key), members), place)
            case Multi(members=members):
                for key, how in (("is", "any"), ("any_of", "any"), ("all_of", "all"), ("none_of", "none")):
                    if test.has(key):
                        chosen = tuple(sorted(self._members(test, key, test.get(key), members)))
                        return Has(sign, cast(Any, how), chosen, place)
            case Number():
                return self._bounds(test, sign, place)
            case Link():
                if test.has("names"):
                    return Names(sign, test.choice("names", ("someone", "no_one")) == "someone", place)
            case Day() | Text():
                pass
        return None

    def _bounds(self, test: Form, sign: Sign, place: Any) -> Leaf | None:
        if test.has("is"):
            number = self._number(test, "is", test.get("is"))
            return Between(sign, number, number, place)
        if test.has("between"):
            raw = self._resolved(test, "between", test.get("between"))
            if isinstance(raw, list) and len(raw) == 2:
                least, most = (self._number(test, "between", each) for each in raw)
                return Between(sign, least, most, place)
            test.fault("R222", "`between` takes two numbers", "between")
            return None
        low, high = test.has("at_least"), test.has("at_most")
        least = self._number(test, "at_least", test.get("at_least")) if low else -INFINITE
        most = self._number(test, "at_most", test.get("at_most")) if high else INFINITE
        return Between(sign, least, most, place) if low or high else None

    # -- values ---------------------------------------------------------------------------------------------------

    def _resolved(self, form: Form, key: str, raw: Any) -> Any:
        """The value of `$name`, or the raw value itself."""
        if isinstance(raw, str) and raw.startswith("$"):
            name = raw[1:]
            if name in self.parameters:
                self.parameters_read.add(name)
                return self.parameters[name]
            form.fault("R202", f"there is no parameter `{name}`", key, choices=self.parameters, name=name)
            return None
        return raw

    def _yes(self, form: Form, key: str, raw: Any) -> bool:
        if raw not in ("yes", "no"):
            form.fault("R223", "must be yes or no", key)
        return bool(raw == "yes")

    def _number(self, form: Form, key: str, raw: Any) -> int:
        value = self._resolved(form, key, raw)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if raw is None or value is not None:
            form.fault("R224", "must be a whole number or a `$parameter` that is one", key)
        return 0

    def _members(self, form: Form, key: str, raw: Any, members: tuple[str, ...]) -> frozenset[str]:
        value = self._resolved(form, key, raw)
        if value is None:
            if raw is None:
                form.fault("R225", "must be one of its answers", key, expected=", ".join(members))
            return frozenset()
        chosen = value if isinstance(value, list) else [value]
        for index, each in enumerate(chosen):
            if each not in members:
                where: tuple[str | int, ...] = (key, index) if isinstance(raw, list) else (key,)
                form.fault(
                    "R204",
                    f"`{each}` is not one of its answers",
                    *where,
                    expected=", ".join(members[:12]) + (", ..." if len(members) > 12 else ""),
                    choices=members,
                    name=str(each),
                )
        return frozenset(str(each) for each in chosen)

    def _tests_of(self, sign: Sign) -> str:
        match self.vocabulary.type_of(sign):
            case Tri():
                return "is: yes | no"
            case Choice():
                return "is, in"
            case Multi():
                return "any_of, all_of, none_of"
            case Number():
                return "at_least, at_most, between, is"
            case Link():
                return "names: someone | no_one"
            case Day():
                return "`answered` (a day is compared through a `lag` sign)"
            case Text():
                return "`answered`"

    # -- sentences ------------------------------------------------------------------------------------------------

    def sentence(
        self, form: Form, key: str, text: str, about: About, blocks: Mapping[str, tuple[About, Block]], used: set[str]
    ) -> Condition:
        """The condition that a sentence over blocks stands for. Names of blocks met are added to `used`."""
        try:
            phrase = parse_sentence(text)
        except SentenceError as fault:
            form.fault("R301", f"{fault} (character {fault.column} of the sentence)", key)
            return _NOTHING
        return self._condition(form, key, phrase, about, about, blocks, used, nested=False)

    def _condition(
        self,
        form: Form,
        key: str,
        phrase: Phrase,
        about: About,
        home: About,
        blocks: Mapping[str, tuple[About, Block]],
        used: set[str],
        *,
        nested: bool,
    ) -> Condition:
        def inner(part: Phrase, kind: About, deep: bool) -> Condition:
            return self._condition(form, key, part, kind, home, blocks, used, nested=deep)

        match phrase:
            case Name(name):
                if name not in blocks:
                    form.fault("R302", f"there is no block `{name}`", key, choices=blocks, name=name)
                    return _NOTHING
                used.add(name)
                kind, block = blocks[name]
                if kind not in (about, "case"):
                    form.fault("R303", f"block `{name}` is about a {kind}; it can only stand after `where`", key)
                return block
            case Negated(part):
                return Not(inner(part, about, nested))
            case Joined(word, parts):
                read = tuple(inner(part, about, nested) for part in parts)
                return AllOf(read) if word == "and" else AnyOf(read)
            case Where():
                if nested:
                    form.fault("R304", "`where` may not stand inside another `where`", key)
                    return _NOTHING
                return self._quantified(form, key, phrase, about, inner)

    def _quantified(self, form: Form, key: str, phrase: Where, about: About, inner: Any) -> Condition:
        if phrase.kind is not None:
            part = inner(phrase.part, phrase.kind, True)
            if phrase.how == "connected":
                return Connected(phrase.kind, part)
            counted = AtLeast(phrase.count, phrase.kind, part, phrase.other)
            return Not(counted) if phrase.how == "none" else counted
        sign = self.vocabulary.find(about, phrase.how)
        type_ = self.vocabulary.type_of(sign) if sign is not None else None
        if sign is None or not isinstance(type_, Link):
            links = [name for name, each in self.vocabulary.of(about).items() if isinstance(each, Link)]
            form.fault(
                "R305",
                f"`{phrase.how}` is not a link of a {about}",
                key,
                expected=", ".join(links) or "none",
                choices=links,
                name=phrase.how,
            )
            return _NOTHING
        if len(type_.to) != 1:
            form.fault(
                "R306", f"`{phrase.how}` may name several kinds of record; say `connected KIND where` instead", key
            )
        about_linked = cast(About, type_.to[0])
        return Linked(sign, about_linked, inner(phrase.part, about_linked, True))

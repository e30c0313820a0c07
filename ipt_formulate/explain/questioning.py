"""How is a missing answer said, and what each of its answers would decide?

One line for the question and one for each kind of answer that would do something alone. Nothing is tried here; see
`questions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ipt_formulate.explain.questions import AnswerKind, Effect, OpenQuestion
from ipt_formulate.explain.turning import Turning, sign_of
from ipt_formulate.explain.words import capital, joined, value_word, word
from ipt_formulate.intake import Day, Link, Multi, Number, parse_path

BRIEF = ("focus", "second", "stage", "standing", "gate", "more")
"""What is said here without how it is now, which stands above."""
MOST_LINES = 3
"""So many things that an answer would change are told; JSON has all of them."""
LONG = 2000
"""Counts from here on have no upper end worth telling."""


class Questioning(Turning):
    """What the template of the questions calls."""

    def question(self, asked: OpenQuestion) -> str:
        """The question, with the name of the record it is about."""
        about = f"{capital(self.escape(asked.label))}: " if asked.label is not None else ""
        said = about + self.speaker.question_of(str(replace(parse_path(asked.path), member=None)))
        told = [value_word(self.words, sign_of(asked.path), each) for each in asked.members]
        item = parse_path(asked.path).item.type
        if isinstance(item, Multi) and len(told) < len(item.members):
            return f"{said} ({word(self.words, 'questions', 'still_open')} {joined(self.words, told)})"
        return said

    def say(self, key: str, **filled: str) -> str:
        """A part of a sentence, with its places filled."""
        if key not in BRIEF:
            text = super().say(key, **filled)
            return text[:1].lower() + text[1:]
        text = word(self.words, "questions", key)
        for name, value in filled.items():
            text = text.replace("{" + name + "}", value)
        return text

    def effects(self, asked: OpenQuestion) -> list[str]:
        """What the answers would do alone; those that would do the same are told together."""
        told = []
        idle: list[AnswerKind] = []
        for effect in asked.effects:
            lines = self.lines(effect.difference)
            if not lines:
                idle += effect.answers
                continue
            shown = [line.rstrip(".") for line in lines[:MOST_LINES]]
            if len(lines) > MOST_LINES:
                shown.append(self.say("more", count=str(len(lines) - MOST_LINES)))
            told.append(f"{self.answers(asked, effect)}: {'; '.join(shown)}.")
        if told and idle:
            told.append(f"{self.kinds(asked, idle)}: {word(self.words, 'questions', 'leaves')}")
        return told

    def answers(self, asked: OpenQuestion, effect: Effect) -> str:
        """The answers of an effect in words."""
        return self.kinds(asked, list(effect.answers))

    def kinds(self, asked: OpenQuestion, kinds: list[AnswerKind]) -> str:
        """Kinds of answers in words, joined by *or*."""
        told = capital(joined(self.words, list(dict.fromkeys(self._kind(asked, each) for each in kinds)), "or"))
        tried = isinstance(parse_path(asked.path).item.type, Day)
        return f"{told} ({word(self.words, 'questions', 'days_tried')})" if tried else told

    def _kind(self, asked: OpenQuestion, kind: AnswerKind) -> str:
        path = parse_path(asked.path)
        item, sign = path.item.type, sign_of(asked.path)
        if isinstance(item, Day):
            return self._days(asked.path, kind)
        if isinstance(item, Number) and len(kind.values) == 2:
            return self._between(asked.path, kind)
        if isinstance(item, Link):
            return self.answer(asked.path, kind.wire)
        told = [
            word(self.words, "phrases", "none_of_these")
            if each == "none" and isinstance(item, Multi)
            else value_word(self.words, sign, str(each))
            for each in kind.values
        ]
        return joined(self.words, told, "or")

    def _days(self, path: str, kind: AnswerKind) -> str:
        """One day, or the first and the last of several."""
        ends: list[Any] = list(dict.fromkeys((kind.values[0], kind.values[-1])))
        if isinstance(kind.wire, Mapping):
            ends = [{frame: {"days": each}} for frame in kind.wire for each in reversed(ends)]
        return f" {word(self.words, 'phrases', 'to')} ".join(self.answer(path, each) for each in ends)

    def together(self, asked: OpenQuestion) -> str:
        """That no answer that was tried changes anything by itself."""
        tried = "no_day" if isinstance(parse_path(asked.path).item.type, Day) else "together"
        return word(self.words, "questions", tried)

    def _between(self, path: str, kind: AnswerKind) -> str:
        """A number, or the least and the most of several."""
        least, most = kind.values
        item = parse_path(path).item.type
        assert isinstance(item, Number)
        if least == most:
            return self.answer(path, least)
        if item.most is None and most >= LONG:
            return f"{self.answer(path, least)} {word(self.words, 'phrases', 'or_more')}"
        return f"{least} {word(self.words, 'phrases', 'to')} {self.answer(path, most)}"

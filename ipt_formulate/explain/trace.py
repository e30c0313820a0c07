"""What does an explained verdict look like: a tree from the sentence of a rule down to the answers?

Plain frozen data with stable codes, no words and no decisions: a `Trace` says what was found, `tracer.py` makes it by
asking the logic itself, `prose.py` puts it into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from ipt_formulate.formulation.result import TruthWord

Code: TypeAlias = Literal[
    # joints
    "all_of", "any_of", "negation", "block", "exception", "at_least", "linked", "connected", "record", "value",
    # answers that were tested
    "answer_fits", "other_answer", "not_answered", "partly_known", "contradicted",
    # values that a primitive read, without a test
    "read", "unread",
    # where else a value may come from
    "derived", "presumption", "entailment", "made", "existence", "connection", "joined",
    "list", "naming", "decision", "setting", "recorded", "result",
]  # fmt: skip

Absence: TypeAlias = Literal["not_asked", "do_not_know", "declined"]

ANSWERS: tuple[Code, ...] = ("answer_fits", "other_answer", "not_answered", "partly_known", "contradicted", "naming")
"""Codes of nodes that test one answer."""

READINGS: tuple[Code, ...] = ("read", "unread")
_ANY: tuple[Code, ...] = ("any_of", "at_least", "linked", "connected", "connection")
_ALL: tuple[Code, ...] = ("all_of", "record")


class Trace(BaseModel):
    """One node of an explanation.

    Attributes
    ----------
    code
        What kind of node it is and, for an answer, whether it fits.
    truth, leans
        The verdict in the strict pass (what was answered) and in the presumed pass (what is shown). None where a value
        is only read.
    name
        The block, the value of a derived sign, the switch, or the id of the rule (exceptions, derived signs,
        presumptions, entailments).
    record
        The record that was looked at: ``loss:husband``, ``case:case``.
    sign, path, answer
        What was read; the path of the answer, as `Intake.answer` takes it; what is known of it, as plain data.
    absence
        Why there is no answer: not asked, not known, declined.
    wanted
        What the test asks for, as a rule file would write it: ``{"at_least": 3}``.
    against
        A yes here speaks against the rule, since it stands below a negation or in an exception.
    presumed_by, entailed_by
        The rule that filled the value in where nothing was said, or that follows from another answer by definition.
    parts
        What the verdict was made from.
    """

    code: Code
    truth: TruthWord | None = None
    leans: TruthWord | None = None
    name: str | None = None
    record: str | None = None
    sign: str | None = None
    path: str | None = None
    answer: Any = None
    absence: Absence | None = None
    wanted: dict[str, Any] | None = None
    against: bool = False
    presumed_by: str | None = None
    entailed_by: str | None = None
    parts: tuple[Trace, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    def walk(self) -> Iterator[Trace]:
        """The node and everything below it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def paths(self) -> tuple[str, ...]:
        """The paths of every answer in it, in the order in which they were read, each once."""
        return tuple(dict.fromkeys(each.path for each in self.walk() if each.path is not None))

    def decisive(self) -> Trace:
        """The same tree without what does not bear on the verdict.

        What stays is enough: no other answer can change the verdict while these stand. Of a *no* to "all of" the parts
        that are no, of a *yes* to "any of" those that are yes; an unknown keeps everything, since it rests on what is
        known as well.
        """
        return self.model_copy(update={"parts": tuple(part.decisive() for part in self._deciding())})

    def _deciding(self) -> tuple[Trace, ...]:
        if self.leans == "yes" and self.code in _ANY:
            return self._that_are("yes")
        if self.leans == "no" and self.code in _ALL:
            return self._that_are("no")
        return self.parts

    def _that_are(self, leans: TruthWord) -> tuple[Trace, ...]:
        return tuple(part for part in self.parts if part.leans in (leans, None)) or self.parts

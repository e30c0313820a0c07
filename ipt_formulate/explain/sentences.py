"""How is one answer, one step or one reason said in a sentence?

Short sentences: the question as it stands in the intake, the answer, and what would have counted. Records are called
as the person calls them. No jargon of logic: a part that is unknown was not asked, and a yes below a negation speaks
against something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ipt_formulate.explain.explanations import Mention, Named, Reason
from ipt_formulate.explain.shown import GIVEN
from ipt_formulate.explain.trace import ANSWERS, Trace
from ipt_formulate.explain.words import Words, capital, day_words, joined, sentence, value_word, with_unit, word
from ipt_formulate.intake import IntakeError, Item, parse_path
from ipt_formulate.intake.types import SCALE, Day, Link, Multi, Number, Text
from ipt_formulate.rulebook.vocabulary import LISTS

FLAT = 1
MOST_ANSWERS = 6
MOST_TOLD = 4
ENDS = (*ANSWERS, "list", "decision", "setting", "connection", "recorded", "result", "made")
_LIST_OF = {section: about for about, section in LISTS.items()}


class Speaker:
    """Says the parts of one explanation.

    Parameters
    ----------
    words
        The language file.
    names, rules
        The records and the rules that are spoken of.
    escape
        Makes text of the case harmless in the format it goes into.
    """

    def __init__(
        self, words: Words, names: Mapping[str, Named], rules: Mapping[str, Mention], escape: Callable[[str], str]
    ) -> None:
        self.words, self._names, self._rules, self.escape = words, names, rules, escape

    # -- names --------------------------------------------------------------------------------------------------------

    def name(self, record: str | None) -> str:
        """A record as the person calls it."""
        named = self._names.get(record or "")
        return self.escape(named.title if named is not None else (record or "").partition(":")[2])

    def because(self, rule: str | None, record: str | None) -> str:
        """The reason of a rule, about a record."""
        mention, named = self._rules.get(rule or ""), self._names.get(record or "")
        if mention is None:
            return ""
        filled = mention.because
        if named is not None:
            filled = filled.replace("{who}", named.who).replace("{what}", named.what)
        return self.escape(filled)

    def title(self, rule: str | None) -> str:
        """What a rule is called."""
        mention = self._rules.get(rule or "")
        return mention.title if mention is not None else (rule or "").replace("_", " ")

    def _phrase(self, key: str) -> str:
        return word(self.words, "phrases", key)

    # -- answers ------------------------------------------------------------------------------------------------------

    def question(self, trace: Trace, own: str | None) -> str:
        """The question behind an answer, with the record it is about where that is another."""
        text = self.question_of(trace.path or trace.sign or "")
        about = trace.record not in (own, "case:case", "isolation:isolation", None) and trace.code != "naming"
        return f"{capital(self.name(trace.record))}: {text}" if about else text

    def question_of(self, path: str) -> str:
        """The question behind a path; of a list, with the name of the list."""
        section, _, mark = path.partition(".")
        if mark in ("asked", "complete") and section in _LIST_OF:
            return f"{capital(word(self.words, 'lists', section))}: {parse_path(path).item.question}"
        item = _item(path)
        about = _item(path.removesuffix("_links")) if path.endswith("_links") else None
        if about is not None:
            return f"{about.question} {self._phrase('those_on_record')}"
        return item.question if item is not None else capital(path.replace("_", " "))

    def answer(self, trace: Trace) -> str:
        """The answer that was given, in words; where it matters who gave it, that."""
        if "said_by" in (trace.wanted or {}) and trace.answer is not None:
            return f"{self._phrase('said_by')} {word(self.words, 'tellers', str(trace.answer))}"
        return self.value(trace.answer, trace.sign or "", _item(trace.path or ""))

    def value(self, value: Any, sign: str, item: Item | None) -> str:
        """A value of a sign in words; free text is told as given."""
        type_ = item.type if item is not None else None
        if value is None:
            return self._phrase("nothing_said")
        if isinstance(type_, Day):
            return day_words(self.words, value)
        if isinstance(type_, Link):
            return self._ids(value)
        if isinstance(type_, Text) or value == GIVEN:
            return self._phrase("given")
        if isinstance(value, int):
            return self._number(value, type_, sign)
        if isinstance(value, Mapping):
            return self._table(value, sign)
        if isinstance(value, list):
            # Several answers were given; of a single choice the list is what it may be.
            by = "and" if isinstance(type_, Multi) else "or"
            return joined(self.words, [value_word(self.words, sign, each) for each in value], by)
        return value_word(self.words, sign, str(value))

    def _number(self, value: int, type_: Any, sign: str) -> str:
        if type_ == SCALE:
            return f"{value} ({word(self.words, 'scale', str(value))})"
        unit = type_.unit if isinstance(type_, Number) and type_.unit else self._counted_in(sign)
        return with_unit(value, unit)

    def _table(self, value: Mapping[str, Any], sign: str) -> str:
        if value.get("none") is True:
            return self._phrase("none_of_these")
        if set(value) <= {"at_least", "at_most"}:
            return self._limits(value, sign)
        if set(value) & {"calendar", "before_onset", "before_assessment", "from"}:
            return day_words(self.words, value)
        told = [f"{value_word(self.words, sign, member)}: {each}" for member, each in value.items()]
        return ", ".join(told)

    def _ids(self, value: Any) -> str:
        ids = [value] if isinstance(value, str) else list(value)
        if ids in ([], ["none"]):
            return self._phrase("none_of_these")
        return joined(self.words, [self._record(each) for each in ids])

    def _record(self, record_id: str) -> str:
        found = next((key for key in self._names if key.endswith(f":{record_id}")), None)
        return self.name(found) if found is not None else self.escape(record_id)

    def wanted(self, trace: Trace) -> str:
        """What would have counted, in words."""
        wanted, sign = trace.wanted or {}, trace.sign or ""
        for how in ("in", "any_of", "all_of", "none_of"):
            if how in wanted:
                values = [value_word(self.words, sign, each) for each in wanted[how]]
                text = joined(self.words, values, "and" if how == "all_of" else "or")
                return f"{self._phrase('none_of')} {text}" if how == "none_of" else text
        if "is" in wanted:
            return word(self.words, "truths", wanted["is"])
        if "names" in wanted:
            return self._wanted_name(wanted["names"])
        if "said_by" in wanted:
            return f"{self._phrase('answer_by')} {word(self.words, 'tellers', wanted['said_by'])}"
        if "answered" in wanted:
            return self._phrase("an_answer" if wanted["answered"] == "yes" else "no_answer")
        return self._limits(wanted, sign)

    def _wanted_name(self, names: Any) -> str:
        if names in ("someone", "none"):
            return self._phrase(names)
        return self._ids(names)

    def _limits(self, limits: Mapping[str, Any], sign: str) -> str:
        least, most = limits.get("at_least"), limits.get("at_most")
        unit = f" {self._counted_in(sign)}".rstrip()
        if least is not None and most is not None:
            return f"{least}{unit}" if least == most else f"{least} {self._phrase('to')} {most}{unit}"
        if least is not None:
            return f"{least}{unit} {self._phrase('or_more')}"
        return f"{most}{unit} {self._phrase('or_less')}"

    def _counted_in(self, sign: str) -> str:
        table = self.words["counted_in"]
        return str(table[sign]) if sign in table else ""

    # -- one step of a trace ----------------------------------------------------------------------------------------

    def line(self, trace: Trace, own: str | None) -> str:
        """One node in one or two sentences."""
        match trace.code:
            case "list":
                return self._list(trace)
            case "decision":
                return self._decision(trace)
            case "setting":
                value = trace.answer if isinstance(trace.answer, str) else ", ".join(trace.answer or ())
                return sentence(f"{self._phrase('setting')} {trace.name}: {value or self._phrase('nothing_said')}")
            case "derived" | "recorded" | "result" | "made":
                return self._found(trace, own)
            case "connection":
                return self._connection(trace, own)
            case "joined":
                return sentence(
                    f"{self.name(own)} {self._phrase('and')} {self.name(trace.record)}: {self._phrase('joined')}"
                )
            case "contradicted":
                return sentence(f"{self._phrase('contradicted')} {self.question(trace, own)}")
            case _:
                return self._answered(trace, own)

    def _answered(self, trace: Trace, own: str | None) -> str:
        question = self.question(trace, own)
        if trace.presumed_by is not None and trace.absence is not None:
            why = self.because(trace.presumed_by, trace.record)
            taken = f"{self._phrase('taken_as')} {self.answer(trace)} {self._phrase('presumed_mark')}: {why}"
            return self._with_wanted(f"{self._absent(trace, question)} {sentence(taken)}", trace)
        if trace.entailed_by is not None:
            why = self.because(trace.entailed_by, trace.record)
            return self._with_wanted(f"{question} {sentence(f'{self.answer(trace)}; {why}')}", trace)
        if trace.absence is not None:
            return self._with_wanted(self._absent(trace, question), trace)
        if trace.answer is None:
            return self._with_wanted(f"{question} {sentence(self._phrase('this_part_not_said'))}", trace)
        return self._with_wanted(f"{question} {sentence(self.answer(trace))}", trace)

    def _absent(self, trace: Trace, question: str) -> str:
        return f"{capital(word(self.words, 'answers', trace.absence or 'not_asked'))}: {question}"

    def _with_wanted(self, said: str, trace: Trace) -> str:
        """What was said, and what would have counted where it did not."""
        if trace.leans is None or trace.wanted is None:
            return said
        status = status_of(trace)
        if status == "for":
            return said
        if status == "held":
            told = self._phrase("speaks_against" if trace.against else "would_have_counted")
        else:
            told = self._phrase("would_speak_against" if trace.against else "would_count")
        return f"{said} {sentence(told.replace('{wanted}', self.wanted(trace)))}"

    def _found(self, trace: Trace, own: str | None) -> str:
        """A value that rules made: what it is, and from which answers."""
        title = self._title(trace)
        answers = [each for part in trace.parts for each in part.walk() if each.path is not None]
        told = _distinct([each for each in answers if each.answer is not None])
        missing = _distinct([each for each in answers if each.answer is None and each.absence is not None])
        if trace.presumed_by is not None:
            why = self.because(trace.presumed_by, trace.record)
            text = f"{title}: {self.answer(trace)} {self._phrase('presumed_mark')}: {why}"
            return self._with_wanted(sentence(text), trace)
        if trace.answer is None:
            open_ = "; ".join(self.question(each, own) for each in missing[:MOST_TOLD])
            text = f"{title}: {self._phrase('not_known')}" + (f". {self._phrase('hangs_on')} {open_}" if open_ else "")
            return self._with_wanted(sentence(text), trace)
        text = f"{title}: {self.answer(trace)}"
        if told:
            said = "; ".join(f"{self.question(each, own)} {self.answer(each)}" for each in told[:MOST_TOLD])
            text += f" ({said})"
        return self._with_wanted(sentence(text), trace)

    def _title(self, trace: Trace) -> str:
        sign = trace.sign or ""
        if sign.endswith("_recorded"):
            on_record = self._phrase("on_record")
            return on_record.replace("{list}", word(self.words, "lists", sign.removesuffix("_recorded")))
        if trace.code == "result":
            return f"{self._phrase('found')} {sign.removeprefix('result.').replace('.', ' ').replace('_', ' ')}"
        return self.title(trace.name) if trace.code in ("derived", "made") else sign.replace("_", " ")

    def _list(self, trace: Trace) -> str:
        name = word(self.words, "lists", trace.name or "")
        complete = trace.leans == "no" or (trace.leans is None and trace.answer == "yes")
        text = self._phrase("list_complete" if complete else "list_may_grow").replace("{list}", name)
        if trace.entailed_by is not None:
            text = f"{text}; {self.because(trace.entailed_by, None)}"
        return sentence(text)

    def _decision(self, trace: Trace) -> str:
        if not isinstance(trace.answer, Mapping):
            return sentence(self._phrase("not_decided"))
        told = [f"{word(self.words, 'areas', area)}: {decision}" for area, decision in trace.answer.items()]
        return sentence(f"{self._phrase('decided')} {', '.join(told)}")

    def _connection(self, trace: Trace, own: str | None) -> str:
        key = {"yes": "connected", "no": "not_connected"}.get(trace.leans or "", "perhaps_connected")
        text = self._phrase(key).replace("{one}", self.name(own)).replace("{other}", self.name(trace.record))
        if trace.leans == "yes":
            told = [self.line(each, own) for each in trace.parts[:2]]
            return f"{sentence(text)} {' '.join(told)}"
        missing = _distinct([each for each in trace.parts if each.absence is not None])
        if trace.leans == "unknown" and missing:
            open_ = "; ".join(self.question_of(each.path or "") for each in missing[:MOST_TOLD])
            return sentence(f"{text}. {self._phrase('hangs_on')} {open_}")
        return sentence(text)

    # -- a reason ---------------------------------------------------------------------------------------------------

    def lines(self, reason: Reason, depth: int, more: str) -> Iterator[tuple[int, str]]:
        """The answers behind a reason, each with its indent: flat at depth 1, else with the steps between.

        `more` is the phrase for what is left out.
        """
        if depth < FLAT:
            return
        if depth == FLAT:
            told = list(dict.fromkeys(self._flat(reason)))
            yield from ((0, line) for line in told[:MOST_ANSWERS])
            if len(told) > MOST_ANSWERS:
                yield 0, self._phrase(more).replace("{count}", str(len(told) - MOST_ANSWERS))
            return
        for trace in reason.traces:
            yield from self._tree(trace, reason.record, 0, depth - 1)

    def _flat(self, reason: Reason) -> Iterator[str]:
        whole = [leaf for trace in reason.traces for leaf in leaves(trace, exceptions=reason.leans != "yes")]
        status = {"yes": "for", "no": "held"}.get(reason.leans, "unknown")
        bearing = [each for each in whole if each.leans is None or status_of(each) == status]
        for each in bearing or whole:
            yield self.line(each, reason.record)

    def _tree(self, trace: Trace, own: str | None, indent: int, depth: int) -> Iterator[tuple[int, str]]:
        head = self._head(trace)
        if head is None and trace.code not in (*ANSWERS, "read", "unread") and trace.parts:
            for part in trace.parts:
                yield from self._tree(part, own, indent, depth)
            return
        yield indent, head or self.line(trace, own)
        inner = trace.record if trace.code == "record" else own
        if depth > 0:
            for part in trace.parts:
                yield from self._tree(part, inner, indent + 1, depth - 1)
        elif head is not None:
            # Deep enough; the answers are told all the same.
            for leaf in _distinct([each for part in trace.parts for each in leaves(part, exceptions=False)]):
                yield indent + 1, self.line(leaf, inner)

    def _head(self, trace: Trace) -> str | None:
        """The line of a step that is no answer; None for one that is not worth a line of its own."""
        told = word(self.words, "truths", trace.leans or "unknown")
        match trace.code:
            case "value":
                return f"{capital(value_word(self.words, trace.sign or '', trace.name or ''))}: {told}"
            case "block":
                return f"{capital((trace.name or '').replace('_', ' '))}: {told}"
            case "exception":
                return f"{self._phrase('exception')} {self.title(trace.name)}: {told}"
            case "record":
                return f"{capital(self.name(trace.record))}: {told}"
            case "presumption" | "entailment" | "existence":
                return sentence(f"{self._phrase(trace.code)} {self.because(trace.name, trace.record)}")
            case "at_least" | "linked" | "connected":
                of = word(self.words, "lists", LISTS.get((trace.wanted or {}).get("of", "person"), "people"))
                key = "connected_ones" if trace.code == "connected" else trace.code
                return f"{self._phrase(key).replace('{list}', of)}: {told}"
            case "derived" if trace.parts and trace.parts[0].truth is not None and trace.parts[0].code != "value":
                return f"{self.title(trace.name)}: {told if trace.leans else self.answer(trace)}"
        return None


def status_of(trace: Trace) -> str:
    """Does the part speak for what it stands in, hold it back, or is it open?"""
    if trace.leans in (None, "unknown"):
        return "unknown"
    return "for" if (trace.leans == "yes") != trace.against else "held"


def leaves(trace: Trace, *, exceptions: bool) -> Iterator[Trace]:
    """The answers and values that a trace ends in; signs with a sentence of their own are followed down."""
    if trace.code in ENDS or (trace.code == "derived" and (trace.presumed_by is not None or _by_primitive(trace))):
        yield trace
    elif trace.code == "exception" and not exceptions:
        return
    elif trace.code in ("read", "unread", "joined"):
        if trace.leans is not None or not trace.parts:
            yield trace
    else:
        for part in trace.parts:
            yield from leaves(part, exceptions=exceptions)


def _by_primitive(trace: Trace) -> bool:
    return not trace.parts or trace.parts[0].truth is None or trace.parts[0].code in ("value", "record")


def _item(path: str) -> Item | None:
    try:
        return parse_path(path).item
    except IntakeError:
        return None


def _distinct(traces: list[Trace]) -> list[Trace]:
    return list({(each.path, each.record, each.sign): each for each in traces}.values())

"""Does every rule do what its own cases say?

Each case is built into a small intake, the rule is asked, and verdict, reasons and missing questions are compared. A
case that cannot be built is a failure, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ipt_formulate.engines.facts import Ids, Record, Value, View, When, answers_of, nothing_known
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import Openness
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.advice import with_results
from ipt_formulate.intake import Intake, IntakeError
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, word
from ipt_formulate.rulebook import Case, Rule, Rulebook, RulebookError
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import LEAVES, QUANTIFIED, SITUATIONS, Answered, Leaf, walk
from ipt_formulate.rulebook.vocabulary import LISTS

THIS = "this"
EXPECTED = {"fires": (YES,), "holds": (NO,), "unknown": (UNKNOWN,), "near": (NO, UNKNOWN)}


class MissingRecord(LookupError):
    """A case is about a record that does not come to be."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What became of one case: `problems` is empty if it does what it says."""

    rule: str
    case: Case
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing was wrong."""
        return not self.problems


def run_cases(book: Rulebook) -> Iterator[CaseOutcome]:
    """Every case of every active rule."""
    for rule in book.active:
        yield from cases_of(rule, book)


def cases_of(rule: Rule, book: Rulebook) -> Iterator[CaseOutcome]:
    """Every case of one rule."""
    for case in rule.cases:
        yield CaseOutcome(rule.id, case, tuple(_problems(rule, case, book)))


def missing_kinds(rule: Rule) -> tuple[str, ...]:
    """The kinds of case that a rule should have and has not."""
    kinds = [case.kind for case in rule.cases]
    if any(isinstance(each, c.Derives) and each.by is not None for each in rule.conclusions):
        missing = [] if kinds.count("gives") >= 2 else ["gives (two or more)"]
        return tuple(missing if "unknown" in kinds else [*missing, "unknown"])
    needed = [kind for kind in EXPECTED if kind != "unknown" or can_be_unknown(rule)]
    return tuple(kind for kind in needed if kind not in kinds)


def can_be_unknown(rule: Rule) -> bool:
    """Can the verdict be unknown? Not if the rule only reads settings, results and whether something was answered."""
    return rule.when is None or any(
        isinstance(node, QUANTIFIED) or (isinstance(node, LEAVES) and not always_known(node))
        for node in walk(rule.when)
    )


def always_known(node: Leaf) -> bool:
    """Is the test never unknown, whatever was answered?"""
    name = node.sign.name
    if isinstance(node, Answered) or name.startswith("setting.") or name == "spawned":
        return True
    return name.startswith("result.") and name != "result.flags"


def _problems(rule: Rule, case: Case, book: Rulebook) -> Iterator[str]:
    try:
        record, view = placed(rule, case, book)
    except (IntakeError, RulebookError, MissingRecord) as fault:
        yield f"cannot be built: {fault}"
        return
    if case.kind == "gives" or rule.when is None:
        yield from _value_problems(rule, case, record, book)
        return
    verdict = truth(rule.when, record, view)
    if verdict not in EXPECTED[case.kind]:
        wanted = " or ".join(word(each) for each in EXPECTED[case.kind])
        yield f"`{case.kind}` expects {wanted}, the verdict is {word(verdict)} ({_blocks_in_words(rule, record, view)})"
    yield from _reason_problems(rule, case, record, view, book)
    if case.kind == "near" and not any(_one_answer_apart(case, other) for other in rule.cases if other.kind == "fires"):
        yield "`near` must be exactly one answer away from a case that fires"


def _blocks_in_words(rule: Rule, record: Record, view: View) -> str:
    own = [(block.name, block) for about, block in rule.blocks if about in (record.about, "case")]
    return ", ".join(f"{name} {word(truth(block, record, view))}" for name, block in own) or "no blocks of its own"


def _reason_problems(rule: Rule, case: Case, record: Record, view: View, book: Rulebook) -> Iterator[str]:
    blocks = {block.name: (about, block) for about, block in rule.blocks}
    for name in (*case.because, *case.blocked_by):
        if name not in blocks:
            yield f"names `{name}`, which is no block"
            return
    for name in case.because:
        if truth(blocks[name][1], record, view) != YES:
            yield f"block `{name}` should be yes, it is {word(truth(blocks[name][1], record, view))}"
    for name in case.blocked_by:
        if truth(blocks[name][1], record, view) == YES:
            yield f"block `{name}` should not be yes"
    if case.ask and rule.when is not None:
        asked = {field for each in rule.conclusions if isinstance(each, c.Asks) for field in each.fields}
        open_ = Openness(view, book).answers(rule.when, record) | asked
        for field in case.ask:
            if not any(path == field or path.endswith(f".{field}") for path in open_):
                yield f"`{field}` should be among the missing answers; they are: {', '.join(sorted(open_)) or 'none'}"


def _value_problems(rule: Rule, case: Case, record: Record, book: Rulebook) -> Iterator[str]:
    for each in rule.conclusions:
        if not isinstance(each, c.Derives):
            continue
        value = record.values[each.sign]
        if case.kind == "unknown":
            nothing = nothing_known(book.vocabulary.of(rule.about)[each.sign])
            if value != nothing and not _is_wide(value):
                yield f"`{each.sign}` should be unknown; it is {_spelt(value)}"
        elif _spelt(value) != _wanted(case.gives, value):
            yield f"`{each.sign}` should be {_wanted(case.gives, value)}; it is {_spelt(value)}"


def _is_wide(value: Value) -> bool:
    if isinstance(value, Span):
        return value.least < value.most
    return isinstance(value, frozenset) and len(value) > 1


def _spelt(value: Value) -> str:
    if isinstance(value, When):
        ends = [date.fromordinal(each).isoformat() for each in value.span] if value.frame == "calendar" else value.span
        return ", ".join(str(each) for each in ends)
    if isinstance(value, Span):
        return f"{value.least}..{value.most}"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, Ids):
        return ", ".join(sorted(value.named))
    return word(value) if isinstance(value, int) else str(value)


def _wanted(gives: Any, value: Value) -> str:
    if isinstance(value, Span):
        least, most = gives if isinstance(gives, list) else (gives, gives)
        return f"{least}..{most}"
    return ", ".join(sorted(str(each) for each in gives)) if isinstance(gives, list) else str(gives)


# -- building -----------------------------------------------------------------------------------------------------


def placed(rule: Rule, case: Case, book: Rulebook) -> tuple[Record, View]:
    """The record that the case is about, in the pass that it tests.

    Raises
    ------
    IntakeError, RulebookError, MissingRecord
        If the case is no valid intake, or names a switch or a value that does not exist.
    """
    used = book.with_settings(case.settings) if case.settings else book
    intake = Intake.from_dict(intake_of(rule, case))
    if any(isinstance(each, c.Entails) for each in rule.conclusions):
        view = answers_of(intake, used)  # entailments read the answers, before any of them has taken effect
    else:
        situations = situations_of(intake, used)
        view = situations.presumed if case.presumed else situations.strict
    if any(each.stratum == "advice" for each in rule.conclusions):
        view = with_results(view, *_results(rule, case, view, used))
    if rule.about == "case":
        return view.case, view
    record = case.on or (THIS if rule.about != "isolation" else "isolation")
    found = next((each for each in view.of(rule.about) if each.id == record), None)
    if found is None:
        raise MissingRecord(f"there is no {rule.about} `{record}`")
    return found, view


def intake_of(rule: Rule, case: Case) -> dict[str, Any]:
    """The case as an intake in wire format."""
    wire: dict[str, Any] = {}
    answers = dict(case.case)
    if rule.about == "case":
        answers |= case.given
    for path, value in answers.items():
        part, _, field = path.partition(".")
        wire.setdefault(part, {})[field] = value
    if rule.about == "isolation":
        wire["isolation"] = {**wire.get("isolation", {}), **case.given}
    records: dict[str, list[Any]] = {}
    if rule.about in LISTS and case.on is None:
        records[LISTS[rule.about]] = [{"id": THIS, **case.given}]
    for section, others in case.others.items():
        if isinstance(others, list):
            records.setdefault(section, []).extend(others)
        else:
            wire[section] = {**wire.get(section, {}), **others} if isinstance(others, Mapping) else others
    for section in {*records, *case.lists}:
        wire[section] = _section(records.get(section, []), case.lists.get(section))
    return wire


def _section(items: list[Any], mark: str | None) -> Any:
    match mark:
        case None:
            return items
        case "complete" | "none":
            return {"asked": "yes", "complete": "yes", "items": items}
        case "asked":
            return {"asked": "yes", "complete": "no", "items": items}
        case _:
            return {"asked": "no", "items": items} if items else {"asked": "no"}


def _results(
    rule: Rule, case: Case, view: View, book: Rulebook
) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
    """The result signs that a case gives; the others are unknown."""

    def given(about: Any) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, type_ in book.vocabulary.of(about).items():
            if name.startswith("result."):
                value = nothing_known(type_)
                key = name.removeprefix("result.")
                if key in case.result:
                    told = case.result[key]
                    if isinstance(value, dict):
                        members = told if isinstance(told, list) else [told]
                        value = {member: YES if member in members else NO for member in value}
                    elif isinstance(value, frozenset):
                        value = frozenset(told) if isinstance(told, list) else frozenset({str(told)})
                    else:
                        value = YES if told in ("yes", True) else NO
                values[name] = value
        return values

    of_records = {record.key: given(about) for about in SITUATIONS for record in view.of(about)}
    return given("case"), of_records


def _one_answer_apart(case: Case, other: Case) -> bool:
    mine, theirs = _flat(case), _flat(other)
    apart = [key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key)]
    return len(apart) == 1


def _flat(case: Case) -> dict[str, Any]:
    flat: dict[str, Any] = {f"given.{key}": value for key, value in case.given.items()}
    for name, table in (
        ("case", case.case),
        ("lists", case.lists),
        ("settings", case.settings),
        ("result", case.result),
    ):
        flat |= {f"{name}.{key}": value for key, value in table.items()}
    for section, others in case.others.items():
        if isinstance(others, Mapping):
            flat |= {f"{section}.{key}": value for key, value in others.items()}
            continue
        for index, each in enumerate(others):
            fields = each.items() if isinstance(each, Mapping) else ()
            flat |= {f"{section}.{index}.{key}": value for key, value in fields}
    if case.presumed:
        flat["presumed"] = True
    return flat

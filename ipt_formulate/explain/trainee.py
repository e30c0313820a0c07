"""What did a trainee make of a case: which areas, which focus, which stages, and for which reasons?

Plain frozen data, as typed at a terminal or written in a file. Names are checked against a case before anything is
compared, and a name that does not exist is refused with the nearest one that does. Own words are kept as they are and
matched to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ipt_formulate.explain.differences import NOT_STAGED
from ipt_formulate.explain.errors import TraineeError, UnknownNames, UnknownTarget
from ipt_formulate.explain.explanations import Target
from ipt_formulate.explain.targets import target_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.intake import ITEMS, IntakeError
from ipt_formulate.reading import Document, Fault, FaultyInput, nearest, read_file
from ipt_formulate.rulebook.vocabulary import STAGES

STAGE_WORDS = (*STAGES, NOT_STAGED)
STATUSES = ("tie", "none", "insufficient", "not_applicable")
MOST_CASES = 2000
A_FOCUS = "A focus is AREA, AREA:SITUATION, tie, none, insufficient or not_applicable."
A_RULE = "A reason may be a rule by its id, or RULE:SITUATION."
T = TypeVar("T")
_CODE = re.compile(r"[A-J][0-9]{2}\Z")

Name = Annotated[str, Field(min_length=1, max_length=200)]
OwnWords = Annotated[str, Field(min_length=1, max_length=4000)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FocusChosen(_Frozen):
    """The focus a trainee would propose: an area and the situation it is about, or why there is none.

    `situation` may be left out. With another status than ``proposed``: ``tie``, ``none`` (nothing interpersonal was
    found), ``insufficient`` (more must be asked first) or ``not_applicable`` (no episode to explain); an area may stand
    beside a tie that is only about the person. In a file also as text: ``grief:mother``, ``grief``, ``none``.
    """

    status: Literal["proposed", "tie", "none", "insufficient", "not_applicable"] = "proposed"
    area: Name | None = None
    situation: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, told: Any) -> Any:
        if not isinstance(told, str):
            return told
        area, _, situation = (part.strip() for part in told.partition(":"))
        if _code(area) in STATUSES:
            return {"status": _code(area), "situation": situation or None}
        return {"area": area, "situation": situation or None}

    @model_validator(mode="after")
    def _fits(self) -> FocusChosen:
        if self.status == "proposed" and self.area is None:
            raise ValueError("a focus needs an area")
        if self.status not in ("proposed", "tie") and (self.area or self.situation):
            raise ValueError("where there is no focus there is no area of it")
        if self.situation is not None and self.area is None:
            raise ValueError("a situation needs the area it is about")
        return self


class TraineeReason(_Frozen):
    """One reason: exactly one of the three.

    Attributes
    ----------
    rule
        The id of a rule, or ``rule:situation``.
    item
        An answer of the case by its path (``losses[mother].closeness``), or a question by its code (``C05``) for every
        record that has it.
    text
        Own words.
    """

    rule: Name | None = None
    item: Name | None = None
    text: OwnWords | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, told: Any) -> Any:
        if isinstance(told, str):
            raise ValueError("a reason says what it is: `rule:`, `item:` or `text:` comes before it")
        return told

    @model_validator(mode="after")
    def _one(self) -> TraineeReason:
        if sum(each is not None for each in (self.rule, self.item, self.text)) != 1:
            raise ValueError("a reason is one of rule, item and text")
        return self


class Trainee(_Frozen):
    """What a trainee makes of a case. What is left out was not answered.

    Attributes
    ----------
    name, case
        Whose answers these are, and of which case; free, and only used to keep them apart.
    areas
        The areas that are present; empty for none of them.
    focus
        The focus they would propose.
    stages
        By dispute (its id or label): renegotiation, impasse, dissolution, undetermined, or not_staged.
    reasons
        What they went by.
    """

    format: Literal["ipt-formulate.trainee/1"] = "ipt-formulate.trainee/1"
    name: Name | None = None
    case: Name | None = None
    areas: Annotated[tuple[Name, ...], Field(max_length=20)] | None = None
    focus: FocusChosen | None = None
    stages: Annotated[dict[Name, Name], Field(max_length=100)] = {}
    reasons: Annotated[tuple[TraineeReason, ...], Field(max_length=200)] = ()


# -- names ------------------------------------------------------------------------------------------------------------


def checked(trainee: Trainee, work: Work) -> Trainee:
    """The same with every name as the case has it.

    Raises
    ------
    UnknownTarget
        For an area, situation, stage, rule or answer that does not exist; with the nearest right one. Where several
        do not, it is `UnknownNames` and tells each.
    """
    wrong: list[UnknownTarget] = []

    def right(read: Callable[..., T], *told: object) -> T | None:
        try:
            return read(*told)
        except UnknownTarget as error:
            wrong.append(error)
            return None

    areas = [right(area_of, each, work) for each in trainee.areas or ()]
    focus = right(_focus_of, trainee.focus, work) if trainee.focus is not None else None
    stages: dict[str, str] = {}
    for who, word in trainee.stages.items():
        conflict, stage = right(_dispute_of, who, work), right(stage_of, word)
        if conflict in stages:
            wrong.append(
                UnknownTarget(who, None, "A dispute has one stage.", "is a dispute that was given one already")
            )
        elif conflict is not None:
            stages[conflict] = stage or word
    reasons = [right(_reason_of, each, work) for each in trainee.reasons]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else UnknownNames(wrong)
    return trainee.model_copy(
        update={
            "areas": tuple(dict.fromkeys(each for each in areas if each)) if trainee.areas is not None else None,
            "focus": focus,
            "stages": stages,
            "reasons": tuple(each for each in reasons if each is not None),
        }
    )


def _focus_of(focus: FocusChosen, work: Work) -> FocusChosen:
    if focus.area is None:
        return focus
    try:
        area = area_of(focus.area, work)
    except UnknownTarget as error:
        raise UnknownTarget(error.target, error.nearest or _led_by(focus.area, work), A_FOCUS) from None
    situation = situation_of(area, focus.situation, work) if focus.situation is not None else None
    return focus.model_copy(update={"area": area, "situation": situation})


def _led_by(text: str, work: Work) -> str | None:
    """A situation that was named without its area, with the area it is placed best for."""
    try:
        situation = target_of(text, work).situation
    except UnknownTarget:
        return None
    placed = [work.contest.order[index].candidate for index in work.ordered]
    return next((f"{each.area}:{situation}" for each in placed if each.situation == situation), None)


def area_of(text: str, work: Work) -> str:
    """The area of a code or of one of its names. Raises UnknownTarget."""
    codes = [area.code for area in work.book.areas]
    names = {_code(code): code for code in codes}
    for code in codes:
        for name in work.book.words.get("areas", {}).get(code, {}).values():
            names.setdefault(_code(str(name)), code)
    if _code(text) in names:
        return names[_code(text)]
    near = nearest(_code(text), names)
    raise UnknownTarget(text, names[near] if near is not None else None, f"Areas: {', '.join(codes)}.")


def situation_of(area: str, text: str, work: Work) -> str:
    """The situation of an id or a label. Raises UnknownTarget."""
    situation = _named(f"{area}:{text}", work, "A situation goes by its id or its label.").situation
    assert situation is not None
    return situation


def _dispute_of(who: str, work: Work) -> str:
    conflict = _named(f"stage:{who}", work, "A dispute goes by its id or its label.").situation
    assert conflict is not None
    return conflict


def stage_of(text: str) -> str:
    """The stage of a word. Raises UnknownTarget."""
    if _code(text) not in STAGE_WORDS:
        raise UnknownTarget(text, nearest(_code(text), STAGE_WORDS), f"Stages: {', '.join(STAGE_WORDS)}.")
    return _code(text)


def _reason_of(reason: TraineeReason, work: Work) -> TraineeReason:
    if reason.rule is not None:
        rule, _, who = (part.strip() for part in reason.rule.partition(":"))
        if rule not in work.book.rules:
            raise UnknownTarget(reason.rule, nearest(rule, work.book.rules), A_RULE)
        record = _record_of(rule, who, work)
        _named(f"{rule}:{record}" if record else rule, work, A_RULE)
        return TraineeReason(rule=f"{rule}:{record}" if record else rule)
    if reason.item is not None:
        paths_of(reason.item, work)
    return reason


def _record_of(rule: str, who: str, work: Work) -> str:
    """The id of the one record of a rule that has this label; else what was given."""
    records = work.case.strict.of(work.book.rules[rule].about)
    labelled = {each.id for each in records if (work.names.label(each) or "").casefold() == who.casefold()}
    known = any(each.id == who for each in records)
    return labelled.pop() if who and not known and len(labelled) == 1 else who


def _named(text: str, work: Work, known: str) -> Target:
    """What a name stands for; where it is none, the message says what a trainee may name."""
    try:
        return target_of(text, work)
    except UnknownTarget as error:
        raise UnknownTarget(error.target, error.nearest, known) from None


def paths_of(item: str, work: Work) -> tuple[str, ...]:
    """The paths of the answers that an item names. Raises UnknownTarget."""
    if _CODE.match(item):
        wanted = {(about, name) for about, items in ITEMS.items() for name, each in items.items() if each.code == item}
        if wanted:
            return tuple(path for path, key in _all_paths(work) if key in wanted)
        codes = {each.code for items in ITEMS.values() for each in items.values() if each.code}
        raise UnknownTarget(item, nearest(item, codes), "A question goes by its code, such as C05.")
    try:
        work.intake.answer(item)
    except IntakeError as error:
        raise UnknownTarget(item, error.faults[0].nearest, "An answer goes by its path.") from None
    return (item,)


def _all_paths(work: Work) -> Iterator[tuple[str, tuple[str, str]]]:
    from ipt_formulate.intake import parse_path

    for text in work.intake.paths():
        item = parse_path(text).item
        yield text, (item.about, item.field)


def _code(word: str) -> str:
    return re.sub(r"[\s_/-]+", "_", word.strip().lower())


# -- files ------------------------------------------------------------------------------------------------------------


def read_trainees(path: str | Path) -> tuple[Trainee, ...]:
    """The answers in a YAML or JSON file: those of one trainee, or a list of them.

    Raises
    ------
    TraineeError
        With every fault, each with file, line and column.
    """
    try:
        document = read_file(path)
    except FaultyInput as error:
        raise TraineeError(error.faults) from None
    one = not isinstance(document.data, list)
    told = [document.data] if one else document.data
    if not told:
        raise TraineeError([Fault("T105", "", "holds the answers of nobody", document.place_of(()))])
    if len(told) > MOST_CASES:
        raise TraineeError([Fault("T104", "", f"more than {MOST_CASES} trainees", document.place_of(()))])
    faults: list[Fault] = []
    found: list[Trainee] = []
    for number, each in enumerate(told):
        try:
            found.append(Trainee.model_validate(each))
        except ValidationError as error:
            faults += _faults(error, () if one else (number,), document)
    if faults:
        raise TraineeError(faults)
    return tuple(found)


def read_trainee(told: Trainee | Mapping[str, Any]) -> Trainee:
    """A trainee from plain data. Raises TraineeError with every fault."""
    if isinstance(told, Trainee):
        return told
    try:
        return Trainee.model_validate(told)
    except ValidationError as error:
        raise TraineeError(_faults(error, (), None)) from None


def _faults(error: ValidationError, at: tuple[str | int, ...], document: Document | None) -> Iterator[Fault]:
    for each in error.errors(include_url=False, include_input=False):
        steps = (*at, *_known(each["loc"]))
        # What somebody made up is never repeated; where it stands is told.
        at_key = each["type"] == "extra_forbidden"
        place = document.place_of((*at, *each["loc"]), key=at_key) if document is not None else None
        path = ".".join(str(step) for step in steps)
        match each["type"]:
            case "extra_forbidden":
                near = nearest(str(each["loc"][-1]), _fields_at(each["loc"]))
                yield Fault("T101", path, "is no part of a trainee's answers", place, nearest=near)
            case "value_error":
                yield Fault("T102", path, str(each["ctx"]["error"]), place)
            case _:
                yield Fault("T103", path, "cannot be read", place, expected=_expected(each["type"]))


def _known(steps: Iterable[str | int]) -> Iterator[str | int]:
    """Steps without names that somebody made up: these may be anything."""
    known = set(_fields())
    for step in steps:
        if isinstance(step, int) or step in known:
            yield step
        else:
            return


def _fields() -> list[str]:
    return [*Trainee.model_fields, *FocusChosen.model_fields, *TraineeReason.model_fields]


def _fields_at(steps: tuple[str | int, ...]) -> list[str]:
    """The names that may stand where these steps end."""
    inner: dict[str | int, type[_Frozen]] = {"focus": FocusChosen, "reasons": TraineeReason}
    model = inner.get(steps[0]) if len(steps) > 1 else Trainee
    return list(model.model_fields) if model is not None else []


def _expected(kind: str) -> str:
    if "tuple" in kind or kind == "too_long":
        return "a list, not too long"
    if "dict" in kind or "model" in kind:
        return "a map of answers"
    if kind == "literal_error":
        return "one of the words of the guide (docs/training.md)"
    return "a short text"

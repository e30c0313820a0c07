"""How does an intake become a formulation?

One straight way: situations, verdicts, candidates, standings, gate, order, stages, focus, flags and advice, result.
Nothing here decides anything by itself; each step is a file of its own.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ipt_formulate.engines.choosing import EngineName, verdicts_of
from ipt_formulate.engines.facts import Record, Value, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import path_of
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import Situations, situations_of
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.formulation import focus as focusing
from ipt_formulate.formulation import result as r
from ipt_formulate.formulation.advice import beside, with_results
from ipt_formulate.formulation.candidates import Candidate, Evidence, candidate_again, candidates_of
from ipt_formulate.formulation.focus import Bar, Contest, bars_of, focus_of, shown_order
from ipt_formulate.formulation.gate import GATE_WORDS, Gate, gate_of
from ipt_formulate.formulation.questions import questions_of
from ipt_formulate.formulation.ranking import (
    Edge,
    Ranked,
    criteria_names,
    edges_of,
    effective_keys,
    ranked,
    shown_edges,
)
from ipt_formulate.formulation.safety import flags_of, safety_unasked
from ipt_formulate.formulation.staging import Staging, stagings_of
from ipt_formulate.formulation.standing import OPEN, WORDS, Standing, area_standing, standing_of
from ipt_formulate.formulation.wording import Names
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, word
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.canonical import sha256
from ipt_formulate.rulebook.nodes import SITUATIONS
from ipt_formulate.rulebook.vocabulary import LISTS
from ipt_formulate.version import __version__

EFFECTS = {
    c.Supports: "supports",
    c.Opposes: "opposes",
    c.Excludes: "excludes",
    c.Caps: "caps",
    c.Floors: "floors",
}


@dataclass(frozen=True, slots=True)
class Work:
    """Everything between an intake and its result, for explanations."""

    intake: Intake
    book: Rulebook
    case: Situations
    verdicts: Verdicts
    contest: Contest
    ordered: tuple[int, ...]
    stagings: tuple[Staging, ...]
    areas: dict[str, Standing]
    names: Names


def conclude(intake: Intake, book: Rulebook, engine: EngineName = "auto") -> tuple[r.Result, Work]:
    """The result of one case, and the work behind it.

    Raises
    ------
    EngineUnavailable, EngineDisagreement
        See `ipt_formulate.engines.choosing`.
    """
    case = situations_of(intake, book)
    verdicts, engines, engine_note = verdicts_of(case, book, engine)
    work = work_of(intake, book, case, verdicts)
    result = _result(work, engines, engine_note)
    digest = sha256(result.model_dump(mode="json", exclude={"receipt"}))
    receipt = result.receipt.model_copy(update={"result_sha256": digest})
    return result.model_copy(update={"receipt": receipt}), work


def outcome(intake: Intake, book: Rulebook) -> tuple[Work, focusing.Focus]:
    """Standings, order, stages and focus by the reference engine, without the texts of a result.

    For comparing many variants of a case; a few milliseconds each. What could overturn the focus is not looked for.
    """
    case = situations_of(intake, book)
    work = work_of(intake, book, case, ReferenceEngine().run(case, book))
    return work, focus_of(work.contest, work.ordered, overturned=False)


def work_of(intake: Intake, book: Rulebook, case: Situations, verdicts: Verdicts) -> Work:
    """Candidates, standings, order, stages and gate from what the engines found."""
    candidates = candidates_of(case, verdicts, book)
    order = tuple(ranked(each, standing_of(each), verdicts, book) for each in candidates)
    bars = tuple(bars_of(each, verdicts, book) for each in candidates)
    edges = tuple(edges_of(order, verdicts, book))
    return _work(intake, book, case, verdicts, (order, bars, edges), Names(intake, book))


def work_again(
    before: Work, intake: Intake, case: Situations, verdicts: Verdicts, anew: Container[str], *, edges: bool
) -> Work:
    """The same under other answers to the same case, where these neither made nor unmade a record; much sooner.

    Parameters
    ----------
    before
        The case as it was.
    intake, case, verdicts
        The case as it is now.
    anew
        The ids of all records of which a verdict, a bar or something read directly is not as before.
    edges
        Whether a differential may be another one.
    """
    book = before.book
    order = list(before.contest.order)
    bars = list(before.contest.bars)
    for i, each in enumerate(order):
        if any(id_ in anew for id_ in each.candidate.records):
            candidate = candidate_again(each.candidate, case, verdicts, book)
            order[i] = ranked(candidate, standing_of(candidate), verdicts, book)
            bars[i] = bars_of(candidate, verdicts, book)
    now = tuple(edges_of(order, verdicts, book)) if edges else before.contest.edges
    return _work(intake, book, case, verdicts, (tuple(order), tuple(bars), now), before.names)


def _work(
    intake: Intake,
    book: Rulebook,
    case: Situations,
    verdicts: Verdicts,
    compared: tuple[tuple[Ranked, ...], tuple[tuple[Bar, ...], ...], tuple[Edge, ...]],
    names: Names,
) -> Work:
    """What follows once every candidate is known for itself, with its bars, and beside the others."""
    order, bars, edges = compared
    stand = [(each.candidate, each.standing) for each in order]
    areas = {area.code: area_standing(area, stand, case.strict, book) for area in book.areas_on}
    contest = Contest(
        order=order,
        edges=edges,
        keys=tuple(effective_keys(order, shown_edges(order, edges))),
        bars=bars,
        gate=gate_of(order, areas, case.strict, book),
        case=case,
        verdicts=verdicts,
        book=book,
    )
    return Work(
        intake=intake,
        book=book,
        case=case,
        verdicts=verdicts,
        contest=contest,
        ordered=tuple(shown_order(contest)),
        stagings=tuple(stagings_of(order, case, verdicts, book)),
        areas=areas,
        names=names,
    )


def _result(work: Work, engines: tuple[str, ...], engine_note: str | None) -> r.Result:
    contest, book, case = work.contest, work.book, work.case
    chosen = focus_of(contest, work.ordered)
    focus = _focus(chosen, work)
    gate = _gate(contest.gate, work)
    flags = flags_of(case, work.names, book)
    disputes = tuple(_dispute(each, work) for each in work.stagings)
    unasked = safety_unasked(work.intake, case)
    view = with_results(case.presumed, *_found(work, chosen, focus, gate, flags))
    more = beside(contest.openness, view, work.names)
    return r.Result(
        case=work.intake.case_id or "case",
        flags=flags,
        safety_unasked=unasked,
        focus=focus,
        areas={area.code: _area(area.code, work) for area in book.areas if not area.extra or area in book.areas_on},
        gate=gate,
        candidates=_candidates(work),
        disputes=disputes,
        contradictions=contradictions_of(work),
        fit=r.Fit(notes=more.fit, group=more.group),
        questions=questions_of(
            work.intake,
            safety=unasked,
            focus=(*focus.overturned_by, *(gate.questions if gate.applied else ())),
            stage=[path for each in disputes for path in each.deciding_questions],
            asked=[(each.path, each.why) for each in more.asked],
        ),
        advice=more.texts,
        withheld=more.withheld,
        receipt=r.Receipt(
            library=__version__,
            rulebook=book.name,
            rulebook_version=book.version,
            rulebook_sha256=book.sha256,
            profile=book.profile.name,
            settings=dict(book.settings),
            engines=engines,
            engine_note=engine_note,
            intake_sha256=work.intake.digest(),
            result_sha256="",
            time=datetime.now(UTC).isoformat(timespec="seconds"),
        ),
    )


# -- focus and gate -----------------------------------------------------------------------------------------------


def _place(index: int, work: Work) -> r.FocusPlace:
    candidate = work.contest.order[index].candidate
    return r.FocusPlace(area=candidate.area, situation=candidate.situation)


def _focus(chosen: focusing.Focus, work: Work) -> r.Focus:
    primary = None
    if len(chosen.leaders) == 1:
        primary = _place(chosen.leaders[0], work)
    elif chosen.leaders and len({work.contest.order[i].candidate.area for i in chosen.leaders}) == 1:
        primary = r.FocusPlace(area=work.contest.order[chosen.leaders[0]].candidate.area, situation=None)
    because = [
        each.rule.id
        for i in chosen.leaders
        for each in work.contest.order[i].candidate.of(c.Supports)
        if each.truth.presumed == YES
    ]
    lifted = [
        edge.rule for edge in shown_edges(work.contest.order, work.contest.edges) if edge.target in chosen.leaders
    ]
    return r.Focus(
        status=chosen.status,  # type: ignore[arg-type]
        settled=chosen.settled,
        overturned_by=chosen.overturned_by,
        primary=primary,
        secondary=_place(chosen.second, work) if chosen.second is not None else None,
        tied=tuple(_place(i, work) for i in chosen.leaders) if len(chosen.leaders) > 1 else (),
        because=tuple(dict.fromkeys((*because, *lifted))),
    )


def _gate(gate: Gate, work: Work) -> r.Gate:
    lists = tuple(f"{LISTS[about]}.complete" for about in gate.open_lists if about in LISTS)  # type: ignore[index]
    opening: set[str] = set(lists)
    if gate.truth == UNKNOWN:
        for each in work.contest.order:
            if each.candidate.area != "interpersonal_deficits" and each.standing.lean >= OPEN:
                opening |= focusing._could_change(each.candidate, work.contest, against=True)
    return r.Gate(
        value=GATE_WORDS[gate.truth],  # type: ignore[arg-type]
        lean=gate.lean_word,  # type: ignore[arg-type]
        applied=gate.applied,
        because=gate.held_by or lists,
        questions=tuple(sorted(opening)) if gate.truth == UNKNOWN else (),
    )


# -- areas and candidates -----------------------------------------------------------------------------------------


def _range(standing: Standing) -> r.StandingRange:
    return r.StandingRange(
        worst=WORDS[standing.worst],  # type: ignore[arg-type]
        best=WORDS[standing.best],  # type: ignore[arg-type]
        lean=WORDS[standing.lean],  # type: ignore[arg-type]
    )


def _area(code: str, work: Work) -> r.Area | r.AreaOff:
    standing = work.areas.get(code)
    if standing is None:
        return r.AreaOff()
    mine = [i for i in work.ordered if work.contest.order[i].candidate.area == code]
    findings = [
        _finding(each, candidate, work)
        for ranked_ in work.contest.order
        if (candidate := ranked_.candidate).area == code and candidate.exists.presumed == YES
        for each in candidate.evidence
        if each.truth.presumed != NO
    ]
    tainted = any(_tainted(each.candidate, work) for each in work.contest.order if each.candidate.area == code)
    return r.Area(
        standing=_range(standing),
        settled=standing.settled and not tainted,
        lead=work.contest.order[mine[0]].candidate.situation if mine else None,
        findings=tuple(findings),
    )


def _finding(each: Evidence, candidate: Candidate, work: Work) -> r.Finding:
    record = _presumed(each.record, candidate)
    conclusion = each.conclusion
    return r.Finding(
        rule=each.rule.id,
        situation=candidate.situation,
        record=each.record,
        effect=EFFECTS[type(conclusion)],  # type: ignore[arg-type]
        strength=getattr(conclusion, "strength", None),
        aspect=getattr(conclusion, "aspect", None),
        at=getattr(conclusion, "at", None),
        truth=word(each.truth.strict),
        leans=word(each.truth.presumed),
        because=work.names.fill(each.rule.because, record),
        blocks={
            block.name: word(truth(block, record, work.case.presumed))
            for about, block in each.rule.blocks
            if about in (record.about, "case")
        },
        label=each.rule.basis.label,
        sources=each.rule.basis.sources,
        knowledge=each.rule.knowledge,
    )


def _presumed(record_id: str, candidate: Candidate) -> Record:
    return next(member.presumed for member in candidate.members if member.strict.id == record_id)


def _tainted(candidate: Candidate, work: Work) -> bool:
    """Does anything about the candidate read an answer that contradicts another?"""
    keys = {member.strict.key for member in candidate.members}
    return any(each.key in keys or each.key == "case:case" for each in work.case.contradictions)


def _candidates(work: Work) -> tuple[r.Candidate, ...]:
    order, keys = work.contest.order, work.contest.keys
    ranks: dict[int, int] = {}
    for position, i in enumerate(work.ordered):
        before = work.ordered[position - 1] if position else None
        tied = before is not None and keys[before] == keys[i]
        ranks[i] = ranks[before] if tied and before is not None else position + 1
    shown = [i for i, each in enumerate(order) if each.candidate.exists.presumed == YES]
    rest = [i for i in shown if i not in ranks]
    areas = [area.code for area in work.book.areas]
    rest.sort(
        key=lambda i: (-order[i].standing.lean, areas.index(order[i].candidate.area), order[i].candidate.situation)
    )
    return tuple(_candidate(i, ranks.get(i), work) for i in (*work.ordered, *rest))


def _candidate(index: int, rank: int | None, work: Work) -> r.Candidate:
    each, keys = work.contest.order[index], work.contest.keys[index]
    candidate = each.candidate
    lead = candidate.members[0]
    direction: set[str] = set()
    for member in candidate.members:
        value = member.presumed.values["direction"]
        assert isinstance(value, frozenset)
        direction |= value
    routed = tuple(rule for member in candidate.members for rule in member.routed_by)
    made = tuple(member.strict.made_by for member in candidate.members if member.strict.made_by is not None)
    origin = None
    if made:
        origin = r.Origin(kind="spawned", rules=made, from_record=lead.strict.origin)
    elif routed:
        origin = r.Origin(kind="routed", rules=routed, from_record=lead.strict.id)
    member_keys = {member.strict.key for member in candidate.members}
    return r.Candidate(
        area=candidate.area,
        situation=candidate.situation,
        label=work.names.title(lead.presumed),
        standing=_range(each.standing),
        settled=each.standing.settled and not _tainted(candidate, work),
        rank=rank,
        key=keys.tuple,
        criteria={
            name: r.Criterion(shown=tuple(shown), certain=tuple(certain))  # type: ignore[arg-type]
            for name, shown, certain in zip(criteria_names(work.book), each.shown, each.certain[1:], strict=True)
        },
        direction=tuple(sorted(direction)),
        barred=tuple(
            r.BarredFrom(place=bar.place, rule=bar.rule.id, until="decisions" if _waits(bar) else None)  # type: ignore[arg-type]
            for bar in work.contest.bars[index]
            if bar.shown
        ),
        yields_to=tuple(
            {"area": target.area, "situation": target.situation, "rule": edge.rule}
            for edge in shown_edges(work.contest.order, work.contest.edges)
            if edge.source == index
            for target in [work.contest.order[edge.target].candidate]
        ),
        origin=origin,
        presumed=tuple(sorted(rule for (key, _), rule in work.case.presumptions.items() if key in member_keys)),
    )


def _waits(bar: focusing.Bar) -> bool:
    return any(isinstance(each, c.Bars) and each.until is not None for each in bar.rule.conclusions)


# -- disputes -----------------------------------------------------------------------------------------------------


def _dispute(staging: Staging, work: Work) -> r.Dispute:
    record = staging.record
    strict = work.case.strict.find(record.id)
    assert strict is not None
    deciding: set[str] = set()
    if not staging.settled and staging.stage is not None:
        for rule, pair in staging.blockers:
            if pair.strict == UNKNOWN and rule.when is not None:
                deciding |= work.contest.openness.answers(rule.when, strict)
        for signal in _undecided(staging):
            if signal.rule.when is not None:
                deciding |= work.contest.openness.answers(signal.rule.when, strict)
    lines = [each for each in work.stagings if each.record is record]
    return r.Dispute(
        situation=staging.situation,
        line=staging.line if len(lines) > 1 else None,
        with_=work.names.who(record),
        stage=staging.stage,  # type: ignore[arg-type]
        stages_shown=staging.shown,
        settled=staging.settled,
        confidence=staging.confidence,  # type: ignore[arg-type]
        variant=staging.variant,
        notes=tuple(work.names.fill(note, record) for note in staging.notes),
        not_staged_because=staging.not_staged_because,
        signals=tuple(
            r.StageSignal(
                rule=each.rule.id,
                stage=each.stages.stage,
                tier=each.stages.tier,
                truth=word(each.truth.strict),
                leans=word(each.truth.presumed),
                because=work.names.fill(each.rule.because, record),
            )
            for each in staging.signals
            if each.truth.presumed != NO
        ),
        deciding_questions=tuple(sorted(deciding)),
    )


def _undecided(staging: Staging) -> Sequence[Any]:
    """The unknown signals down to the deciding tier; below it nothing can change the stage."""
    decided = [each for each in staging.signals if each.truth.strict == YES]
    lowest = min((c.TIERS.index(each.stages.tier) for each in decided), default=len(c.TIERS))
    return [
        each for each in staging.signals if each.truth.strict == UNKNOWN and c.TIERS.index(each.stages.tier) <= lowest
    ]


# -- the rest -----------------------------------------------------------------------------------------------------


def contradictions_of(work: Work) -> tuple[r.Contradiction, ...]:
    """Answers of the case that cannot all be right."""
    found = []
    view = work.case.strict
    for each in work.case.contradictions:
        record = view.case if each.key == "case:case" else next(one for one in view.all() if one.key == each.key)
        # Where answers contradict each other about a derived sign, they are the two sides; the sign is no answer.
        paths = [] if each.sign in work.book.derived else [_field_path(record, each.sign.name)]
        for other in each.others:
            holder = view.case if other.about == "case" else record
            if other.about in ("case", record.about):
                paths.append(_field_path(holder, other.name))
            else:
                paths.append(LISTS.get(other.about, other.about) + "." + other.name)
        found.append(r.Contradiction(paths=tuple(dict.fromkeys(paths)), sign=str(each.sign), rule=each.rule))
    return tuple(found)


def _field_path(record: Record, name: str) -> str:
    if record.about == "case" and name.endswith("_complete"):
        return name.removesuffix("_complete") + ".complete"
    return path_of(record, name) if name in ITEMS[record.about] else name


def with_found(work: Work, result: r.Result) -> View:
    """The presumed pass with what the formulation found, as advice reads it."""
    chosen = focus_of(work.contest, work.ordered, overturned=False)
    return with_results(work.case.presumed, *_found(work, chosen, result.focus, result.gate, result.flags))


def _found(
    work: Work, chosen: focusing.Focus, focus: r.Focus, gate: r.Gate, flags: Sequence[r.Flag]
) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
    """What the formulation found, as signs that advice can read."""
    book = work.book
    by_flag: dict[str, int] = {}
    for flag in flags:
        by_flag[flag.id] = max(by_flag.get(flag.id, NO), YES if flag.certainty == "certain" else UNKNOWN)
    flag_members = book.vocabulary.of("case")["result.flags"].members  # type: ignore[union-attr]
    of_case: dict[str, Value] = {
        "result.status": frozenset({focus.status}),
        "result.focus": frozenset({focus.primary.area if focus.primary else "nothing"}),
        "result.second": frozenset({focus.secondary.area if focus.secondary else "nothing"}),
        "result.gate": frozenset({gate.value}),
        "result.flags": {flag: by_flag.get(flag, NO) for flag in flag_members},
        "result.settled": YES if focus.settled else NO,
    }
    for area in book.areas:
        standing = work.areas.get(area.code)
        of_case[f"result.standing.{area.code}"] = frozenset({WORDS[standing.lean] if standing else "not_supported"})
    leading = {record for i in chosen.leaders for record in work.contest.order[i].candidate.records}
    second = set(work.contest.order[chosen.second].candidate.records) if chosen.second is not None else set()
    of_records: dict[str, dict[str, Value]] = {}
    for about in SITUATIONS:
        for record in work.case.presumed.of(about):
            of_records[record.key] = {
                "result.in_focus": YES if record.id in leading | second else NO,
                "result.leads": YES if record.id in leading else NO,
            }
            if about == "conflict":
                staged = next((each for each in work.stagings if each.record.key == record.key), None)
                stage = staged.stage if staged is not None and staged.stage is not None else "not_staged"
                of_records[record.key]["result.stage"] = frozenset({stage})
    return of_case, of_records

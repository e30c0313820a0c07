"""What did the engine say, as a rater? Codes from the results that ``ipt-formulate run`` prints, by written rules.

Presence: the lean of an area's standing by the rule of presence. Focus: the area of the proposed focus; of a tie only
if all tied candidates are of one area, else undecided, as is a case with too little information. Stage: of the
situation that leads the disputes. Standing: the lean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ipt_formulate.cohort.agreement.codes import NO_DISPUTE, NO_FOCUS, UNDECIDED, PresenceRule
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.formulation.result import FORMAT, Area, Focus, Result
from ipt_formulate.reading import Fault

SUFFIXES: Final = (".json", ".ndjson", ".jsonl")


def read_results(path: Path, rule: PresenceRule) -> Coding:
    """Read results of the engine: one object, a list of them, or one a line.

    Raises
    ------
    CohortError
        With every line that is no result, and repeated or missing case ids.
    """
    cases: dict[str, dict[str, str]] = {}
    situations: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for where, told in _objects(path, faults):
        try:
            result = Result.model_validate(told)
        except ValidationError:
            faults.append(Fault("C119", f"{path}: {where}", "is no result of `ipt-formulate run`", None, FORMAT))
            continue
        if result.case in cases or not result.case:
            message = "is a case that stands here twice" if result.case else "has no case id"
            faults.append(
                Fault("C114", f"{path}: {where}", message, None, "one result a case, each with its own case_id")
            )
            continue
        cases[result.case] = coded(result, rule)
        situations[result.case] = _situations(result)
    if not cases and not faults:
        faults.append(Fault("C119", str(path), "holds no result"))
    if faults:
        raise CohortError(faults)
    return Coding(path.stem, cases, situations)


def coded(result: Result, rule: PresenceRule) -> dict[str, str]:
    """The codes of one result."""
    codes: dict[str, str] = {}
    for code, area in result.areas.items():
        if isinstance(area, Area):
            codes[f"standing_{code}"] = area.standing.lean
            if presence := rule.of_standing(area.standing.lean):
                codes[f"presence_{code}"] = presence
    codes["focus"] = _focus(result.focus)
    dispute = next((each for each in result.disputes if each.situation == _lead_dispute(result)), None)
    if dispute is not None and dispute.stage is not None:
        codes["stage"] = dispute.stage
    elif _lead_dispute(result) is None and isinstance(result.areas.get("role_dispute"), Area):
        codes["stage"] = NO_DISPUTE
    return codes


def _focus(focus: Focus) -> str:
    if focus.primary is not None:
        return focus.primary.area
    tied = {place.area for place in focus.tied}
    if len(tied) == 1:
        return tied.pop()
    return NO_FOCUS if focus.status in ("none", "not_applicable") else UNDECIDED


def _lead_dispute(result: Result) -> str | None:
    area = result.areas.get("role_dispute")
    return area.lead if isinstance(area, Area) else None


def _situations(result: Result) -> dict[str, str]:
    named = {"lead_dispute": _lead_dispute(result)}
    if result.focus.primary is not None:
        named["focus_situation"] = result.focus.primary.situation
    return {name: one for name, one in named.items() if one is not None}


def _objects(path: Path, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    """Every object of the file with its place."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CohortError([Fault("C110", str(path), "there is no such file")]) from None
    except OSError as error:
        raise CohortError([Fault("C110", str(path), f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise CohortError([Fault("C111", str(path), "is not UTF-8")]) from None
    if path.suffix.lower() == ".json":
        try:
            told = json.loads(text)
        except ValueError:
            raise CohortError([Fault("C119", str(path), "is not JSON, or is cut off")]) from None
        for number, one in enumerate(told if isinstance(told, list) else [told], start=1):
            yield f"result {number}", one
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except ValueError:
                faults.append(Fault("C119", f"{path}: line {number}", "is not JSON, or is cut off"))

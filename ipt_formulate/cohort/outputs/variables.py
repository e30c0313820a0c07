"""Which variables do the coded tables have, and what does each of them mean?

The one definition behind the tables, their codes, the labels in SPSS and Stata files and the codebook. A variable says
which column of the engine it is read from and how; the words of a choice stand in tables, their codes in files of
SPSS and Stata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ipt_formulate.engines.columns.engine import GATE_WORDS, LINES
from ipt_formulate.engines.columns.engine import WORDS as STANDINGS
from ipt_formulate.engines.columns.findings import EFFECTS
from ipt_formulate.engines.columns.focus import STATUSES
from ipt_formulate.engines.columns.stages import CONFIDENCES, STAGED, STAGES
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import ABOUTS

CASE: Final = "case"
NONE: Final = "none"
UNDECIDED: Final = "undecided"
UNDECIDED_CODE: Final = 90
"""Apart from the areas, whose number depends on the rulebook."""
CASES, CANDIDATES, DISPUTES, FINDINGS, REJECTS = "cases", "candidates", "disputes", "findings", "rejects"
TITLES: Final[Mapping[str, str]] = {
    CASES: "One row a case: focus, standing of every area, stage of the leading dispute, flags, receipt.",
    CANDIDATES: "One row for each situation that may be a candidate for an area.",
    DISPUTES: "One row for each dispute, and a second one where parents who have parted are staged for themselves.",
    FINDINGS: "One row for each rule that is not a no, the record it speaks about, and what it does there.",
    REJECTS: "One row for each row or case of the input that could not be used, and why.",
}
MOST_STATA: Final = 29
"""Stata takes 32 characters; pyreadstat calls a set of value labels by the variable and up to three digits."""

Kind = Literal["text", "choice", "count"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a choice: its code, its word, and what it says."""

    code: int
    word: str
    label: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of a coded table.

    Attributes
    ----------
    name
        The same in every format; Stata gets `stata`, which is shorter where it has to be.
    label
        A few words, at most 80 characters.
    reads
        The column of the engine; empty for what the receipt says.
    kind
        ``choice``: words, coded in SPSS and Stata. ``text``: an id or a name. ``count``: a whole number.
    values
        Of a choice, in their order.
    unknown
        How the unknown stands in it, and what an empty cell means.
    coded
        The engine gives the place in `values` rather than the word.
    """

    name: str
    label: str
    reads: str
    kind: Kind
    values: tuple[Value, ...] = ()
    unknown: str = "never empty"
    coded: bool = False

    @property
    def stata(self) -> str:
        """The name in Stata files."""
        if len(self.name) <= MOST_STATA:
            return self.name
        first, _, last = self.name.rpartition("_")
        return f"{first[: MOST_STATA - 4]}_{last[:3]}"

    @property
    def codes(self) -> dict[str, int]:
        """Code by word."""
        return {each.word: each.code for each in self.values}


def _choice(words: Iterable[str], labels: Mapping[str, Any] | None = None) -> tuple[Value, ...]:
    told = labels or {}
    return tuple(Value(code, word, str(told.get(word, word.replace("_", " ")))) for code, word in enumerate(words))


NO_YES: Final = _choice(("no", "yes"))
TRUTHS: Final = _choice(("no", "unknown", "yes"))


def variables_of(book: Rulebook) -> dict[str, tuple[Variable, ...]]:
    """The variables of every coded table under a rulebook; areas, flags and words come from it.

    The tables of a run may have fewer: where disputes are switched off there is no stage.
    """
    words = _Words(book)
    return {
        CASES: tuple(_cases(book, words)),
        CANDIDATES: tuple(_candidates(words)),
        DISPUTES: tuple(_disputes(words)),
        FINDINGS: tuple(_findings(words)),
        REJECTS: REJECTED,
    }


RECEIPT: Final = (
    Variable("library", "Version of ipt-formulate", "", "text"),
    Variable("rulebook", "Name of the rulebook", "", "text"),
    Variable("rulebook_version", "Version of the rulebook", "", "text"),
    Variable("rulebook_sha256", "Hash of what the rulebook means", "", "text"),
    Variable("profile", "Profile of the rulebook", "", "text"),
    Variable("settings_sha256", "Hash of the switches", "", "text"),
)
"""What made the row. The same in every row of a run, so that tables of several runs can be put together."""

REJECTED: Final = (
    Variable("source", "File or table of the input", "source", "text"),
    Variable("row", "Row of it, counted from 1 below the header", "row", "count", unknown="empty: not about one row"),
    Variable(CASE, "Id of the case, if the row has one", "case", "text", unknown="empty: the row names no case"),
    Variable("column", "Column of the input", "column", "text", unknown="empty: about the row as a whole"),
    Variable("code", "Kind of fault, for counting", "code", "text"),
    Variable("reason", "What is wrong with it; never the value", "reason", "text"),
)


class _Words:
    """The choices of the tables, with labels in the words of the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        told = book.words
        self.areas = {code: str(each.get("label", code)) for code, each in told["areas"].items()}
        self.flags = {flag: str(label) for flag, label in told["flags"].items()}
        self.levels = told["levels"]
        codes = tuple(area.code for area in book.areas)
        self.area = _choice(codes, self.areas)
        one_up = tuple(Value(each.code + 1, each.word, each.label) for each in self.area)
        self.area_or_none = (Value(0, NONE, "none"), *one_up)
        self.focus = (*self.area_or_none, Value(UNDECIDED_CODE, UNDECIDED, "a tie between areas, or too little known"))
        self.status = _choice(STATUSES, told["statuses"])
        self.standing = _choice(STANDINGS, told["standings"])
        self.gate = _choice(GATE_WORDS, told["gates"])
        self.stage = _choice((NONE, *STAGES[1:]), told["stages"])
        self.confidence = _choice((NONE, *CONFIDENCES[1:]), told["confidences"])
        self.line = _choice(LINES, told["lines"])
        self.certainty = _choice((NONE, "possible", "certain"), told["certainties"])
        variants = {each.variant for _, each in book.concluding(c.Stages) if isinstance(each, c.Stages)}
        self.variant = _choice((NONE, *sorted(word for word in variants if word)), told["variants"])
        self.strength = _choice((NONE, "weak", "moderate", "strong"), told["strengths"])
        self.effect = _choice(EFFECTS.values(), told["effects"])
        self.about = _choice(ABOUTS, told["situations"])


def _case_id() -> Variable:
    return Variable(CASE, "Id of the case", "name", "text")


def _cases(book: Rulebook, words: _Words) -> Iterator[Variable]:
    yield _case_id()
    yield Variable(
        "focus_status",
        "What became of the focus",
        "focus_status",
        "choice",
        words.status,
        "insufficient: too little is known to propose one",
    )
    yield Variable(
        "focus",
        "Area of the proposed focus",
        "focus_area",
        "choice",
        words.focus,
        "undecided: the areas are tied, or too little is known; none: there is none to find",
    )
    yield Variable(
        "focus_situation",
        "Id of the situation the focus is about",
        "focus_situation",
        "text",
        unknown="empty: no focus, or tied between situations",
    )
    yield Variable(
        "focus_settled",
        "No missing answer can change the focus",
        "focus_settled",
        "choice",
        NO_YES,
        "no: some missing answer could still change it",
        coded=True,
    )
    yield Variable(
        "tied",
        "How many candidates share the lead",
        "tied",
        "count",
        unknown="0: no tie; see `leads` in the table of candidates",
    )
    yield Variable(
        "second",
        "Area of a second focus",
        "second_area",
        "choice",
        words.area_or_none,
        "none: there is no second focus",
    )
    yield Variable(
        "second_situation",
        "Id of the situation of the second focus",
        "second_situation",
        "text",
        unknown="empty: there is no second focus",
    )
    for area in book.areas_on:
        name = words.areas.get(area.code, area.code)
        yield Variable(
            f"standing_{area.code}",
            f"{name}: standing on what was said (lean)",
            f"{area.code}_lean",
            "choice",
            words.standing,
            "open: nothing said speaks for it, but answers are missing",
        )
        yield Variable(
            f"{area.code}_worst",
            f"{name}: lowest standing the gaps allow",
            f"{area.code}_worst",
            "choice",
            words.standing,
            "lower than the best: missing answers decide",
        )
        yield Variable(
            f"{area.code}_best",
            f"{name}: highest standing the gaps allow",
            f"{area.code}_best",
            "choice",
            words.standing,
            "higher than the worst: missing answers decide",
        )
        yield Variable(
            f"{area.code}_settled",
            f"{name}: no missing answer can change the standing",
            f"{area.code}_settled",
            "choice",
            NO_YES,
            "no: some missing answer could",
            coded=True,
        )
    yield Variable(
        "gate",
        "May deficits be considered, for certain",
        "gate",
        "choice",
        words.gate,
        "unsettled: depends on missing answers",
    )
    yield Variable(
        "gate_lean",
        "May deficits be considered, on what was said",
        "gate_lean",
        "choice",
        words.gate,
        "unsettled: depends on missing answers",
    )
    yield Variable(
        "lead_dispute",
        "Id of the dispute that leads the disputes",
        "lead_dispute",
        "text",
        unknown="empty: no dispute is ranked",
    )
    yield Variable(
        "stage",
        "Stage of the leading dispute",
        "stage",
        "choice",
        words.stage,
        "undetermined: the signs disagree or are missing; none: no dispute is ranked or staged",
    )
    yield Variable(
        "stage_settled",
        "No missing answer can change the stage",
        "stage_settled",
        "choice",
        NO_YES,
        "no: some missing answer could, or nothing is staged",
        coded=True,
    )
    yield Variable(
        "stage_confidence",
        "How clear the stage is",
        "stage_confidence",
        "choice",
        words.confidence,
        "none: undetermined, or not staged",
    )
    yield from _flags(book, words)
    yield Variable("open_items", "How many answers that rules read are still open", "open_items", "count")
    yield Variable(
        "contradictions",
        "Answers of the case contradict each other",
        "contradictions",
        "choice",
        NO_YES,
        "what reads a contradicted answer is never settled",
        coded=True,
    )
    yield from RECEIPT


def _flags(book: Rulebook, words: _Words) -> Iterator[Variable]:
    raised = [each for _, each in book.concluding(c.Flags) if isinstance(each, c.Flags)]
    for flag, level in dict.fromkeys((each.flag, each.level) for each in raised):
        label = f"Flag ({words.levels.get(level, level)}): {words.flags.get(flag, flag)}"
        name = f"flag_{flag}_{level}"
        yield Variable(
            name,
            label[:80],
            name,
            "choice",
            words.certainty,
            "possible: what was said points to it, and not all was asked",
            coded=True,
        )


def _candidates(words: _Words) -> Iterator[Variable]:
    yield _case_id()
    yield Variable(
        "situation", "Id of the situation; a dot or a plus where rules made or joined it", "situation", "text"
    )
    yield Variable("area", "Problem area", "area", "choice", words.area)
    yield Variable(
        "standing",
        "Standing on what was said (lean)",
        "lean",
        "choice",
        words.standing,
        "open: nothing said speaks for it, but answers are missing",
    )
    yield Variable("worst", "Lowest standing the gaps allow", "worst", "choice", words.standing)
    yield Variable("best", "Highest standing the gaps allow", "best", "choice", words.standing)
    yield Variable(
        "exists",
        "Is this pair of situation and area there, for certain",
        "exists",
        "choice",
        TRUTHS,
        "unknown: a rule makes it or routes it, and depends on missing answers",
    )
    yield Variable(
        "exists_shown",
        "Is it there, on what was said",
        "exists_shown",
        "choice",
        TRUTHS,
        "unknown: a rule makes it or routes it, and depends on missing answers",
    )
    yield Variable("rank", "Place in the shown order; equal places are tied", "rank", "count", unknown="0: not ranked")
    yield Variable("leads", "Stands at the top of the shown order", "leads", "choice", NO_YES, coded=True)


def _disputes(words: _Words) -> Iterator[Variable]:
    yield _case_id()
    yield Variable("situation", "Id of the conflict", "situation", "text")
    yield Variable("line", "Staged as a couple, or as parents", "line", "choice", words.line)
    yield Variable(
        "stage",
        "Stage",
        "stage",
        "choice",
        words.stage,
        "undetermined: the signs disagree or are missing; none: not staged",
    )
    for stage in STAGED:
        yield Variable(
            f"shows_{stage}", f"The deciding signs speak for {stage}", f"shows_{stage}", "choice", NO_YES, coded=True
        )
    yield Variable("settled", "No missing answer can change the stage", "settled", "choice", NO_YES, coded=True)
    yield Variable(
        "confidence",
        "How clear the stage is",
        "confidence",
        "choice",
        words.confidence,
        "none: undetermined, or not staged",
    )
    yield Variable("variant", "In which way", "variant", "choice", words.variant, "none: in no special way")


def _findings(words: _Words) -> Iterator[Variable]:
    yield _case_id()
    yield Variable("rule", "Id of the rule", "rule", "text")
    yield Variable("about", "Kind of record it speaks about", "about", "choice", words.about)
    yield Variable("situation", "Id of that record", "situation", "text", unknown="empty: about the case as a whole")
    yield Variable("effect", "What the rule does", "effect", "choice", words.effect)
    yield Variable(
        "area", "Problem area it speaks about", "area", "choice", words.area_or_none, "none: it is about no single area"
    )
    yield Variable(
        "strength", "How strong the evidence is", "strength", "choice", words.strength, "none: the rule does not weigh"
    )
    yield Variable(
        "aspect", "Aspect of the evidence; of a flag its name", "aspect", "text", unknown="empty: it has none"
    )
    yield Variable("at", "Standing, stage, place or level it is about", "at", "text", unknown="empty: it has none")
    yield Variable(
        "verdict", "Does the rule hold, for certain", "truth", "choice", TRUTHS, "unknown: depends on missing answers"
    )
    yield Variable(
        "verdict_shown", "Does it hold, on what was said", "leans", "choice", TRUTHS,
        "unknown: depends on missing answers",
    )  # fmt: skip

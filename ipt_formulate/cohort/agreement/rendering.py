"""How is a report of agreement told: for the terminal, as Markdown, and as JSON (`ipt-formulate.agreement/1`)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from ipt_formulate.cohort.agreement.grras import grras
from ipt_formulate.cohort.agreement.published import PUBLISHED, READING
from ipt_formulate.cohort.agreement.table import OTHERWISE, Agreement, Compared, Disagreement, Estimate, ItemAgreement
from ipt_formulate.formulation.result import NOTICE

FORMAT: Final = "ipt-formulate.agreement/1"
NAMES: Final = {
    "percent": "agreement", "cohen": "Cohen's kappa", "cohen_linear": "kappa, linear weights", "light": "Light's kappa",
    "fleiss": "Fleiss' kappa", "alpha": "Krippendorff's alpha", "alpha_ordinal": "alpha, ordinal",
    "ac1": "Gwet's AC1", "pabak": "PABAK", "full_agreement": "all the same", "difference": "engine less people",
}  # fmt: skip


def as_json(report: Agreement) -> str:
    """One object with everything, estimates as numbers or null with the reason."""
    told = {
        "format": FORMAT,
        **asdict(report),
        "published": [asdict(each) for each in PUBLISHED],
        "published_reading": READING,
        "grras": [asdict(each) for each in grras(report)],
        "notice": NOTICE,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_text(report: Agreement) -> str:
    """For the terminal: one block an item, then the disagreements."""
    return "\n".join(_text(report)) + "\n"


def as_markdown(report: Agreement) -> str:
    """With every cross table and the points of GRRAS; ids and codes are escaped."""
    return "\n".join(_markdown(report)) + "\n"


def number(value: float | None) -> str:
    """Two digits, as kappas are published."""
    return "-" if value is None else f"{value:.2f}"


def number_of_cases(number: int) -> str:
    """So many cases, in words."""
    return f"{number} case" if number == 1 else f"{number} cases"


def figures(one: Estimate) -> str:
    """A coefficient with its interval, or why there is none."""
    if one.value is None:
        return str(one.why)
    span = "" if one.low is None else f" [{number(one.low)}, {number(one.high)}]"
    return f"{number(one.value)}{span}"


def _headline(report: Agreement) -> str:
    told = report.settings
    return (
        f"{number_of_cases(report.counts['compared'])}; engine {report.engine}; coders "
        f"{', '.join(report.coders)}; present from {told['present_from']}, open counts as {told['open_counts_as']}; "
        f"{told['level']} intervals from {told['drawings']} drawings of cases, seed {told['seed']}"
    )


def _partners(report: Agreement) -> Iterator[str]:
    """How many cases of each rater are compared, and how many nobody else rated."""
    for rater in (report.engine, *report.coders):
        rated, alone = report.counts[rater], report.counts[f"{rater}, without partner"]
        yield f"{rater}: {number_of_cases(rated)} rated, {rated - alone} compared, {alone} without partner"


def _groups(item: ItemAgreement) -> Iterator[tuple[str, Compared]]:
    if item.coders is not None:
        yield "engine and coders", item.everybody
        if len(item.coders.raters) > 2:  # two are a pair, which is told below
            yield "coders alone", item.coders
    for pair in item.pairs:
        yield " and ".join(pair.raters), pair


def _beside(item: ItemAgreement) -> Iterator[str]:
    for study in PUBLISHED:
        if item.item in study.kappas:
            kappa = number(study.kappas[item.item])
            yield f"people elsewhere: kappa {kappa} ({study.raters} raters, {study.tapes_note}; {study.key})"


def _text(report: Agreement) -> Iterator[str]:
    yield _headline(report)
    yield from _partners(report)
    for rater, columns in report.ignored.items():
        yield f"not read in {rater}: {', '.join(columns)}"
    for item in report.items:
        yield ""
        yield item.item
        for name, compared in _groups(item):
            yield f"  {name}, {number_of_cases(compared.cases)}"
            notes = []
            for one in (*compared.estimates, compared.full_agreement):
                yield f"    {NAMES[one.statistic]:<22} {figures(one)}"
                if one.value is not None and one.why is not None and one.why not in notes:
                    notes.append(one.why)
            yield from (f"    ({note})" for note in notes)
            if compared.confusion is not None:
                yield from _cross_table(item, compared)
        if item.difference is not None:
            yield f"  {NAMES['difference']}, mean Cohen's kappa: {figures(item.difference)}"
        yield from (f"  {line}" for line in _beside(item))
    yield ""
    yield f"Disagreements of the engine with a coder: {len(report.disagreements)}"
    yield from _looked(report)
    for each in report.disagreements:
        yield f"  {each.case}: {each.item}: engine {each.engine}, {each.coder} {each.said}"
        if each.explanation:
            yield from (f"      {line}" for line in each.explanation.splitlines())
        yield from (f"      {line}" for line in _separated(each))
    yield ""
    yield READING
    yield NOTICE


def _markdown(report: Agreement) -> Iterator[str]:
    yield "# Agreement of the engine with human coders"
    yield ""
    yield escaped(_headline(report)) + "."
    yield ""
    yield from (f"- {escaped(line)}" for line in _partners(report))
    for item in report.items:
        yield ""
        yield f"## {escaped(item.item)}"
        yield ""
        yield from _row("raters", "cases", "coefficient", "value [95% interval]")
        yield from _row(*["---"] * 4)
        for name, compared in _groups(item):
            for one in (*compared.estimates, compared.full_agreement):
                yield from _row(name, str(one.cases), NAMES[one.statistic], figures(one))
        if item.difference is not None:
            cases = str(item.difference.cases)
            yield from _row("engine less people", cases, "mean Cohen's kappa", figures(item.difference))
        yield ""
        yield from (f"- {escaped(line)}" for line in _beside(item))
        for pair in item.pairs:
            yield from _confusion(item, pair)
    yield ""
    yield "## Disagreements"
    yield ""
    for line in _looked(report):
        yield f"{escaped(line)}."
        yield ""
    yield from _row("case", "item", "engine", "coder", "said")
    yield from _row(*["---"] * 5)
    for each in report.disagreements:
        yield from _row(each.case, each.item, each.engine, each.coder, each.said)
    for each in report.disagreements:
        if each.explanation or each.why_not:
            yield ""
            yield f"**{escaped(each.case)}, {escaped(each.item)}: {escaped(each.engine)}, not {escaped(each.said)}**"
            yield ""
            yield from (f"    {line}" for line in (each.explanation or "").splitlines())
            yield from (f"    {line}" for line in _separated(each))
    yield ""
    yield "## GRRAS"
    yield ""
    yield from _row("", "section", "what to report", "told")
    yield from _row(*["---"] * 4)
    for point in grras(report):
        yield from _row(str(point.number), point.section, point.asks, point.told)
    yield ""
    yield f"{READING} {NOTICE}"


def _looked(report: Agreement) -> Iterator[str]:
    """By which rules the disagreements were explained, and how far, where that is not to the end."""
    looked = report.looked
    if looked is None:
        return
    folder = f", from {looked.rulebook_folder}" if looked.rulebook_folder is not None else ""
    rules = f"rulebook {looked.rulebook}{folder} (SHA-256 {looked.rulebook_sha256})"
    yield f"explained by {rules}, profile {looked.profile}"
    if looked.unusable:
        yield f"{number_of_cases(looked.unusable)} of the intakes could not be used"
    if looked.opened:
        listed = ", ".join(looked.opened)
        yield f"rows of no known case could not be read, so for no case is complete: {listed}"
    if looked.stopped is not None:
        why = (
            "interrupted"
            if looked.stopped == "interrupted"
            else f"not looked for any further after {looked.seconds:g} s"
        )
        yield f"{why}; {looked.looked_at} of {looked.of} disagreements were looked at"


def _separated(each: Disagreement) -> Iterator[str]:
    if each.why_not:
        yield f"not explained: {each.why_not}"
    yield from (f"would agree with these answers: {line}" for line in each.separated_by)
    yield from (f"would agree with these rules: {line}" for line in each.separated_by_rules)
    if each.explanation not in (None, OTHERWISE) and not each.separated_by and not each.separated_by_rules:
        yield "nothing was found with which it would agree, as far as other answers or verdicts could be looked for"


def _confusion(item: ItemAgreement, pair: Compared) -> Iterator[str]:
    assert pair.confusion is not None
    down, across = pair.raters
    yield ""
    yield from _row(f"{down} down, {across} across", *item.labels)
    yield from _row(*["---"] * (len(item.labels) + 1))
    for label, row in zip(item.labels, pair.confusion, strict=True):
        yield from _row(label, *[str(cell) for cell in row])


def _cross_table(item: ItemAgreement, pair: Compared) -> Iterator[str]:
    assert pair.confusion is not None
    down, across = pair.raters
    first = max(map(len, item.labels))
    yield f"    {down} down, {across} across"
    yield "    " + " ".join([" " * first, *item.labels])
    for label, row in zip(item.labels, pair.confusion, strict=True):
        yield "    " + " ".join(
            [label.ljust(first), *(str(n).rjust(len(to)) for n, to in zip(row, item.labels, strict=True))]
        )


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cell if cell == "---" else escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Text of others that Markdown must not take for its own."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


FORMATS: Final = {"text": as_text, "json": as_json, "md": as_markdown}

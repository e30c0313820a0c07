"""How does agreement look? Coefficients with their intervals beside the published ones, and a cross table a pair."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.agreement.published import PUBLISHED
from ipt_formulate.cohort.agreement.rendering import NAMES
from ipt_formulate.cohort.agreement.table import Agreement, ItemAgreement
from ipt_formulate.cohort.writing import whole_files

FORMATS: Final = ("png", "svg")
_KAPPAS: Final = ("cohen", "fleiss", "alpha", "alpha_ordinal", "ac1", "pabak")


class PlotsMissing(Exception):
    """The packages that draw are not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"plots need {name}; it comes with: pip install 'ipt-formulate[plots]'")


def write_plots(report: Agreement, folder: Path) -> tuple[str, ...]:
    """Draw ``agreement`` and one ``confusion-<item>`` for each item, as PNG and SVG; give back the names.

    Raises
    ------
    PlotsMissing
        If the extra `plots` is not installed.
    CohortError
        If the folder cannot be written; nothing is left half-written.
    """
    for name in ("altair", "vl_convert"):
        if find_spec(name) is None:
            raise PlotsMissing(name)
    import altair as alt

    charts = {"agreement": _forest(alt, report)}
    charts |= {f"confusion-{item.item}": _cross(alt, item) for item in report.items}
    names = []
    with whole_files(folder) as made:
        for name, chart in charts.items():
            for form in FORMATS:
                chart.save(made / f"{name}.{form}", format=form)
                names.append(f"{name}.{form}")
    return tuple(names)


def _forest(alt: Any, report: Agreement) -> Any:
    """One panel an item: a dot and a line for each coefficient, and a dot for each published kappa."""
    panels = []
    dots = {item.item: list(_dots(item)) for item in report.items}
    lowest = min([-0.2, *(row["low"] or row["value"] for rows in dots.values() for row in rows)])
    scale = alt.Scale(domain=[lowest, 1])
    across = alt.X("value:Q", title="agreement beyond chance", scale=scale)
    for item in report.items:
        rows = dots[item.item]
        base = alt.Chart(alt.Data(values=rows), title=item.item).encode(
            y=alt.Y("coefficient:N", title=None, sort=list(dict.fromkeys(row["coefficient"] for row in rows))),
            color=alt.Color("who:N", title=None, legend=alt.Legend(orient="bottom", columns=1, labelLimit=300)),
            yOffset=alt.YOffset("who:N"),
        )
        marks = base.mark_point(filled=True, size=45, opacity=1).encode(x=across)
        spans = base.mark_rule().encode(x=alt.X("low:Q", title="agreement beyond chance", scale=scale), x2="high:Q")
        panels.append((spans + marks).properties(width=280))
    return alt.concat(*panels, columns=2).resolve_scale(color="shared")


def _dots(item: ItemAgreement) -> Iterator[dict[str, Any]]:
    for who, group in (("engine and coders", item.everybody), ("coders alone", item.coders)):
        for one in group.estimates if group is not None else ():
            if one.statistic in _KAPPAS and one.value is not None:
                name = "kappa" if one.statistic in ("cohen", "fleiss") else NAMES[one.statistic]
                yield {"coefficient": name, "who": who, "value": one.value, "low": one.low, "high": one.high}
    for study in PUBLISHED:
        if item.item in study.kappas:
            who = f"{study.key}: {study.raters} people, {study.tapes_note}"
            yield {"coefficient": "kappa", "who": who, "value": study.kappas[item.item], "low": None, "high": None}


def _cross(alt: Any, item: ItemAgreement) -> Any:
    labels = list(item.labels)
    charts = []
    for pair in item.pairs:
        assert pair.confusion is not None
        down, across = pair.raters
        rows = [
            {"down": mine, "across": its, "cases": cell}
            for mine, row in zip(labels, pair.confusion, strict=True)
            for its, cell in zip(labels, row, strict=True)
        ]
        base = alt.Chart(alt.Data(values=rows), title=f"{item.item}, {pair.cases} cases").encode(
            x=alt.X("across:N", sort=labels, title=across), y=alt.Y("down:N", sort=labels, title=down)
        )
        shade = base.mark_rect().encode(color=alt.Color("cases:Q", scale=alt.Scale(scheme="blues"), legend=None))
        half = max(max(row) for row in pair.confusion) / 2
        ink = alt.condition(f"datum.cases > {half}", alt.value("white"), alt.value("black"))
        charts.append((shade + base.mark_text().encode(text="cases:Q", color=ink)).properties(width=220, height=220))
    return alt.hconcat(*charts)

"""What does every variable mean, on paper? The codebook as rows, CSV and Markdown, from the one definition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.cohort.outputs.variables import TITLES, Variable
from ipt_formulate.cohort.spreadsheets import harmless

KINDS: Mapping[str, str] = {"text": "text", "choice": "one of the values", "count": "whole number"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable in the codebook. `values`: ``code = word (label)``, one after the other."""

    table: str
    variable: str
    label: str
    kind: str
    values: str
    unknown: str
    name_in_stata: str


def entries(variables: Mapping[str, Sequence[Variable]]) -> Iterator[Entry]:
    """Every variable of every table, in their order."""
    for table, several in variables.items():
        for each in several:
            values = "; ".join(_value(value.code, value.word, value.label) for value in each.values)
            yield Entry(table, each.name, each.label, KINDS[each.kind], values, each.unknown, each.stata)


def _value(code: int, word: str, label: str) -> str:
    return f"{code} = {word}" if label in (word, word.replace("_", " ")) else f"{code} = {word} ({label})"


def to_csv(variables: Mapping[str, Sequence[Variable]]) -> str:
    """The codebook as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [each.name for each in fields(Entry)]
    writer.writerow(names)
    writer.writerows([harmless(getattr(entry, name)) for name in names] for entry in entries(variables))
    return out.getvalue()


def to_markdown(variables: Mapping[str, Sequence[Variable]], receipt: TableReceipt) -> str:
    """The codebook as Markdown: how to read it, then one list a table."""
    parts = [
        "# Codebook\n",
        f"ipt-formulate {receipt.library}, rulebook {receipt.rulebook} {receipt.rulebook_version}, profile "
        f"{receipt.profile}, sha256 `{receipt.rulebook_sha256}`.\n",
        f"{receipt.notice}\n",
        "Tables hold words; SPSS and Stata files hold the codes with these words as value labels. **Unknown is never "
        '"no"**: what was said gives the lean (`standing_...`), what is missing gives the range from `..._worst` to '
        "`..._best`, and `..._settled` is yes only where no missing answer can change it. In CSV an id that begins "
        "with `=`, `+`, `-`, `@`, a tab or a return has an apostrophe in front, so that no spreadsheet takes it for a "
        "formula.\n",
    ]
    for table, several in variables.items():
        parts.append(f"## {table}\n\n{TITLES[table]}\n")
        for entry in entries({table: several}):
            short = f"; `{entry.name_in_stata}` in Stata" if entry.name_in_stata != entry.variable else ""
            parts.append(f"**`{entry.variable}`** {entry.label} ({entry.kind}{short})")
            if entry.values:
                parts.append(f"  - values: {entry.values}")
            parts.append(f"  - unknown: {entry.unknown}\n")
    return "\n".join(parts)

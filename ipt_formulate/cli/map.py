"""`ipt-formulate map`: from the columns and codes of a study to the fields of an intake."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.faults import FINDINGS, WELL, guarded

if TYPE_CHECKING:
    from ipt_formulate.cohort.mapping.checking import Misfit

_encoding = click.option(
    "--encoding", metavar="NAME", help="Of data in CSV and TSV that are not UTF-8, such as cp1252."
)


@click.group(name="map")
def map_() -> None:
    """Write and check the mapping from a study's data to intakes.

    \b
    Examples:
      ipt-formulate map init study.sav -o mapping.yaml    a draft to go on with
      ipt-formulate map check mapping.yaml study.sav      what does not fit yet
      ipt-formulate map redcap -o study                   a new study in REDCap

    The mapping file is described in docs/mapping.md.
    """


def _needs_tables() -> None:
    try:
        import duckdb  # noqa: F401
        import polars  # noqa: F401
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"{error.name} is not installed; it comes with: pip install 'ipt-formulate[tables]'"
        ) from error


@map_.command()
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Not to stdout.")
@click.option("--dictionary", type=click.Path(path_type=Path), metavar="FILE",
              help="The data dictionary of a REDCap project (CSV in UTF-8), for its forms and labels.")  # fmt: skip
@_encoding
@guarded
def init(data: Path, output: Path | None, dictionary: Path | None, encoding: str | None) -> None:
    """Draft a mapping for DATA: a file, a workbook, or a folder of tables.

    A column with the name of a field is mapped; what is merely alike, and what
    could not be placed, is put in comments. Where the label of a code, or the
    cell itself, is a word of ours (but for capitals and blanks), it becomes that
    word; the other codes are listed in comments with their labels, to be told.
    Labelled numbers and days that are no answer stay what they are until then.

    \b
    Examples:
      ipt-formulate map init study.sav -o mapping.yaml
      ipt-formulate map init tables/ > mapping.yaml
      ipt-formulate map init answers.csv --encoding cp1252 -o mapping.yaml
      ipt-formulate map init export.csv --dictionary project.csv -o mapping.yaml
    """
    _needs_tables()
    _is_new(output)
    from ipt_formulate.cohort.mapping.drafting import draft
    from ipt_formulate.cohort.sources.opening import read
    from ipt_formulate.cohort.sources.redcap import Dictionary, read_dictionary
    from ipt_formulate.cohort.sources.spool import Spool

    spool = Spool()
    try:
        project = read_dictionary(dictionary) if dictionary is not None else Dictionary({}, frozenset())
        found = read(data, spool, encoding, mapped=True)
        named = {name: replace(raw, labels={**raw.labels, **project.labels}) for name, raw in found.items()}
        text = draft(named, spool, project.forms)
    finally:
        spool.close()
    _write(text, output)


@map_.command()
@click.argument("mapping", type=click.Path(path_type=Path), metavar="MAPPING")
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
@click.option("--rules", "folder", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own.")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="The profile of the rulebook.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True,
    help="text for people, json for programs, md for a report.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Name every column and every rule, however many.")
@_encoding
@guarded
def check(
    mapping: Path, data: Path, folder: str | None, profile: str, form: str, everything: bool, encoding: str | None
) -> None:
    """Compare a mapping with the data and with the rules.

    To mend (exit code 1): columns that are neither read nor ignored, values
    that the mapping does not know (with counts, never with cases), rows that
    cannot be read. A faulty mapping, or one that names a column that is not
    there, ends with 3.

    For information (exit code 0): columns that fill several answers, ignored
    ones that are not there, and rules that can never fire because the study does
    not ask what they need, by the answer that most of them need.

    \b
    Examples:
      ipt-formulate map check mapping.yaml study.sav
      ipt-formulate map check mapping.yaml tables/ --format md > fit.md
      ipt-formulate map check mapping.yaml answers.csv --format json
    """
    _needs_tables()
    from ipt_formulate.analysis.never_firing import never_firing
    from ipt_formulate.cohort.mapping import mapping_from_file
    from ipt_formulate.cohort.mapping.checking import Misfit, answers_there, misfits
    from ipt_formulate.rulebook import Rulebook

    study = mapping_from_file(mapping)
    found = misfits(study, data, encoding)
    book = Rulebook.load(folder, profile=profile)
    for each in never_firing(book, answers_there(study)):
        absent = ", ".join(each.absent[:MOST_ABSENT]) + (", ..." if len(each.absent) > MOST_ABSENT else "")
        reason = f"can never fire without {absent}" if absent else "can never fire"
        found.append(Misfit("never_fires", each.rule, reason, names=each.absent))
    for line in FORMATS[form](found, everything):
        click.echo(line)
    sys.exit(FINDINGS if any(each.to_mend for each in found) else WELL)


@map_.command()
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Where to write dictionary.csv and mapping.yaml.",
)
@guarded
def redcap(folder: Path) -> None:
    """Write a REDCap data dictionary of all questions, and the mapping of its export.

    Upload dictionary.csv to a new project (Designer, Data Dictionary). Make
    losses, conflicts, changes, people and decisions repeating instruments, and
    set the missing data codes that docs/mapping.md names. The export, raw or of
    labels, is then read with mapping.yaml.

    \b
    Examples:
      ipt-formulate map redcap -o study
      ipt-formulate map check study/mapping.yaml export.csv
      ipt-formulate table export.csv --mapping study/mapping.yaml -o coded
    """
    _is_new(folder / "dictionary.csv")
    _is_new(folder / "mapping.yaml")
    from ipt_formulate.cohort.mapping.dictionary import dictionary_text, export_mapping
    from ipt_formulate.cohort.mapping.text import mapping_text
    from ipt_formulate.cohort.writing import whole_files

    with whole_files(folder) as made:
        (made / "dictionary.csv").write_text(dictionary_text(), encoding="utf-8", newline="")
        (made / "mapping.yaml").write_text(mapping_text(export_mapping()), encoding="utf-8")
    click.echo(f"{folder}: dictionary.csv, mapping.yaml")


@map_.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of a mapping file, for editors.

    \b
    Example:
      ipt-formulate map schema > mapping.schema.json
    """
    from ipt_formulate.cohort.mapping.schema import schema_text

    click.echo(schema_text(), nl=False)


def _is_new(output: Path | None) -> None:
    """What somebody went on with by hand is not overwritten."""
    if output is not None and output.exists():
        raise click.UsageError(f"{output} is there already, and may have been edited; give another name, or remove it")


def _write(text: str, output: Path | None) -> None:
    from ipt_formulate.cohort.writing import whole_file

    if output is None:
        click.echo(text, nl=False)
        return
    with whole_file(output) as made:
        made.write_text(text, encoding="utf-8")


# -- how misfits are told ------------------------------------------------------------------------------------------

MOST_ABSENT = 4
"""Absent answers of one rule that are named in text."""
MOST_NAMED = 8
"""Columns of one table, and answers that rules lack, that are named unless all are asked for."""
HEADINGS = {
    "unmapped_column": "Columns that are neither read nor ignored",
    "unknown_code": "Values that the mapping does not know",
    "broken_line": "Rows that cannot be read",
    "read_twice": "Columns that fill several answers",
    "ignored_and_absent": "Ignored columns that the data do not have",
    "never_fires": "Rules that can never fire",
}
"""In the order in which they are told; what is to be mended comes first."""


def _told(misfit: Misfit) -> str:
    counts = ", ".join(
        f"{code!r} {'once' if count == 1 else f'{count} times'}" for code, count in (misfit.counts or {}).items()
    )
    near = f"; did you mean {misfit.nearest!r}?" if misfit.nearest else ""
    return f"{misfit.where}: {misfit.message}{near}{f': {counts}' if counts else ''}"


def _grouped(kind: str, those: Sequence[Misfit]) -> Iterator[str]:
    """Columns by table, and rules by the answers that they lack; the others as they are."""
    if kind == "never_fires":
        lacking = Counter(name for each in those for name in each.names)
        most = lacking.most_common(MOST_NAMED)
        for name, rules in most:
            yield f"without {name}: {_rules(rules)}"
        if others := len(lacking) - len(most):
            told = "1 other answer is" if others == 1 else f"{others} other answers are each"
            yield f"{told} needed by at most {_rules(most[-1][1])}"
        if any(not each.names for each in those):
            yield f"without what other rules would conclude: {_rules(sum(not each.names for each in those))}"
        return
    by_table: dict[str, list[str]] = {}
    for each in those:
        if each.names:
            place = each.where.removesuffix(each.names[0]).removesuffix(": ")
            by_table.setdefault(place, []).append(_near(each))
        else:
            yield _told(each)
    for place, names in by_table.items():
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"{f'{place}: ' if place else ''}{', '.join(names[:MOST_NAMED])}{more}"


def _rules(count: int) -> str:
    return f"{count} rule" if count == 1 else f"{count} rules"


def _near(misfit: Misfit) -> str:
    return misfit.names[0] + (f" (did you mean {misfit.nearest!r}?)" if misfit.nearest else "")


def _sections(found: Sequence[Misfit], everything: bool) -> Iterator[tuple[str, list[str]]]:
    """Heading and lines of each kind that there is."""
    for kind, heading in HEADINGS.items():
        those = [each for each in found if each.kind == kind]
        if those:
            yield f"{heading} ({len(those)})", [*(map(_told, those) if everything else _grouped(kind, those))]


def _parts(found: Sequence[Misfit]) -> Iterator[tuple[str, list[Misfit]]]:
    """What is to be mended, and what may well be meant."""
    to_mend = [each for each in found if each.to_mend]
    rest = [each for each in found if not each.to_mend]
    yield f"To mend: {len(to_mend) or 'nothing'}", to_mend
    if rest:
        yield f"For information: {len(rest)}", rest


def _text(found: Sequence[Misfit], everything: bool) -> Iterator[str]:
    for title, those in _parts(found):
        yield title
        for heading, lines in _sections(those, everything):
            yield f"  {heading}"
            yield from (f"    {line}" for line in lines)
    if found and not everything:
        yield "--all names every column and every rule."


def _markdown(found: Sequence[Misfit], everything: bool) -> Iterator[str]:
    yield "# Does the mapping fit the data?\n"
    for title, those in _parts(found):
        yield f"## {title}\n"
        for heading, lines in _sections(those, everything):
            yield f"### {heading}\n"
            yield from (f"- {_escaped(line)}" for line in lines)
            yield ""


def _escaped(text: str) -> str:
    """Codes and names of a study as Markdown shows them, and never as markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return "".join(f"\\{each}" if each in "\\`*[]|#" else each for each in escaped)


def _json(found: Sequence[Misfit], _: bool) -> Iterator[str]:
    told: dict[str, list[dict[str, Any]]] = {"findings": [], "information": []}
    for each in found:
        told["findings" if each.to_mend else "information"].append(
            {
                "kind": each.kind,
                "where": each.where,
                "message": each.message,
                "counts": each.counts,
                "nearest": each.nearest,
                "names": each.names,
            }
        )
    yield json.dumps(told, indent=2, ensure_ascii=False)


FORMATS: dict[str, Callable[[Sequence[Misfit], bool], Iterator[str]]] = {"text": _text, "json": _json, "md": _markdown}

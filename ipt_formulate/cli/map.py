"""`ipt-formulate map`: from the columns and codes of a study to the fields of an intake."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.faults import FINDINGS, WELL, guarded

if TYPE_CHECKING:
    from ipt_formulate.cohort.mapping.checking import Misfit

_encoding = click.option("--encoding", metavar="NAME", help="Of CSV and TSV that are not UTF-8, such as cp1252.")


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
@_encoding
@guarded
def init(data: Path, output: Path | None, encoding: str | None) -> None:
    """Draft a mapping for DATA: a file, a workbook, or a folder of tables.

    A column with the name of a field is mapped; what is merely alike, and what
    could not be placed, is put in comments. Value labels become words.

    \b
    Examples:
      ipt-formulate map init study.sav -o mapping.yaml
      ipt-formulate map init tables/ > mapping.yaml
      ipt-formulate map init answers.csv --encoding cp1252 -o mapping.yaml
    """
    _needs_tables()
    _is_new(output)
    from ipt_formulate.cohort.mapping.drafting import draft
    from ipt_formulate.cohort.sources.opening import read
    from ipt_formulate.cohort.sources.spool import Spool

    spool = Spool()
    try:
        text = draft(read(data, spool, encoding, mapped=True))
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
@_encoding
@guarded
def check(mapping: Path, data: Path, folder: str | None, profile: str, form: str, encoding: str | None) -> None:
    """Compare a mapping with the data and with the rules.

    Says which columns are neither read nor ignored, which codes the mapping does
    not know (with counts, never with cases), which column fills several answers,
    and which rules can never fire because their answers are not in the study.
    Exit code 1 if there is anything to say, 3 if the mapping is faulty or names
    a column that is not there.

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
        found.append(Misfit("never_fires", each.rule, reason))
    for line in FORMATS[form](found):
        click.echo(line)
    sys.exit(FINDINGS if found else WELL)


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
HEADINGS = {
    "unmapped_column": "Columns that are not read",
    "unknown_code": "Values that the mapping does not know",
    "read_twice": "Columns that fill several answers",
    "broken_line": "Rows that cannot be read",
    "never_fires": "Rules that can never fire",
}


def _counted(misfit: Misfit) -> str:
    counts = ", ".join(f"{code!r} {count} times" for code, count in (misfit.counts or {}).items())
    near = f"; did you mean {misfit.nearest!r}?" if misfit.nearest else ""
    return f"{misfit.where}: {misfit.message}{near}{f': {counts}' if counts else ''}"


def _text(found: Sequence[Misfit]) -> Iterator[str]:
    for kind, heading in HEADINGS.items():
        those = [each for each in found if each.kind == kind]
        if those:
            yield f"{heading} ({len(those)})"
            yield from (f"  {_counted(each)}" for each in those)
    yield f"{len(found)} findings"


def _markdown(found: Sequence[Misfit]) -> Iterator[str]:
    yield "# Does the mapping fit the data?\n"
    for kind, heading in HEADINGS.items():
        those = [each for each in found if each.kind == kind]
        if those:
            yield f"## {heading}: {len(those)}\n"
            yield from (f"- {_escaped(_counted(each))}" for each in those)
            yield ""
    if not found:
        yield "Nothing was found.\n"


def _escaped(text: str) -> str:
    """Codes and names of a study as Markdown shows them, and never as markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return "".join(f"\\{each}" if each in "\\`*[]|#" else each for each in escaped)


def _json(found: Sequence[Misfit]) -> Iterator[str]:
    told: list[dict[str, Any]] = [
        {
            "kind": each.kind,
            "where": each.where,
            "message": each.message,
            "counts": each.counts,
            "nearest": each.nearest,
        }
        for each in found
    ]
    yield json.dumps({"findings": told}, indent=2, ensure_ascii=False)


FORMATS: dict[str, Callable[[Sequence[Misfit]], Iterator[str]]] = {"text": _text, "json": _json, "md": _markdown}

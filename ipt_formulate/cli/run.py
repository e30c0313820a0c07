"""`ipt-formulate run`: one or several cases to text, JSON or Markdown.

Every intake is read before anything is computed or printed: one bad file means exit code 3 and no output.
"""

from __future__ import annotations

import json
from typing import Any

import click

from ipt_formulate.cli.faults import guarded

FORMATS = ("text", "json", "ndjson", "md")


@click.command(epilog="An intake is a YAML or JSON file; `ipt-formulate template` writes a blank one.")
@click.argument("cases", nargs=-1, required=True, type=click.Path(), metavar="CASE...")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print."
)
@click.option("--profile", default="classic", show_default=True, metavar="P", help="Profile of the rulebook.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "durable", "reference"]),
    default="auto",
    show_default=True,
    help="auto: durable checked against the reference engine where it can run.",
)
@click.option("--rules", "folder", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own.")
@click.option("--why", is_flag=True, help="Text only: also what spoke for and against each area.")
@click.option("--show-values", is_flag=True, help="Let messages about faults repeat the faulty answer.")
@guarded
def run(
    cases: tuple[str, ...],
    format_: str,
    profile: str,
    engine: Any,
    folder: str | None,
    why: bool,
    show_values: bool,
) -> None:
    """Formulate one or several cases.

    \b
    Examples:
      ipt-formulate run case.yaml
      ipt-formulate run case.yaml --why
      ipt-formulate run a.yaml b.yaml --format json
      ipt-formulate run case.yaml --profile who_group --engine reference
    """
    from ipt_formulate.explain.formulation import formulate, load_rulebook
    from ipt_formulate.intake import Intake, IntakeError
    from ipt_formulate.reading import Fault

    book = load_rulebook(folder, profile)
    intakes: list[Intake] = []
    faults: list[Fault] = []
    for path in cases:
        try:
            intakes.append(Intake.from_file(path))
        except IntakeError as error:
            faults += error.faults
    if faults:
        raise IntakeError(faults)
    results = [formulate(intake, rulebook=book, engine=engine) for intake in intakes]
    match format_:
        case "json":
            objects = [result.model_dump(mode="json") for result in results]
            click.echo(json.dumps(objects[0] if len(objects) == 1 else objects, indent=2, ensure_ascii=False))
        case "ndjson":
            for result in results:
                click.echo(result.model_dump_json())
        case "md":
            click.echo("\n".join(result.to_markdown() for result in results), nl=False)
        case _:
            texts = [result.summary() + ("\n" + result.explain() if why else "") for result in results]
            click.echo(("\n" + "=" * 80 + "\n\n").join(texts), nl=False)

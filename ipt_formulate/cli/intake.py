"""`ipt-formulate template` and `ipt-formulate schema`: what an intake looks like."""

from __future__ import annotations

import click

from ipt_formulate.cli.faults import guarded

LISTS = ("losses", "conflicts", "changes", "people")


class Situations(click.ParamType[dict[str, int]]):
    """`2 losses, 1 conflict`: how many blank records of each kind."""

    name = "COUNTS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        """Read the counts; a kind that is not named gets none."""
        if isinstance(value, dict):
            return value
        singular = {"loss": "losses", "conflict": "conflicts", "change": "changes", "person": "people"}
        counts: dict[str, int] = dict.fromkeys(LISTS, 0)
        for part in str(value).split(","):
            number, _, kind = part.strip().partition(" ")
            section = singular.get(kind.strip(), kind.strip())
            if not number.isdigit() or section not in counts or int(number) > 20:
                self.fail("expected counts such as '2 losses, 1 conflict, 1 change, 3 people'", param, ctx)
            counts[section] = int(number)
        return counts


@click.command()
@click.option("--full", is_flag=True, help="Every question, not the minimum set only.")
@click.option(
    "--situations",
    type=Situations(),
    default="1 loss, 1 conflict, 1 change, 1 person",
    show_default=True,
    help="How many blank records of each kind.",
)
@guarded
def template(full: bool, situations: dict[str, int]) -> None:
    """Write a blank, commented intake to standard output.

    \b
    Examples:
      ipt-formulate template > case.yaml
      ipt-formulate template --full --situations "2 losses, 1 change" > case.yaml
    """
    from ipt_formulate.intake.template import template as blank

    click.echo(blank(full=full, **situations), nl=False)


@click.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of an intake, for editors and forms.

    \b
    Example:
      ipt-formulate schema > intake.schema.json
    """
    from ipt_formulate.intake.schema import schema_text

    click.echo(schema_text(), nl=False)

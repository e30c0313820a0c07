"""The command `ipt-formulate` and its group of commands.

Commands are imported when they are called, so that `--help` and `--version` stay quick.
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import click

from ipt_formulate.cli.faults import INTERNAL, guarded
from ipt_formulate.version import __version__

COMMANDS = {
    "run": ("ipt_formulate.cli.run", "run", "Formulate one or several cases."),
    "explain": ("ipt_formulate.cli.explain", "explain", "Why, why not, and why this before that."),
    "ask": ("ipt_formulate.cli.ask", "ask", "What to ask next, and what it would decide."),
    "switches": ("ipt_formulate.cli.switches", "switches", "What hangs on where sources disagree."),
    "what-if": ("ipt_formulate.cli.what_if", "what_if", "What some other answers would change."),
    "drill": ("ipt_formulate.cli.drill", "drill", "Judge a case first, then compare."),
    "template": ("ipt_formulate.cli.intake", "template", "Write a blank, commented intake."),
    "schema": ("ipt_formulate.cli.intake", "schema", "Print the JSON Schema of an intake."),
    "agree": ("ipt_formulate.cli.agree", "agree", "How far engine and human coders agree."),
    "table": ("ipt_formulate.cli.table", "table", "Code a whole cohort of intakes."),
    "gaps": ("ipt_formulate.cli.gaps", "gaps", "What missing answers leave open in a cohort."),
    "map": ("ipt_formulate.cli.map", "map_", "From a study's columns and codes to intakes."),
    "synth": ("ipt_formulate.cli.synth", "synth", "Write a made-up cohort for tests and teaching."),
    "rules": ("ipt_formulate.cli.rules", "rules", "Check, test and read the rulebook."),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first reading."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, _, help_) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Name the nearest command for a misspelt one."""
        from ipt_formulate.reading import nearest

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = nearest(args[0], COMMANDS) if args else None
            if near is None or near in error.message:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near}'?", ctx) from error


@guarded
def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load()
    click.echo(f"ipt-formulate {__version__}")
    click.echo(f"rulebook {book.name} {book.version} ({len(book.active)} rules, sha256 {book.sha256})")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    callback=_print_version,
    expose_value=False,
    is_eager=True,
    help="Version of the library and of the rulebook, with its hash.",
)
def cli() -> None:
    """From a structured intake to an explained IPT formulation.

    Candidates for a clinician to weigh, never a diagnosis.

    \b
    Examples:
      ipt-formulate template > case.yaml          a blank intake to fill in
      ipt-formulate run case.yaml                 the formulation, as text
      ipt-formulate run *.yaml --format ndjson    one JSON object a line
      ipt-formulate explain case.yaml             why, down to the answers
      ipt-formulate rules check                   is the rulebook in order?

    \b
    Exit codes: 0 well, 1 findings, 2 usage, 3 bad input, 4 bad rulebook,
    70 internal error.
    """


def main() -> None:
    """Run the command line; an unforeseen error ends with code 70 and says where, without case content."""
    try:
        cli()
    except SystemExit:
        raise
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        # The message of a foreign error may repeat an answer of the case; its type and place do not.
        click.echo(f"internal error: {type(error).__name__} at {where.filename}:{where.lineno}", err=True)
        sys.exit(INTERNAL)

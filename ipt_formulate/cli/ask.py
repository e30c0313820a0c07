"""`ipt-formulate ask`: what to ask next and what it would decide; with --interactive, the asking itself.

The dialogue goes to stderr and what comes of it to stdout. Every answer is saved before the next question, so that an
interruption loses none.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ipt_formulate.cli.taking_apart import taking_apart

if TYPE_CHECKING:
    from ipt_formulate.explain.formulation import Formulation
    from ipt_formulate.explain.questions import NextQuestions, OpenQuestion
    from ipt_formulate.intake import Intake
    from ipt_formulate.rulebook import Rulebook

SAVED = ".answered.yaml"


@click.command(epilog="The output says whether what can and cannot matter was proved, or is a superset.")
@click.argument("case", type=click.Path(), metavar="CASE")
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, metavar="N", help="So many questions.")
@click.option("--all", "every", is_flag=True, help="All questions, those that cannot matter any more among them.")
@click.option(
    "--seconds",
    type=click.FloatRange(0),
    default=3,
    show_default=True,
    metavar="S",
    help="With z3-solver: about how long to prove what can and cannot matter; 0: not at all. Not with --interactive.",
)
@click.option(
    "--interactive", is_flag=True, help="Ask them one by one, until the focus is settled and none about danger is left."
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help=f"With --interactive: where the case is saved, and gone on with. [default: CASE with {SAVED}]",
)
@taking_apart
def ask(
    *,
    case: str,
    limit: int,
    every: bool,
    seconds: float,
    interactive: bool,
    save: str | None,
    format_: Any,
    profile: str,
    folder: str | None,
    show_values: bool,
) -> None:
    """What to ask next, and what each answer would decide.

    Safety first, then what settles most, then what costs least to ask. With
    --interactive each answer is saved at once; the same command goes on from
    there. CASE itself is never written to. Lines from a pipe are answers too;
    the first that is none ends it (exit code 2).

    \b
    Examples:
      ipt-formulate ask case.yaml
      ipt-formulate ask case.yaml --limit 1 --format json
      ipt-formulate ask case.yaml --all --format md > questions.md
      ipt-formulate ask case.yaml --interactive
      ipt-formulate ask case.yaml --interactive --save asked.yaml < answers.txt
    """
    if save is not None and not interactive:
        raise click.UsageError("--save goes with --interactive.")
    if interactive and click.get_current_context().get_parameter_source("seconds") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--seconds does not go with --interactive: nothing is proved there.")
    from ipt_formulate.explain.formulation import load_rulebook

    book = load_rulebook(folder, profile)
    most = None if every else limit
    if interactive:
        found = Dialogue(Path(case), Path(save) if save else Path(case).with_suffix(SAVED), book).run(most)
    else:
        found = _formulated(case, book).next_questions(most, seconds=seconds)
    if format_ == "json":
        click.echo(found.model_dump_json(indent=2))
    else:
        click.echo(found.in_words(every=every, format=format_), nl=False)


def _formulated(case: Any, book: Rulebook) -> Formulation:
    from ipt_formulate.explain.formulation import formulate

    return formulate(case, rulebook=book, engine="reference")


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _told_otherwise(case: Intake, saved: Intake) -> str | None:
    """The first answer of the case that does not stand in the saved intake as well; None if all do."""
    there = set(saved.paths())
    for path in case.paths():
        told = case.answer(path)
        if not told.known:
            continue
        now = saved.answer(path).value if path in there else None
        if isinstance(told.value, Mapping) and isinstance(now, Mapping):
            known = {member: said for member, said in told.value.items() if said != "unknown"}
            if known.items() <= now.items():
                continue
        if now != told.value:
            return path
    return None


class Stopped(Exception):
    """The person, or the end of the input, ended the dialogue."""


class Dialogue:
    """Questions to somebody at a terminal, or answered by lines from a pipe."""

    def __init__(self, case: Path, saved: Path, book: Rulebook) -> None:
        from ipt_formulate.cohort.writing import check_folder
        from ipt_formulate.intake import Intake

        self.saved, self.book = saved, book
        self.patient = _at_a_terminal()
        self.intake: Intake = Intake.from_file(case)
        if saved.resolve() == case.resolve() or (saved.exists() and saved.samefile(case)):
            raise click.UsageError(f"{saved} is the case itself, which is never written to; name another with --save.")
        check_folder(saved)
        if saved.exists():
            begun = Intake.from_file(saved)
            if begun.case_id != self.intake.case_id:
                raise click.UsageError(f"{saved} holds another case; name another file with --save, or remove it.")
            otherwise = _told_otherwise(self.intake, begun)
            if otherwise is not None:
                raise click.UsageError(
                    f"{saved} does not have the answers of {case}: {otherwise} differs. Name another file with --save,"
                    f" remove {saved}, or go on from it alone: ipt-formulate ask {saved} --interactive"
                )
            self.intake = begun
            self._say(f"Going on from {saved}; remove it to begin again.")
        self.left_open: set[str] = set()
        self.before: list[tuple[Intake, str]] = []
        self.told: tuple[str, Any] = ("", ())

    def run(self, limit: int | None) -> NextQuestions:
        """Ask until the focus is settled, nothing open can change the result, or somebody stops; what is open then.

        Raises
        ------
        UsageError
            At the first line that is no answer, where nobody can be asked again: the next line is meant for another
            question. The answers before it are saved.
        """
        from ipt_formulate.cli.answering import HELP

        self._say(HELP)
        try:
            while (asked := self._next()) is not None:
                self._ask(asked)
        except (Stopped, KeyboardInterrupt):
            self._say("\nStopped.")
        if self.before:
            self._say(f"The answers are in {self.saved}; `ipt-formulate run {self.saved}` formulates the case.")
        return _formulated(self.intake, self.book).next_questions(limit, seconds=0)

    def _next(self) -> OpenQuestion | None:
        """The next question; None when there is none, or the focus is settled and no danger is left to ask about."""
        found = _formulated(self.intake, self.book).next_questions(None, seconds=0)
        self._tell(found)
        waiting = [each for each in found.can_change if each.path not in self.left_open]
        if found.settled:
            waiting = [each for each in waiting if each.safety]
            if not waiting:
                self._say("\nThe focus is settled: no answer that is missing can change it.")
        elif not waiting:
            self._say("\nEvery question was put; some stay open." if found.open else "\nNothing is left to ask.")
        return waiting[0] if waiting else None

    def _tell(self, found: NextQuestions) -> None:
        """The focus and the grave flags, where they are not what was said last."""
        from ipt_formulate.explain.questioning import Questioning
        from ipt_formulate.explain.words import capital

        told = Questioning(found, format="text")
        now = (told.focus(found.focus), found.safety)
        if now[1] != self.told[1] and found.safety:
            self._say(f"\nSafety first: {told.safety}.")
        if now[0] != self.told[0]:
            self._say(f"\n{capital(now[0])}.")
        self.told, self.telling, self.names = now, told, found.names

    def _ask(self, asked: OpenQuestion) -> None:
        from ipt_formulate.cli.answering import HELP, NoAnswer, hint_of, options_of, read_answer
        from ipt_formulate.intake import IntakeError

        names = {key.partition(":")[2]: each.title for key, each in self.names.items()}
        options = options_of(asked, self.intake, self.book.words, names)
        self._say(f"\n{self.telling.question(asked)}")
        for number, option in enumerate(options, 1):
            self._say(f"  {number}. {self.telling.escape(option.words)}")
        while True:
            line = self._line(f"[{hint_of(asked)}] > ")
            match line.strip().lower():
                case "":
                    self.left_open.add(asked.path)
                    return
                case "?":
                    self._say(HELP)
                    continue
                case "q":
                    raise Stopped
                case "b":
                    if not self.before:
                        self._refuse(asked, "There is nothing to go back to.")
                        continue
                    self.intake, path = self.before.pop()
                    self.left_open.discard(path)
                    self._save()
                    return
            try:
                given = read_answer(line, asked, options)
                after = self.intake.with_answers(given)
            except NoAnswer as error:
                self._refuse(asked, f"{error}.")
            except IntakeError as error:
                self._refuse(asked, "\n".join(fault.headline() for fault in error.faults))
            else:
                self.before.append((self.intake, asked.path))
                self.intake = after
                self.left_open.add(asked.path)  # one that nobody could answer is not asked again at once
                self._save()
                if asked.path.endswith(".complete") and given.get(asked.path) == "no":
                    self._say(f"Then write what is missing into {self.saved} by hand, and begin again from there.")
                return

    def _refuse(self, asked: OpenQuestion, why: str) -> None:
        """Say why a line is no answer, to be answered again; an error where lines come from a pipe."""
        if not self.patient:
            kept = f" The answers before it are in {self.saved}." if self.before else ""
            raise click.UsageError(f"the line for {asked.path} is no answer to it: {why}{kept}")
        self._say(why)

    def _save(self) -> None:
        from ruamel.yaml import YAML

        from ipt_formulate.cohort.writing import whole_file

        yaml = YAML()
        yaml.default_flow_style = False
        with whole_file(self.saved) as file, file.open("w", encoding="utf-8") as out:
            yaml.dump(self.intake.to_dict(), out)

    def _line(self, prompt: str) -> str:
        click.echo(prompt, nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            raise Stopped
        return line

    def _say(self, text: str) -> None:
        click.echo(text, err=True)

"""`ipt-formulate drill`: judge a case first, and then see it beside what the engine makes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ipt_formulate.cli.taking_apart import taking_apart

if TYPE_CHECKING:
    from ipt_formulate.explain.author import Author
    from ipt_formulate.explain.feedback import Feedback
    from ipt_formulate.explain.formulation import Formulation
    from ipt_formulate.explain.trainee import Trainee
    from ipt_formulate.rulebook import Rulebook

FORMAT = "ipt-formulate.drill/1"
LABELS = "labels.yaml"
AS_A_LABEL = "`citation`, `vignette`, and a `label` with `primary`, `secondary`, `dispute_stage`, `stated_as`"
RULE = "=" * 80


@click.command(
    epilog="CASE is an intake, or a golden case of the rules. A file labels.yaml beside a case may hold its vignette "
    "and its author's label. Not for judging people: see docs/training.md."
)
@click.argument("cases", nargs=-1, required=True, type=click.Path(), metavar="CASE...")
@click.option(
    "--answers",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="Answers from a YAML or JSON file, of one trainee or a list of them, and nothing is asked; may be repeated.",
)
@click.option("--save", type=click.Path(), metavar="FILE", help="Save what was answered, for --answers (.json).")
@click.option(
    "--most", type=click.IntRange(1, 3), default=2, show_default=True, help="Near misses of at most so many answers."
)
@click.option(
    "--seconds", type=click.FloatRange(0), default=10.0, show_default=True, help="How long to look for near misses."
)
@taking_apart
def drill(
    *,
    cases: tuple[str, ...],
    answers: tuple[str, ...],
    save: str | None,
    most: int,
    seconds: float,
    format_: Any,
    profile: str,
    folder: str | None,
    show_values: bool,
) -> None:
    """Judge a case before the engine does, then compare.

    Shows what was told of each case, asks for the areas that are present, the
    focus, the stage of each dispute and the reasons, and only then says where
    the engine sees it the same, where otherwise, and why. The engine is not the
    truth. Nothing is saved unless --save asks for it.

    \b
    Examples:
      ipt-formulate drill case.yaml
      ipt-formulate drill *.yaml --save mine.json
      ipt-formulate drill case.yaml --answers class.yaml --format md
      printf '2\\n2\\n1\\n' | ipt-formulate drill case.yaml
    """
    if answers and save is not None:
        raise click.UsageError("--save keeps what was asked here; with --answers nothing is asked.")
    target = _new_file(save) if save is not None else None
    from ipt_formulate.explain.formulation import load_rulebook

    book = load_rulebook(folder, profile)
    chosen = click.get_current_context().get_parameter_source("profile") is ParameterSource.COMMANDLINE
    drilled = [_drilled(Path(case), book, chosen=chosen) for case in cases]
    _apart(drilled)
    told = _from_files(answers, drilled) if answers else _asked(drilled, target, format_)
    outputs = []
    shown = sys.stderr.isatty() and len(told) > 1
    for number, (case, trainee) in enumerate(told, 1):
        if shown and answers:
            click.echo(f"\r{number} of {len(told)}\x1b[K", nl=number == len(told), err=True)
        feedback = case.formulation.compare(trainee, most=most, seconds=seconds)
        feedback = feedback.model_copy(update={"case": case.name})
        outputs.append(_output(case, feedback, format_))
        if format_ == "text":
            click.echo((f"\n{RULE}\n\n" if number > 1 or not answers else "") + outputs[-1], nl=False)
    if format_ == "json":
        click.echo(json.dumps({"format": FORMAT, "comparisons": outputs}, indent=2, ensure_ascii=False))
    elif format_ == "md":
        click.echo("\n".join(outputs), nl=False)


@dataclass(frozen=True, slots=True)
class Drilled:
    """A case, its name and file, and what its author wrote about it, where that is known."""

    name: str
    file: Path
    formulation: Formulation
    title: str | None
    author: Author | None

    @property
    def vignette(self) -> str | None:
        """A story of the case."""
        return self.author.vignette if self.author is not None else self.title


# -- cases ------------------------------------------------------------------------------------------------------------


def _apart(drilled: Sequence[Drilled]) -> None:
    """Refuse two cases of one name: nobody could say which of them an answer is about."""
    first: dict[str, Path] = {}
    for each in drilled:
        if each.name in first:
            raise click.UsageError(
                f"{first[each.name]} and {each.file} have the same name, {each.name}; give each its own `case_id`, or "
                "drill them one after the other."
            )
        first[each.name] = each.file


def _drilled(file: Path, book: Rulebook, *, chosen: bool) -> Drilled:
    """An intake, or a golden case of the rules with its title and its settings.

    `chosen`: somebody asked for this profile. A golden case that names another keeps that, and it is said.
    """
    from ipt_formulate.analysis.whole_cases import read_whole_case
    from ipt_formulate.explain.formulation import formulate, load_rulebook
    from ipt_formulate.intake import Intake, IntakeError
    from ipt_formulate.reading import FaultyInput, read_file

    try:
        data = read_file(file).data
    except FaultyInput as error:
        raise IntakeError(error.faults) from None
    if isinstance(data, dict) and {"intake", "expect"} <= set(data):
        whole = read_whole_case(file, book)
        if chosen and whole.profile != book.profile.name:
            click.echo(f"{file} is a golden case and keeps its own profile, {whole.profile}.", err=True)
        used = book if whole.profile == book.profile.name else load_rulebook(book.folder, whole.profile)
        used = used.with_settings(whole.settings) if whole.settings else used
        formulation = formulate(whole.intake, rulebook=used, engine="reference")
        return Drilled(whole.id, file, formulation, whole.title, None)
    formulation = formulate(Intake.from_file(file), rulebook=book, engine="reference")
    name = formulation.work.intake.case_id or file.stem
    return Drilled(name, file, formulation, None, _author(file, name))


def _author(file: Path, name: str) -> Author | None:
    """What the author of a published case wrote, if a file beside it says so."""
    from pydantic import ValidationError

    from ipt_formulate.explain.author import Author
    from ipt_formulate.intake import IntakeError
    from ipt_formulate.reading import Fault, FaultyInput, read_file

    labels = file.with_name(LABELS)
    if not labels.is_file():
        return None
    try:
        document = read_file(labels)
        entries = document.data if isinstance(document.data, dict) else {}
        entry = next((each for each in (name, file.stem) if entries.get(each) is not None), None)
        return Author.model_validate(entries[entry]) if entry is not None else None
    except FaultyInput as error:
        raise IntakeError(error.faults) from None
    except ValidationError as error:
        raise IntakeError(
            Fault(
                "T201",
                ".".join(str(step) for step in each["loc"]),
                "is not as a label is written",
                document.place_of((str(entry), *each["loc"])),
                expected=AS_A_LABEL,
            )
            for each in error.errors(include_input=False)
        ) from None


# -- answers ----------------------------------------------------------------------------------------------------------


def _asked(drilled: Sequence[Drilled], target: Path | None, format_: str) -> list[tuple[Drilled, Trainee]]:
    """Show each case and ask; what was answered is saved before anything is revealed."""
    from ipt_formulate.cli.interview import Interview, Misunderstood
    from ipt_formulate.explain.facts import case_sheet
    from ipt_formulate.explain.trainee import Trainee
    from ipt_formulate.explain.words import word

    def say(text: str) -> None:
        click.echo(text, nl=False, err=format_ != "text")
        sys.stdout.flush()

    found: list[tuple[Drilled, Trainee]] = []
    for case in drilled:
        sheet = case_sheet(case.name, case.formulation.work, case.vignette)
        say((f"\n{RULE}\n\n" if found else "") + sheet.in_words(format="text"))
        interview = Interview(case.formulation.work, sheet, say, patient=_at_a_terminal())
        try:
            found.append((case, interview.trainee()))
        except Misunderstood as problem:
            raise click.UsageError(f"{case.name}: {problem}") from problem
        answered = [trainee for _, trainee in found if trainee != Trainee(case=trainee.case)]
        if target is not None and (answered or interview.stopped is None):
            _save(answered, target)
        if interview.stopped is not None:
            if target is not None and answered:
                kept = word(case.formulation.work.book.words, "drill", "kept")
                click.echo(kept.replace("{file}", str(target)), err=True)
            raise interview.stopped
    return found


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _from_files(files: Sequence[str], drilled: Sequence[Drilled]) -> list[tuple[Drilled, Trainee]]:
    """The answers in files, each with its case; every wrong name is told before anything is compared."""
    from ipt_formulate.explain.errors import UnknownNames, UnknownTarget
    from ipt_formulate.explain.trainee import checked, read_trainees
    from ipt_formulate.reading import nearest

    by_name = {each.name: each for each in drilled}
    found: list[tuple[Drilled, Trainee]] = []
    problems: list[str] = []
    for file in files:
        trainees = read_trainees(file)
        for number, trainee in enumerate(trainees, 1):
            where = f"{file}, number {number}" if len(trainees) > 1 else file
            if trainee.case is None and len(drilled) > 1:
                problems.append(f"{where}: several cases are drilled; say which one with `case`")
                continue
            case = by_name.get(trainee.case) if trainee.case is not None else drilled[0]
            if case is None:
                near = nearest(str(trainee.case), by_name)
                hint = f"; nearest: {near}" if near is not None else ""
                problems.append(f"{where}: that case is not drilled here{hint}. Cases: {', '.join(by_name)}")
                continue
            try:
                checked(trainee, case.formulation.work)
            except UnknownTarget as error:
                every = error.every if isinstance(error, UnknownNames) else (error,)
                problems += [f"{where}: {each}" for each in every]
                continue
            named = trainee.name or (Path(file).stem if len(trainees) == 1 else None)
            found.append((case, trainee.model_copy(update={"name": named})))
    if problems:
        raise click.UsageError("\n".join(problems))
    answered = {case.name for case, _ in found}
    missing = [each.name for each in drilled if each.name not in answered]
    if missing:
        click.echo(f"No answers are about: {', '.join(missing)}.", err=True)
    return found


def _new_file(save: str) -> Path:
    from ipt_formulate.cohort.writing import check_folder

    target = Path(save)
    if target.suffix != ".json":
        raise click.UsageError("--save writes JSON; give the file a name that ends in .json.")
    if target.exists():
        raise click.UsageError(f"{save} is there already; nothing was overwritten.")
    check_folder(target)
    return target


def _save(trainees: Sequence[Trainee], target: Path) -> None:
    """Write what was answered, readable by the owner alone."""
    from ipt_formulate.cohort.writing import whole_file

    told = [each.model_dump(mode="json", exclude_none=True) for each in trainees]
    with whole_file(target) as temporary:
        temporary.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


# -- what is printed --------------------------------------------------------------------------------------------------


def _output(case: Drilled, feedback: Feedback, format_: Any) -> Any:
    from ipt_formulate.explain.prose import author_text

    author = case.author
    if format_ == "json":
        told = author.model_dump(mode="json") if author is not None else None
        return {"case": case.name, "author": told, "feedback": feedback.model_dump(mode="json")}
    text = feedback.in_words(format=format_)
    return text if author is None else f"{text}\n{author_text(author, feedback.words, format=format_)}"

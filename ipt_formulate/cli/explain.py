"""`ipt-formulate explain`: why, why not, and why this before that, for one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.taking_apart import taking_apart

if TYPE_CHECKING:
    from ipt_formulate.explain.explanations import Contrast, Why, WhyNot
    from ipt_formulate.explain.formulation import Formulation


@click.command(
    epilog="X is focus, an area, area:situation, a situation (its id or label), stage:CONFLICT, flag:FLAG, "
    "a rule, or RULE:SITUATION."
)
@click.argument("case", type=click.Path(), metavar="CASE")
@click.option("--why", metavar="X", help="What carried the verdict on X.")
@click.option("--why-not", metavar="X", help="What held the verdict on X back, answer by answer.")
@click.option("--contrast", nargs=2, metavar="A B", help="Why the one stands before the other.")
@click.option("--draft", is_flag=True, help="A draft of the formulation itself.")
@click.option(
    "--depth",
    type=click.IntRange(0, 20),
    default=1,
    show_default=True,
    metavar="N",
    help="0: reasons alone; 1: with the answers; more: with that many steps between.",
)
@click.option("--sources", is_flag=True, help="Rule, statement and source of each reason, in brackets.")
@click.option("--patient", is_flag=True, help="In words that a patient may see.")
@taking_apart
def explain(
    *,
    case: str,
    why: str | None,
    why_not: str | None,
    contrast: tuple[str, str] | None,
    draft: bool,
    depth: int,
    sources: bool,
    patient: bool,
    format_: Any,
    profile: str,
    folder: str | None,
    show_values: bool,
) -> None:
    """Take a formulation apart: what carried a verdict, what held it back, down to the answers.

    Without an option: what spoke for and against each area. Explanations come from the reference engine, which gives
    the same verdicts as every other.

    \b
    Examples:
      ipt-formulate explain case.yaml
      ipt-formulate explain case.yaml --why focus
      ipt-formulate explain case.yaml --why-not grief --depth 3
      ipt-formulate explain case.yaml --contrast grief role_dispute
      ipt-formulate explain case.yaml --why stage:wife --sources --format md
      ipt-formulate explain case.yaml --draft --patient
    """
    asked = [name for name, given in (("--why", why), ("--why-not", why_not), ("--contrast", contrast)) if given]
    if draft:
        asked.append("--draft")
    if len(asked) > 1:
        raise click.UsageError(f"{' and '.join(asked)} cannot be asked at once.")
    if patient and format_ == "json":
        raise click.UsageError("--patient gives a text; JSON holds what a patient should not be handed.")
    from ipt_formulate.explain.errors import UnknownTarget
    from ipt_formulate.explain.formulation import formulate, load_rulebook

    formulation = formulate(case, rulebook=load_rulebook(folder, profile), engine="reference")
    if not asked:
        _whole(formulation, sources=sources, patient=patient, format_=format_)
        return
    if draft:
        _draft(formulation, patient=patient, format_=format_)
        return
    try:
        explained = _explained(formulation, why, why_not, contrast)
    except UnknownTarget as error:
        raise click.UsageError(str(error)) from error
    if format_ == "json":
        click.echo(explained.model_dump_json(indent=2))
    else:
        click.echo(explained.in_words(depth=depth, sources=sources, patient=patient, format=format_), nl=False)


def _explained(
    formulation: Formulation, why: str | None, why_not: str | None, contrast: tuple[str, str] | None
) -> Why | WhyNot | Contrast:
    if why is not None:
        return formulation.why(why)
    if why_not is not None:
        return formulation.why_not(why_not)
    assert contrast is not None
    return formulation.contrast(*contrast)


def _whole(formulation: Formulation, *, sources: bool, patient: bool, format_: Any) -> None:
    if patient:
        _draft(formulation, patient=True, format_=format_)
    elif format_ == "json":
        click.echo(formulation.model_dump_json(indent=2))
    else:
        click.echo(formulation.explain(sources=sources, format=format_), nl=False)


def _draft(formulation: Formulation, *, patient: bool, format_: Any) -> None:
    if format_ == "json":
        from ipt_formulate.explain.draft import draft_of

        click.echo(draft_of(formulation.work, formulation).model_dump_json(indent=2))
    else:
        click.echo(formulation.formulation_text(patient=patient, format=format_), nl=False)

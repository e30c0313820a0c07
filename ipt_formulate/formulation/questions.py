"""Which questions are worth asking now, and why?

Safety first, then what can still change focus or stage, then what rules ask for; what was declined comes last and is
not asked again. The same question stands once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipt_formulate.formulation.result import Bucket, Question
from ipt_formulate.intake import ITEMS, SECTIONS, Intake, IntakeError, parse_path
from ipt_formulate.intake.types import Choice, Multi, Tri

_BURDENS = {item.code: item.burden for items in ITEMS.values() for item in items.values()}
BUCKETS = ("safety", "can_change", "worth_asking", "declined")


def questions_of(
    intake: Intake,
    *,
    safety: Iterable[str],
    focus: Iterable[str],
    stage: Iterable[str],
    asked: Iterable[tuple[str, str]],
) -> tuple[Question, ...]:
    """The questions of one result, in the order in which to ask them.

    Parameters
    ----------
    safety, focus, stage
        Paths of open answers: safety items not asked, those that could overturn the focus, those that decide a stage.
    asked
        Path and reason of questions that rules ask.
    """
    declined = declined_paths(intake)
    found: dict[str, Question] = {}
    for path, bucket, why in _gathered(safety, focus, stage, asked):
        if path not in found:
            question = _question(declined, path, bucket, why)
            if question is not None:
                found[path] = question
    order = {bucket: index for index, bucket in enumerate(BUCKETS)}
    return tuple(sorted(found.values(), key=lambda each: (order[each.bucket], _burden(each), each.item, each.path)))


def _gathered(
    safety: Iterable[str], focus: Iterable[str], stage: Iterable[str], asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, Bucket, str]]:
    yield from ((path, "safety", "safety comes first, and this was not asked") for path in safety)
    yield from ((path, "can_change", "the answer can change the focus") for path in focus)
    yield from ((path, "can_change", "the answer can change the stage") for path in stage)
    yield from ((path, "worth_asking", why) for path, why in asked)


def _question(declined: frozenset[str], path: str, bucket: Bucket, why: str) -> Question | None:
    section, _, mark = path.partition(".")
    if mark in ("asked", "complete") and "[" not in section:
        text = f"Are all {section} on record, so that nothing is missing from the list?"
        return Question(
            item=section,
            path=path,
            text=text,
            why=why,
            bucket=bucket,
            options=("yes", "no"),
        )
    if path == "decisions":
        text = "What has the clinician decided about this situation: confirm, keep, exclude or override?"
        options: tuple[str, ...] = ("confirm", "keep", "exclude", "override")
        return Question(item="H09", path=path, text=text, why=why, bucket=bucket, options=options)
    try:
        parsed = parse_path(path)
    except IntakeError:
        return None
    if path in declined:
        bucket = "declined"
    type_ = parsed.item.type
    options = ("yes", "no") if isinstance(type_, Tri) else type_.members if isinstance(type_, Choice | Multi) else ()
    return Question(
        item=parsed.item.code,
        path=path,
        text=parsed.item.question,
        why=why,
        bucket=bucket,
        options=options,
    )


def declined_paths(intake: Intake) -> frozenset[str]:
    """The paths of the answers that were declined."""
    found = [(name, item.read(intake)) for name, item in ITEMS["case"].items()]
    found += [(f"isolation.{name}", item.read(intake.isolation)) for name, item in ITEMS["isolation"].items()]
    for about, section in SECTIONS.items():
        for record in intake.records(about):
            start = f"{section}[{record.id}]"
            found += [(f"{start}.{name}", item.read(record)) for name, item in ITEMS[about].items()]
    return frozenset(path for path, answer in found if answer.unknown == "declined")


def _burden(question: Question) -> int:
    return _BURDENS.get(question.item, 1)

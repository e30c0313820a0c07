"""What can be wrong with a question to a formulation?

The case is not there, it is another one, or what was asked about does not exist. Messages name what there is; they
never repeat an answer of the case.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.reading import FaultyInput

LONGEST = 80


class NoCase(RuntimeError):
    """The formulation is plain data from JSON; what looks behind it needs the case."""

    def __init__(self) -> None:
        super().__init__(
            "this formulation was restored from JSON and has no case behind it; give it the intake it was made from "
            "with formulation.with_case(intake)"
        )


class OtherCase(ValueError):
    """The intake or the rulebook that was given is not the one that the formulation was made from."""


class UnknownTarget(ValueError):
    """What was asked about is no area, situation, stage, flag or rule of this case.

    Attributes
    ----------
    target
        What was asked about.
    nearest
        The nearest right name, if one is near.
    """

    def __init__(
        self, target: str, nearest: str | None, known: str, problem: str = "is the name of nothing here"
    ) -> None:
        self.target = target
        self.nearest = nearest
        hint = f"; nearest: {nearest}" if nearest else ""
        # What was asked may be anything; it is shown only so far as it could be a name.
        shown = target if target.isprintable() and len(target) <= LONGEST else "that"
        super().__init__(f"`{shown}` {problem}{hint}. {known}")


class UnknownNames(UnknownTarget):
    """Several names that do not exist, a line each.

    Attributes
    ----------
    every
        What is wrong with each; ``target`` and ``nearest`` are those of the first.
    """

    def __init__(self, every: Sequence[UnknownTarget]) -> None:
        self.every = tuple(every)
        self.target, self.nearest = every[0].target, every[0].nearest
        ValueError.__init__(self, "\n".join(str(each) for each in every))


class TraineeError(FaultyInput):
    """The answers of a trainee that cannot be read; ``faults`` lists everything wrong with them."""

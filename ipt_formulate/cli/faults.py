"""How does the command line end when something is wrong?

One place for exit codes and messages: 0 well, 1 findings, 2 usage, 3 bad input, 4 bad rulebook, 70 internal. They go
to stderr and hold no answer of a case unless `--show-values` was asked for.
"""

from __future__ import annotations

import functools
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

WELL, FINDINGS, USAGE, BAD_INPUT, BAD_RULEBOOK, INTERNAL = 0, 1, 2, 3, 4, 70
INTERRUPTED = 130
"""What a shell expects of a program that was stopped with Ctrl-C."""
TERMINATED = 143
"""What a shell expects of a program that was ended from outside."""
MOST_FAULTS = 50

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors of this library into messages and exit codes; also when ended from outside, tidy up first."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from ipt_formulate.cohort.faults import CohortError
        from ipt_formulate.engines.choosing import EngineUnavailable
        from ipt_formulate.engines.verdicts import EngineDisagreement
        from ipt_formulate.explain.errors import TraineeError
        from ipt_formulate.intake import IntakeError
        from ipt_formulate.rulebook import RulebookError

        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _ended)
        try:
            return command(*args, **kwargs)
        except IntakeError as error:
            stop(BAD_INPUT, error, "the intake has faults", show_values=bool(kwargs.get("show_values")))
        except RulebookError as error:
            if all(fault.code == "R244" for fault in error.faults):  # no such profile: the call is off, not the book
                raise click.UsageError(error.faults[0].headline()) from error
            stop(BAD_RULEBOOK, error, "the rulebook has faults")
        except CohortError as error:
            stop(BAD_INPUT, error, "the files have faults", show_values=bool(kwargs.get("show_values")), so="written")
        except TraineeError as error:
            stop(
                BAD_INPUT, error, "the answers have faults", show_values=bool(kwargs.get("show_values")), so="compared"
            )
        except EngineUnavailable as error:
            raise click.UsageError(str(error)) from error
        except EngineDisagreement as error:
            click.echo(f"internal error: {error}", err=True)
            sys.exit(INTERNAL)
        except FileNotFoundError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(BAD_RULEBOOK)

    return run


def _ended(*_: object) -> NoReturn:
    """Leave by the way that removes temporary files, which hold cases."""
    sys.exit(TERMINATED)


def stop(code: int, error: Any, what: str, *, show_values: bool = False, so: str = "formulated") -> NoReturn:
    """Print every fault and end."""
    faults = error.faults
    click.echo(f"error: {what} ({len(faults)}); nothing was {so}", err=True)
    for fault in faults[:MOST_FAULTS]:
        click.echo(f"  {fault.headline(show_values)}", err=True)
    if len(faults) > MOST_FAULTS:
        click.echo(f"  ... and {len(faults) - MOST_FAULTS} more", err=True)
    sys.exit(code)

"""How does long work say how far it is? On stderr: one line, written anew on a terminal, else one now and then."""

from __future__ import annotations

import sys
import time

import click

SECONDS_BETWEEN_LINES = 5.0


class ProgressLine:
    """The line of one piece of work. Where stderr is no terminal it is a new line every few seconds."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._open = False

    def tell(self, line: str) -> None:
        """Show how far it is, unless that was said a moment ago and would be a line more."""
        now = time.monotonic()
        if self._terminal:
            click.echo(f"\r\033[K{line}", nl=False, err=True)
            self._open = True
        elif now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            click.echo(line, err=True)

    def end(self) -> None:
        """Leave the line as it stands and go on below it."""
        if self._open:
            click.echo("", err=True)
            self._open = False

    def clear(self) -> None:
        """Take the line away."""
        if self._open:
            click.echo("\r\033[K", nl=False, err=True)
            self._open = False

"""What is left of an interview that somebody breaks off?

What was answered until then, as if the input had ended there. Whoever asked keeps it, and then lets the stop go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ipt_formulate.cli.interview import Ended, Interview


@dataclass(slots=True)
class Stoppable(Interview):
    """An interview that ends at Ctrl-C, or when the process is ended, with what was answered.

    Attributes
    ----------
    stopped
        What ended it; to be raised again once the answers are kept.
    """

    stopped: KeyboardInterrupt | SystemExit | None = field(init=False, default=None)

    def _line(self) -> str:
        try:
            return Interview._line(self)
        except (KeyboardInterrupt, SystemExit) as stop:
            self.stopped = stop
            raise Ended from None

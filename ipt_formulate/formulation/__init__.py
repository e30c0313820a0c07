"""From verdicts to a result: candidates, standings, order, gate, stages, focus, flags and advice."""

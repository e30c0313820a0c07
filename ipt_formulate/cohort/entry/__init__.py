"""How do the tables of a study become the possible sets that the rules read, and which cases cannot be used?

`enter` takes tables laid out as `ipt_formulate.cohort.layout` says and gives the tables of the columns engine, and a
list of what is wrong. Expressions only: no loop over rows, no function called for each.
"""

from ipt_formulate.cohort.entry.enter import Entered, enter
from ipt_formulate.cohort.entry.faults import MEANING, REJECTS

__all__ = ["MEANING", "REJECTS", "Entered", "enter"]

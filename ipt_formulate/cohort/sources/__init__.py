"""What can a cohort be read from? Folders, files and frames, each brought into the tables of `cohort.layout`."""

from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources.opening import open_source
from ipt_formulate.cohort.sources.raw import Reject
from ipt_formulate.cohort.sources.source import Source

__all__ = ["ROW", "Reject", "Source", "open_source"]

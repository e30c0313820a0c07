"""The engine that matches rules with durable-rules. Cannot be imported where that library is missing."""

from ipt_formulate.engines.durable.engine import DurableEngine, engine_for
from ipt_formulate.engines.durable.host import EngineFailed
from ipt_formulate.engines.durable.planning import RuleTooLarge

__all__ = ["DurableEngine", "EngineFailed", "RuleTooLarge", "engine_for"]

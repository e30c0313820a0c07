"""Does the page of open questions name every reading of ours, and nothing that is not there?"""

from __future__ import annotations

import re
from pathlib import Path

from ipt_formulate.rulebook import Rulebook

PAGE = Path(__file__).parents[2] / "docs" / "open-questions.md"


def test_open_questions_name_every_rule_labelled_our_inference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    ours = {rule.id for rule in Rulebook.load().active if rule.basis.label == "OI"}
    missing = sorted(rule for rule in ours if f"`{rule}`" not in page)
    assert not missing, f"add a question for: {', '.join(missing)}"


def test_open_questions_name_only_what_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    book = Rulebook.load()
    named = set(re.findall(r"`([a-z_]+\.[a-z0-9_-]+)`", page)) - {"folder.slug"}
    rules = {name for name in named if not name.startswith("setting.")}
    assert not sorted(rules - set(book.rules))
    assert not sorted({name.removeprefix("setting.") for name in named - rules} - set(book.settings))
    assert not sorted(set(re.findall(r"`\$(\w+)`", page)) - {"name"} - set(book.parameters))

"""How are a record, a rule and a reason named for a reader?

Labels are the person's own words where there are any ("husband"), else the words of the rulebook's language file. No
verdict is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipt_formulate.engines.facts import Ids, Record
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.vocabulary import LISTS


class Names:
    """The names of the records of one case."""

    def __init__(self, intake: Intake, book: Rulebook) -> None:
        self._words = book.words
        self._labels: dict[str, str] = {}
        for about, section in LISTS.items():
            for each in getattr(intake, section).items:
                if each.label:
                    self._labels[f"{about}:{each.id}"] = each.label
        self._people = {
            each.id: each.label or (self.word("relations", each.relation.value) if each.relation.value else each.id)
            for each in intake.people.items
        }

    def word(self, *path: str) -> str:
        """A word of the language file; the code itself, with spaces, if it has none."""
        value: Any = self._words
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) else path[-1].replace("_", " ")

    def label(self, record: Record) -> str | None:
        """The person's own words for a record, if there are any."""
        return self._labels.get(record.key)

    def who(self, record: Record) -> str:
        """The person a record is about: its label, else the label of the person it names, else the relation."""
        label = self.label(record)
        if label:
            return label
        person_link = record.values.get("person")
        named = person_link.named if isinstance(person_link, Ids) else frozenset[str]()
        for person in sorted(named):
            if person in self._people:
                return self._people[person]
        relation = record.values.get("relation")
        if isinstance(relation, frozenset) and len(relation) == 1:
            return self.word("relations", next(iter(relation)))
        return self.word("unnamed", record.about) if record.about in ("loss", "conflict") else self.what(record)

    def what(self, record: Record) -> str:
        """What a record is: its label, else its kind."""
        if record.about == "isolation":
            return self.word("situations", "isolation")
        label = self.label(record)
        if label and record.about in ("change",):
            return label
        kind = record.values.get("kind")
        if isinstance(kind, frozenset) and len(kind) == 1:
            return self.word("kinds", next(iter(kind)))
        return label or self.word("situations", record.about)

    def title(self, record: Record) -> str:
        """A short name for lists: the label, else what it is and whom it is about."""
        label = self.label(record)
        if label:
            return label
        if record.about == "conflict":
            return self.who(record)
        about = self._origin(record) if record.made_by is not None else self._person(record)
        return f"{self.what(record)} ({about})" if about is not None else self.what(record)

    def _person(self, record: Record) -> str | None:
        """Who was lost, where that is told."""
        relation = record.values.get("relation")
        if record.about == "loss" and isinstance(relation, frozenset) and len(relation) == 1:
            return self.who(record)
        return None

    def _origin(self, record: Record) -> str | None:
        """The label of the record that a situation was made from."""
        return next((label for key, label in self._labels.items() if key.endswith(f":{record.origin}")), None)

    def fill(self, text: str, record: Record) -> str:
        """A reason with its placeholders filled."""
        return text.replace("{who}", self.who(record)).replace("{what}", self.what(record)).strip()

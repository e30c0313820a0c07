"""Are records named in the person's own words, else in words that fit into a sentence?"""

from __future__ import annotations

from typing import Any

from ipt_formulate.engines.facts import Record
from ipt_formulate.formulation.formulate import Work, outcome
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook


def work_of(**wire: Any) -> Work:
    work, _ = outcome(Intake.from_dict(wire), Rulebook.load())
    return work


def record_of(work: Work, record_id: str) -> Record:
    return next(each for each in work.case.presumed.all() if each.id == record_id)


def test_a_label_is_used_as_it_is() -> None:
    work = work_of(losses=[{"id": "one", "label": "her husband", "kind": "death_of_person", "relation": "partner"}])
    loss = record_of(work, "one")
    assert work.names.who(loss) == work.names.title(loss) == "her husband"
    assert work.names.fill("{who} died", loss) == "her husband died"


def test_without_a_label_people_and_things_have_their_article() -> None:
    work = work_of(
        losses=[{"id": "one", "kind": "death_of_person", "relation": "partner"}],
        conflicts=[{"id": "two", "relation": "boss"}],
        changes=[{"id": "three", "kind": "move"}],
    )
    loss, conflict, change = (record_of(work, each) for each in ("one", "two", "three"))
    assert work.names.fill("{who} died", loss) == "the partner died"
    assert work.names.title(loss) == "a death (the partner)"
    assert work.names.title(conflict) == "the boss"
    assert work.names.fill("since {what}", change) == "since a move"


def test_of_nothing_known_the_words_are_general() -> None:
    work = work_of(losses=[{"id": "one"}], conflicts=[{"id": "two"}], changes=[{"id": "three"}])
    assert work.names.who(record_of(work, "one")) == "the person who was lost"
    assert work.names.title(record_of(work, "two")) == "the other person"
    assert work.names.title(record_of(work, "three")) == "a change"


def test_the_person_of_the_inventory_names_the_record() -> None:
    work = work_of(
        losses=[{"id": "one", "kind": "death_of_person", "person": "ann"}],
        conflicts=[{"id": "two", "person": "bob"}],
        people=[{"id": "ann", "label": "Aunt Ann", "relation": "other_family"}, {"id": "bob", "relation": "neighbour"}],
    )
    assert work.names.who(record_of(work, "one")) == "Aunt Ann"
    assert work.names.who(record_of(work, "two")) == "the neighbour"


def test_a_situation_that_another_brought_says_which() -> None:
    loss = {"id": "one", "label": "her husband", "kind": "death_of_person", "relation": "partner"}
    work = work_of(losses=[loss])
    made = record_of(work, "one.widowhood")
    assert work.names.title(made) == "life after the partner's death (her husband)"

"""Can every rule be read aloud, and does what is written mean what was read?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.analysis.sentences import exceptions_of, spoken
from ipt_formulate.analysis.written import written
from ipt_formulate.reading import read_text
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.blocks import Reader
from ipt_formulate.rulebook.form import Form
from ipt_formulate.rulebook.nodes import About, Block, Condition, Sign
from tests.rulebook.books import BASE, laid_over, rule_text

SHIPPED = Rulebook.load()
BLOCKS = {
    "support": ("loss", "{had_support: yes}"),
    "young": ("case", "{frame.age_band: adolescent_12_17}"),
    "moved": ("change", "{kind: move}"),
    "over": ("conflict", "{relationship: ended}"),
    "died": ("loss", "{kind: death_of_person}"),
    "near": ("person", "{ring: inner}"),
}


def read(sentence: str, about: About) -> Condition:
    """The condition of a sentence in a rule about this kind of record, over the blocks above."""
    named = "".join(f"  {name}: {{about: {kind}, {test[1:]}\n" for name, (kind, test) in BLOCKS.items())
    faults: list[object] = []
    document = read_text(f"blocks:\n{named}when: x\n", name="a rule", format="yaml")
    form = Form(document, (), faults)  # type: ignore[arg-type]
    reader = Reader(SHIPPED.vocabulary, SHIPPED.parameters)
    condition = reader.sentence(form, "when", sentence, about, reader.blocks(form, about), set())
    assert faults == []
    return condition


def block(name: str) -> Block:
    """One of the blocks above, as read."""
    found = read(name if BLOCKS[name][0] in ("loss", "case") else f"any {BLOCKS[name][0]} where {name}", "loss")
    (one,) = [node for node in n.walk(found) if isinstance(node, Block)]
    return one


READ = {name: block(name) for name in BLOCKS}


def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """`and`, `or` and `not` of parts."""
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(n.AllOf, several), st.builds(n.AnyOf, several), st.builds(n.Not, parts))


def about(kind: str) -> st.SearchStrategy[Condition]:
    """Conditions on one record, without other records."""
    names = [name for name, (of, _) in BLOCKS.items() if of in (kind, "case")]
    return st.recursive(st.sampled_from([READ[name] for name in names]), joined, max_leaves=4)


def elsewhere(kind: About) -> st.SearchStrategy[Condition]:
    """Conditions on records of a kind."""
    counted = st.builds(n.AtLeast, st.integers(1, 3), st.just(kind), about(kind), st.booleans())
    if kind == "person":
        linked = st.builds(n.Linked, st.just(Sign("loss", "person")), st.just(kind), about(kind))
        return counted | linked
    return counted | st.builds(n.Connected, st.just(kind), about(kind))


conditions = st.recursive(
    st.one_of(about("loss"), *(elsewhere(kind) for kind in ("loss", "conflict", "change", "person"))),  # type: ignore[arg-type]
    joined,
    max_leaves=5,
)


@given(conditions)
def test_a_condition_that_is_written_and_read_is_the_same(condition: Condition) -> None:
    assert read(written(condition), "loss") == condition


def test_the_sentences_of_the_rulebook_can_be_written() -> None:
    for rule in SHIPPED.rules.values():
        assert rule.own is None or written(rule.own)


def test_a_test_outside_a_block_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="outside"):
        written(n.Says(Sign("loss", "had_support"), True))


def test_every_rule_can_be_read_aloud() -> None:
    for rule in SHIPPED.rules.values():
        said = spoken(rule, SHIPPED)
        assert said.sentence.endswith(".")
        assert not {"_", "{", "}"} & set(said.sentence.replace("{who}", "").replace("{what}", "")), said.sentence
        assert [name for name, _ in said.blocks] == [each.name.replace("_", " ") for _, each in rule.blocks]


@pytest.mark.parametrize(
    ("parts", "sentence", "told"),
    [
        (
            {
                "blocks": "{died: {kind: death_of_person}, close: {closeness: {at_least: $close}}}",
                "when": "died and not close",
                "then": "{supports: grief, strength: weak, aspect: significance, stands_alone: no}",
            },
            "if died and not close, then it speaks for grief (weak; aspect: significance; only beside other evidence).",
            ["kind is a death", "closeness is at least 3 ($close)"],
        ),
        (
            {
                "blocks": "{support: {had_support: no}, over: {about: conflict, relationship: [ended, ending]}}",
                "when": "support or no other conflict where over",
                "then": "[{opposes: grief}, {caps: grief, at: possible}]",
            },
            "if support or there is no other conflict with over, "
            "then it speaks against grief, one level down; grief is possible at most.",
            ["had support is no", "relationship is one of ended, ending"],
        ),
        (
            {
                "blocks": "{hard: {manner: {all_of: [sudden, violent]}}, told: {tied: {is: no, said_by: coder}}}",
                "when": "hard and told",
                "then": "{bars: grief, from: first, until: told}",
            },
            "if hard and told, then grief may not be the first focus until told.",
            ["manner has all of sudden, violent", "tied was answered by the coder and tied is no"],
        ),
    ],
)
def test_a_rule_read_aloud(parts: dict[str, str], sentence: str, told: list[str], tmp_path: Path) -> None:
    words = (SHIPPED.folder / "words" / "en.yaml").read_text(encoding="utf-8")
    parameters = (BASE / "parameters.yaml").read_text(encoding="utf-8")
    parameters += "close: {value: 3, unit: scale step, label: OI, sources: [OI]}\n"
    texts = {"words/en.yaml": words, "parameters.yaml": parameters, "grief/one.yaml": rule_text("grief.one", **parts)}
    book = Rulebook.load(laid_over(tmp_path / "rules", texts))
    said = spoken(book.rules["grief.one"], book)
    assert said.sentence == f"For each loss: {sentence}"
    assert [text for _, text in said.blocks] == told


def test_exceptions_are_named_by_their_rules(tmp_path: Path) -> None:
    texts = {
        "grief/one.yaml": rule_text("grief.one", more="unless: [grief.nobody-died]"),
        "grief/two.yaml": rule_text("grief.two", when="not died", more="overrides: [grief.one]"),
    }
    book = Rulebook.load(laid_over(tmp_path / "rules", texts))
    assert set(exceptions_of(book.rules["grief.one"])) == {"grief.nobody-died", "grief.two"}
    assert exceptions_of(book.rules["grief.two"]) == ()

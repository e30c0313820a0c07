"""Does each lint find what it is there for, at its place, and stay silent beside it?

One section for each lint: at least one rulebook in which it fires, and one near it in which it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from ipt_formulate.analysis.lints import LINTS, Finding, run_lints
from ipt_formulate.reading import read_file
from ipt_formulate.rulebook import Rulebook
from tests.rulebook.books import BASE, faults_of, laid_over, rule_text

PAGES = Path(__file__).parents[2] / "docs" / "lints"
CLOSE = "{closeness: {at_least: 3}}"
ALL_KINDS = (
    "{fires: [{kind: death_of_person}], holds: [{kind: loss_of_job}], unknown: [{}], near: [{kind: loss_of_job}]}"
)


def findings(folder: Path, files: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What the lints find in the base with these files laid over it."""
    return run_lints(Rulebook.load(laid_over(folder / "rules", files)))


def of(lint: str, found: Iterable[Finding]) -> list[Finding]:
    """The findings of one lint."""
    assert lint in LINTS
    return [each for each in found if each.lint == lint]


def one(lint: str, tmp_path: Path, **parts: str) -> list[Finding]:
    """The findings of one lint in a rule `grief.one` made of these parts."""
    rule_id = parts.pop("rule_id", "grief.one")
    text = rule_text(rule_id, **parts)
    return of(lint, findings(tmp_path, {rule_id.replace(".", "/", 1) + ".yaml": text}))


# -- all of them ----------------------------------------------------------------------------------------------------


def test_the_base_is_clean() -> None:
    assert run_lints(Rulebook.load(BASE)) == ()


@pytest.mark.parametrize("name", LINTS)
def test_every_lint_has_a_page_with_its_four_parts(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    prose = "".join(page.split("```")[::2])
    heads = [line for line in prose.splitlines() if line.startswith("#")]
    assert heads == [f"# {name}", "## What", "## Why it matters", "## Before", "## After"]
    lint = LINTS[name]
    assert f"**{lint.severity}**: {lint.says}." in page
    assert f"| [{name}]({name}.md) | {lint.severity} | {lint.says} |" in (PAGES / "index.md").read_text(
        encoding="utf-8"
    )


def test_every_page_is_about_a_lint() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {*LINTS, "index"}


@pytest.mark.parametrize("name", LINTS)
def test_every_lint_is_tried_here(name: str) -> None:
    assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8")


def test_findings_come_in_the_order_of_places_with_file_line_and_column(tmp_path: Path) -> None:
    texts = {f"grief/{name}.yaml": rule_text(f"grief.{name}", because="probably") for name in ("b", "a")}
    found = of("probability_words", findings(tmp_path, texts))
    assert [Path(each.place.file).name for each in found if each.place] == ["a.yaml", "b.yaml"]
    (first, _) = found
    assert first.place is not None
    assert (first.place.line, first.place.column) == (10, 10)
    assert first.headline.endswith("sounds like a probability [probability_words]")


def test_a_retired_rule_is_left_alone(tmp_path: Path) -> None:
    text = rule_text("grief.one", because="probably").replace("draft", "retired")
    assert findings(tmp_path, {"grief/one.yaml": text}) == ()


# -- load faults ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lint", "code", "parts"),
    [
        ("block_never_used", "R315", {"blocks": "{died: {kind: death_of_person}, idle: {had_support: yes}}"}),
        ("unknown_source", "R323", {"sources": "[BOKK]"}),
        ("unknown_statement", "R317", {"more": "knowledge: [K-NONE-01]"}),
    ],
)
def test_load_faults_are_lints_too(lint: str, code: str, parts: dict[str, str], tmp_path: Path) -> None:
    text = rule_text("grief.one", **parts)
    if "more" in parts:
        text = text.replace("knowledge: [K-GRIEF-01]\n", "")
    (fault,) = faults_of(laid_over(tmp_path / "rules", {"grief/one.yaml": text}))
    assert fault.code == code == LINTS[lint].fault
    assert LINTS[lint].severity == "error"


# -- value_never_possible -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "fires"),
    [
        ("{died: {closeness: {at_least: 5}}}", True),
        ("{died: {closeness: {at_most: -1}}}", True),
        ("{died: {closeness: {between: [3, 2]}}}", True),
        ("{died: {kind: {in: []}}}", True),
        ("{died: {manner: {any_of: []}}}", True),
        ("{died: {closeness: {at_least: 4}}}", False),
        ("{died: {lag: {at_least: 100000}}}", False),
    ],
)
def test_a_value_never_possible(blocks: str, fires: bool, tmp_path: Path) -> None:
    found = one("value_never_possible", tmp_path, blocks=blocks)
    assert bool(found) == fires
    if fires:
        assert found[0].path.startswith("blocks.died.")
        assert of("contradictory", found) == []


@pytest.mark.parametrize(("value", "fires"), [("5", True), ("[3, 7]", True), ("4", False), ("[0, 4]", False)])
def test_a_value_that_is_given_is_possible(value: str, fires: bool, tmp_path: Path) -> None:
    then = f"{{presumes: {{closeness: {value}}}}}"
    assert bool(one("value_never_possible", tmp_path, rule_id="presumptions.one", then=then)) == fires


# -- contradictory --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "when", "fires"),
    [
        ("{a: {kind: death_of_person}, b: {kind: loss_of_job}}", "a and b", True),
        (f"{{a: {CLOSE}, b: {{closeness: {{at_most: 2}}}}}}", "a and b", True),
        (f"{{a: {CLOSE}, b: {{closeness: {{at_most: 3}}}}}}", "a and b", False),
        ("{a: {had_support: yes}}", "a and not a", True),
        ("{a: {had_support: yes}, b: {little_sorrow: yes}}", "b or (a and not a)", True),
        ("{a: {manner: {all_of: [sudden]}}, b: {manner: {none_of: [sudden, violent]}}}", "a and b", True),
        ("{a: {manner: sudden}, b: {manner: violent}}", "a and b", False),
        ("{a: {tied: yes}, b: {linked_by_patient: no}}", "a and b", True),
        ("{a: {timing: soon}, b: {lag: {at_least: 40}}}", "a and b", True),
        ("{a: {timing: late}, b: {lag: {at_least: 40}}}", "a and b", False),
        ("{a: {timing_strength: none}, b: {timing: soon}}", "a and b", True),
        ("{a: {person: {names: someone}}, b: {person: {names: no_one}}}", "a and b", True),
        ("{a: {about: change, kind: move}}", "any change where a and no change where a", True),
        ("{a: {about: change, kind: move}}", "any change where a and no other change where a", False),
    ],
)
def test_contradictory(blocks: str, when: str, fires: bool, tmp_path: Path) -> None:
    found = one("contradictory", tmp_path, blocks=blocks, when=when)
    assert bool(found) == fires
    assert all(each.path == "when" for each in found)


def test_a_contradiction_with_a_definition(tmp_path: Path) -> None:
    by_definition = rule_text("entailments.past", then="{entails: {still_to_come: no}}")
    blocks = "{died: {kind: death_of_person}, to_come: {still_to_come: yes}}"
    text = rule_text("grief.one", blocks=blocks, when="died and to_come")
    found = findings(tmp_path, {"entailments/past.yaml": by_definition, "grief/one.yaml": text})
    assert [each.rule for each in of("contradictory", found)] == ["grief.one"]


def test_an_entailment_is_asked_before_it_holds(tmp_path: Path) -> None:
    blocks = "{died: {kind: death_of_person}, denied: {manner: {none_of: [sudden]}}}"
    parts = {"blocks": blocks, "when": "died and denied", "then": "{entails: {manner: {sudden: yes}}}"}
    assert one("contradictory", tmp_path, rule_id="entailments.one", **parts) == []


def test_a_contradiction_inside_a_block(tmp_path: Path) -> None:
    blocks = "{died: {kind: death_of_person, tied: yes, linked_by_patient: no}}"
    (found,) = one("contradictory", tmp_path, blocks=blocks)
    assert found.path == "blocks.died"


def test_a_rule_that_its_exceptions_always_silence(tmp_path: Path) -> None:
    narrow = rule_text(
        "grief.narrow", blocks=f"{{died: {{kind: death_of_person}}, close: {CLOSE}}}", when="died and close"
    )
    broad = rule_text("grief.broad", more="overrides: [grief.narrow]")
    found = of("contradictory", findings(tmp_path, {"grief/narrow.yaml": narrow, "grief/broad.yaml": broad}))
    assert [each.rule for each in found] == ["grief.narrow"]
    assert "exceptions" in found[0].message


def test_a_question_may_be_asked_while_nothing_is_answered(tmp_path: Path) -> None:
    blocks = "{open: {had_support: {answered: no}}, support: {had_support: no}}"
    parts = {"blocks": blocks, "when": "open and support"}
    assert one("contradictory", tmp_path / "asks", then="{asks: [had_support]}", rule_id="advice.one", **parts) == []
    assert one("contradictory", tmp_path / "notes", then="{notes: so it is}", rule_id="advice.one", **parts)


# -- always_true ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "when", "fires"),
    [
        ("{a: {had_support: yes}}", "a or not a", True),
        (f"{{a: {CLOSE}, b: {{closeness: {{at_most: 2}}}}}}", "a or b", True),
        (f"{{a: {CLOSE}, b: {{closeness: {{at_most: 1}}}}}}", "a or b", False),
        ("{a: {closeness: {between: [0, 4]}}}", "a", True),
        ("{a: {setting.scope: {in: [narrow, wide]}}}", "a", True),
        ("{a: {setting.scope: narrow}}", "a", False),
        ("{a: {tied: yes}, b: {linked_by_patient: no}}", "a or b", True),
        ("{a: {had_support: yes}, b: {had_support: no}}", "a or b", True),
    ],
)
def test_always_true(blocks: str, when: str, fires: bool, tmp_path: Path) -> None:
    assert bool(one("always_true", tmp_path, blocks=blocks, when=when)) == fires


def test_what_asks_for_a_gap_is_not_always_true(tmp_path: Path) -> None:
    parts = {"then": "{notes: so it is}", "rule_id": "advice.one"}
    blocks = "{told: {had_support: {answered: yes}}, open: {had_support: {answered: no}}}"
    assert one("always_true", tmp_path / "one", blocks=blocks, when="told and not open", **parts) == []
    assert one("always_true", tmp_path / "two", blocks=blocks, when="told or open", **parts)


# -- bare_not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "cases", "fires"),
    [
        ("not died", "{unknown: [{}]}", False),
        ("not died", "{fires: [{kind: loss_of_job}]}", True),
        ("not died", "{fires: [{given: {}, settings: {scope: wide}}]}", False),
        ("not not died", "{fires: [{kind: death_of_person}]}", False),
        ("no other loss where died", "{fires: [{kind: loss_of_job}]}", False),
    ],
)
def test_bare_not(when: str, cases: str, fires: bool, tmp_path: Path) -> None:
    found = one("bare_not", tmp_path, when=when, cases=cases)
    assert bool(found) == fires
    assert all("`not died`" in each.message for each in found)


def test_a_not_over_what_is_guarded_by_answered_is_never_bare(tmp_path: Path) -> None:
    parts = {"rule_id": "advice.one", "then": "{notes: so it is}", "cases": "{fires: [{had_support: no}]}"}
    guarded = "{there: {had_support: {is: yes, answered: yes}}}"
    assert one("bare_not", tmp_path / "with", blocks=guarded, when="not there", **parts) == []
    assert one("bare_not", tmp_path / "without", blocks="{there: {had_support: yes}}", when="not there", **parts)


def test_a_not_over_a_setting_is_never_bare(tmp_path: Path) -> None:
    blocks = "{narrow: {setting.scope: narrow}}"
    assert one("bare_not", tmp_path, blocks=blocks, when="not narrow", cases="{fires: [{}]}") == []


# -- twin_rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "fires"),
    [
        ({"because": "in other words"}, True),
        ({"blocks": "{gone: {kind: {in: [death_of_person]}}}", "when": "gone"}, True),
        ({"then": "{supports: grief, strength: weak, aspect: link}"}, False),
        ({"when": "not died"}, False),
    ],
)
def test_twin_rules(parts: dict[str, str], fires: bool, tmp_path: Path) -> None:
    texts = {"grief/one.yaml": rule_text("grief.one"), "grief/two.yaml": rule_text("grief.two", **parts)}
    found = of("twin_rules", findings(tmp_path, texts))
    assert [each.rule for each in found] == (["grief.two"] if fires else [])


# -- recalled_as_certain --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "sources", "more", "paths"),
    [
        ("EO", "[OLD]", "", ["basis.sources.0"]),
        ("MS", "[OLD°]", "", ["basis.label"]),
        ("SS", "[OLD°, BOOK°]", "", ["basis.label"]),
        ("MS", "[OLD°, BOOK]", "", []),
        ("EO", "[OLD°]", "", []),
        ("MS", "[OLD]", "", ["basis.sources.0"]),
    ],
)
def test_recalled_as_certain(label: str, sources: str, more: str, paths: list[str], tmp_path: Path) -> None:
    found = one("recalled_as_certain", tmp_path, label=label, sources=sources, more=more)
    assert [each.path for each in found] == paths


def test_a_note_says_what_was_not_re_read(tmp_path: Path) -> None:
    text = rule_text("grief.one", label="MS", sources="[OLD°]").replace("[OLD°]}", "[OLD°], note: not seen again}")
    assert of("recalled_as_certain", findings(tmp_path, {"grief/one.yaml": text})) == []


def test_statements_and_parameters_mark_recalled_sources_too(tmp_path: Path) -> None:
    texts = {
        name: (BASE / name)
        .read_text(encoding="utf-8")
        .replace("[BOOK]", "[OLD]")
        .replace("sources: [OI], n", "sources: [OLD], n")
        for name in ("statements.yaml", "parameters.yaml")
    }
    found = of("recalled_as_certain", findings(tmp_path, texts))
    assert [Path(each.place.file).name for each in found if each.place] == ["parameters.yaml", "statements.yaml"]


# -- missing_case_kind ----------------------------------------------------------------------------------------------


def test_missing_case_kind(tmp_path: Path) -> None:
    found = one("missing_case_kind", tmp_path / "some", cases="{fires: [{kind: death_of_person}]}")
    assert sorted(each.message.split("`")[1] for each in found) == ["holds", "near", "unknown"]
    assert one("missing_case_kind", tmp_path / "all", cases=ALL_KINDS) == []


# -- reasons_untested -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "fires"),
    [("{}", True), ("{given: {}, ask: [kind]}", False), ("{given: {kind: loss_of_job}, blocked_by: [died]}", False)],
)
def test_reasons_untested(case: str, fires: bool, tmp_path: Path) -> None:
    blocks = f"{{died: {{kind: death_of_person}}, close: {CLOSE}}}"
    cases = f"{{unknown: [{case}]}}"
    found = one("reasons_untested", tmp_path / "two", blocks=blocks, when="died and close", cases=cases)
    assert bool(found) == fires
    assert one("reasons_untested", tmp_path / "one", cases=cases) == []


# -- parameters -----------------------------------------------------------------------------------------------------


def test_parameter_basis_and_parameter_never_used(tmp_path: Path) -> None:
    parameters = (BASE / "parameters.yaml").read_text(encoding="utf-8")
    parameters += "bare: {value: 3, label: OI}\nwell: {value: 3, unit: days, label: OI, sources: [OI]}\n"
    found = findings(tmp_path, {"parameters.yaml": parameters, "grief/a.yaml": rule_text("grief.a", cases=ALL_KINDS)})
    basis = of("parameter_basis", found)
    assert [each.message for each in basis] == ["parameter `bare` has no source", "parameter `bare` has no unit"]
    unused = of("parameter_never_used", found)
    assert [each.path for each in unused] == ["bare", "well"]
    assert unused[0].place is not None
    assert unused[0].place.column == 1


# -- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        ("areas: {d: {label: deficits, patient: a deficit in ties}}", True),
        ("areas: {d: {label: deficits, patient: loneliness}}", False),
        ("notice: {patient: {short: You have failed}}", True),
        ("areas: {d: {plain: interpersonal deficits}}", True),
        ("areas: {d: {patient: we often failover}}", False),
    ],
)
def test_patient_words(words: str, fires: bool, tmp_path: Path) -> None:
    assert bool(of("patient_words", findings(tmp_path, {"words/en.yaml": words}))) == fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("it is probably grief", True),
        ("this is likely", True),
        ("Unlikely to last", True),
        ("30% of people", True),
        ("a chance of", True),
        ("a high risk of relapse", True),
        ("the likeness of two brothers", False),
        ("problems at home", False),
        ("riskier words", False),
    ],
)
def test_probability_words(text: str, fires: bool, tmp_path: Path) -> None:
    assert bool(one("probability_words", tmp_path / "because", because=text)) == fires
    advises = f"{{advises: '{text}'}}"
    assert bool(one("probability_words", tmp_path / "advises", rule_id="advice.one", then=advises)) == fires


# -- person_as_weight -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "then", "fires"),
    [
        ("{died: {frame.age_band: older_60_plus}}", "{opposes: grief}", True),
        ("{died: {frame.household_tags: stigma}}", "{bars: grief, from: first}", True),
        ("{died: {episode.diagnosis: mdd}}", "{ranks: severity}", True),
        ("{died: {frame.age_band: older_60_plus}}", "{asks: [closeness]}", False),
        ("{died: {frame.age_band: older_60_plus}}", "{routes: role_transition}", False),
        ("{died: {frame.age_band: older_60_plus}}", "[{routes: extra}, {caps: extra, at: possible}]", False),
        ("{died: {frame.age_band: older_60_plus}}", "[{routes: extra}, {caps: grief, at: possible}]", True),
        ("{died: {frame.format: group}}", "{opposes: grief}", False),
    ],
)
def test_person_as_weight(blocks: str, then: str, fires: bool, tmp_path: Path) -> None:
    assert bool(one("person_as_weight", tmp_path, blocks=blocks, then=then)) == fires


def test_person_as_weight_is_followed_through_signs_to_where_the_answer_is_read(tmp_path: Path) -> None:
    old = rule_text("signs.old", blocks="{old: {frame.age_band: older_60_plus}}", when="old", then="{derives: old}")
    frail = rule_text("signs.frail", blocks="{old: {old: yes}}", when="old", then="{derives: frail}")
    weighs = rule_text("grief.weighs", blocks="{frail: {frail: yes}}", when="frail")
    asks = rule_text("advice.asks", blocks="{frail: {frail: yes}}", when="frail", then="{asks: [closeness]}")
    texts = {"signs/old.yaml": old, "signs/frail.yaml": frail, "advice/asks.yaml": asks}
    assert of("person_as_weight", findings(tmp_path / "asks", texts)) == []
    found = of("person_as_weight", findings(tmp_path / "weighs", {**texts, "grief/weighs.yaml": weighs}))
    assert [each.rule for each in found] == ["signs.old"]
    assert "grief.weighs" in found[0].message


# -- no_loss_in_support ---------------------------------------------------------------------------------------------

LOSS = "{died: {about: loss, kind: death_of_person}}"
SUPPORT = "{supports: role_transition, strength: weak, aspect: link}"


@pytest.mark.parametrize(
    ("when", "then", "fires"),
    [
        ("no loss where died", SUPPORT, True),
        ("not any loss where died", SUPPORT, True),
        ("no other loss where died", "{floors: role_transition, at: possible}", True),
        ("any loss where died", SUPPORT, False),
        ("not connected loss where died", SUPPORT, False),
        ("no loss where died", "{opposes: role_transition}", False),
    ],
)
def test_no_loss_in_support(when: str, then: str, fires: bool, tmp_path: Path) -> None:
    parts = {"about": "change", "blocks": LOSS, "rule_id": "role_transition.one"}
    assert bool(one("no_loss_in_support", tmp_path, when=when, then=then, **parts)) == fires


def test_no_loss_in_support_is_followed_through_signs(tmp_path: Path) -> None:
    sign = rule_text("signs.alive", about="change", blocks=LOSS, when="any loss where died", then="{derives: mourning}")
    parts = {"about": "change", "blocks": "{m: {mourning: no}}", "when": "m", "then": SUPPORT}
    texts = {"signs/alive.yaml": sign, "role_transition/one.yaml": rule_text("role_transition.one", **parts)}
    (found,) = of("no_loss_in_support", findings(tmp_path, texts))
    assert "through the sign `mourning`" in found.message


# -- impossible_pair ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "fires"),
    [
        ("{supports: grief, strength: weak, aspect: link}", False),
        ("{supports: role_dispute, strength: weak, aspect: link}", True),
        ("{caps: role_transition, at: possible}", True),
        ("{yields: grief, to: role_transition, of: change}", False),
        ("{yields: grief, to: grief, of: change}", True),
        ("{bars: role_dispute, from: first}", True),
        ("[{routes: role_dispute}, {opposes: role_dispute}]", False),
    ],
)
def test_impossible_pair(then: str, fires: bool, tmp_path: Path) -> None:
    assert bool(one("impossible_pair", tmp_path, then=then)) == fires


# -- one_of_not_a_partition -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "values", "messages"),
    [
        ("{a: {had_support: yes}, b: {had_support: no}}", "{x: a, y: b}", 0),
        ("{a: {had_support: yes}, b: {had_support: no}}", "{x: a, y: not b}", 2),
        ("{a: {had_support: yes}, b: {little_sorrow: yes}}", "{x: a, y: b, z: not a and not b}", 1),
        (f"{{a: {CLOSE}, b: {{closeness: {{at_most: 1}}}}}}", "{x: a, y: b}", 1),
    ],
)
def test_one_of_not_a_partition(blocks: str, values: str, messages: int, tmp_path: Path) -> None:
    then = f"{{derives: made, by: {{one_of: {values}}}}}"
    parts = {"rule_id": "signs.made", "blocks": blocks, "then": then}
    text = rule_text("signs.made", blocks=blocks, then=then, when=None)
    found = of("one_of_not_a_partition", findings(tmp_path, {"signs/made.yaml": text}))
    assert len(found) == messages, parts


# -- colliding_bars -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "fires"),
    [("{bars: grief, from: second, until: b}", True), ("{bars: grief, from: second, until: a}", False)],
)
def test_colliding_bars(second: str, fires: bool, tmp_path: Path) -> None:
    blocks = "{died: {kind: death_of_person}, a: {had_support: yes}, b: {little_sorrow: yes}}"
    then = f"[{{bars: grief, from: first, until: a}}, {second}, {{notes: b decides, under: candidate}}]"
    more = "" if fires else "unless: [grief.other]"
    texts = {"grief/one.yaml": rule_text("grief.one", blocks=blocks, when="died and (a or b)", then=then, more=more)}
    texts["grief/other.yaml"] = rule_text("grief.other", when="not died", cases=ALL_KINDS)
    assert bool(of("colliding_bars", findings(tmp_path, texts))) == fires


# -- statement_missing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("then", "fires"), [("{opposes: grief}", True), ("{asks: [closeness]}", False)])
def test_statement_missing(then: str, fires: bool, tmp_path: Path) -> None:
    text = rule_text("grief.one", then=then).replace("[K-GRIEF-01]", "[]")
    assert bool(of("statement_missing", findings(tmp_path, {"grief/one.yaml": text}))) == fires


# -- missing_property_test ------------------------------------------------------------------------------------------


def test_missing_property_test(tmp_path: Path) -> None:
    statements = (BASE / "statements.yaml").read_text(encoding="utf-8")
    kept = statements.replace("strength: strong", "strength: strong, kept_by: test_a_death_counts")
    assert of("missing_property_test", findings(tmp_path / "without tests", {"statements.yaml": kept})) == []
    tests = tmp_path / "book" / "tests" / "properties"
    tests.mkdir(parents=True)
    (tests / "test_some.py").write_text("def test_a_death_countz(x): ...\n", encoding="utf-8")
    (found,) = of("missing_property_test", findings(tmp_path / "book", {"statements.yaml": kept}))
    assert "did you mean `test_a_death_countz`" in found.message
    (tests / "test_some.py").write_text("def test_a_death_counts(x): ...\n", encoding="utf-8")
    assert of("missing_property_test", run_lints(Rulebook.load(tmp_path / "book" / "rules"))) == []


# -- exclusions -----------------------------------------------------------------------------------------------------


def test_an_exclusion_with_a_reason_silences_its_lint_in_its_rule(tmp_path: Path) -> None:
    more = "allow: {probability_words: the word is quoted}"
    found = findings(tmp_path, {"grief/one.yaml": rule_text("grief.one", because="likely", cases=ALL_KINDS, more=more)})
    assert found == ()


def test_exclusion_without_reason(tmp_path: Path) -> None:
    text = rule_text("grief.one", because="likely", cases=ALL_KINDS, more="allow: {probability_words: }")
    (found,) = findings(tmp_path, {"grief/one.yaml": text})
    assert (found.lint, found.severity) == ("exclusion_without_reason", "error")
    assert found.path == "allow.probability_words"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("probability_words", "finds nothing"),
        ("probabilty_words", "did you mean `probability_words`"),
        ("block_never_used", "no rule can be excluded"),
        ("changed_without_revision", "no rule can be excluded"),
    ],
)
def test_idle_exclusion(name: str, says: str, tmp_path: Path) -> None:
    text = rule_text("grief.one", cases=ALL_KINDS, more=f"allow: {{{name}: a reason}}")
    (found,) = findings(tmp_path, {"grief/one.yaml": text})
    assert found.lint == "idle_exclusion"
    assert says in found.message


def test_an_exclusion_is_no_meaning_and_is_kept_with_the_rule(tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules", {"grief/one.yaml": rule_text("grief.one", more="allow: {bare_not: so}")})
    assert Rulebook.load(folder).rules["grief.one"].allow == {"bare_not": "so"}
    assert read_file(folder / "grief" / "one.yaml").data["allow"] == {"bare_not": "so"}


@pytest.mark.parametrize("allow", ["[bare_not]", "bare_not", "{bare_not: [1]}", "{bare_not: 3}"])
def test_an_exclusion_of_the_wrong_type_is_a_load_fault(allow: str, tmp_path: Path) -> None:
    text = rule_text("grief.one", more=f"allow: {allow}")
    assert {fault.code for fault in faults_of(laid_over(tmp_path / "rules", {"grief/one.yaml": text}))} <= {
        "R210",
        "R211",
    }


# -- changed_without_revision, lock_outdated: see test_lock.py ("changed_without_revision", "lock_outdated") ---------

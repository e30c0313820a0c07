"""How do the files of a rulebook become checked rules?

Reads every file, notes every fault of every file with its place, and hands out frozen rules only if there is none.
Parameters and switches come in already resolved for one profile. Nothing in a rule file is executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from ipt_formulate.intake.types import Tri
from ipt_formulate.reading import Document, Fault
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.blocks import Reader
from ipt_formulate.rulebook.form import Form
from ipt_formulate.rulebook.nodes import (
    ABOUTS,
    QUANTIFIED,
    SITUATIONS,
    About,
    AllOf,
    Answered,
    Block,
    Condition,
    Exemption,
    Not,
    Sign,
    signs_read,
    walk,
)
from ipt_formulate.rulebook.rule import Basis, Case, CaseKind, Rule
from ipt_formulate.rulebook.then import Conclusions, head, primitive_type, then_forms
from ipt_formulate.rulebook.vocabulary import Vocabulary

SPEC = 1
COUNTED_THROUGH = ("onset", "episode.onset", "frame.assessed_on")
NEEDED_SIGNS = ("lag", "timing", "timing_strength", "tied", "direction")
CASE_KINDS: tuple[CaseKind, ...] = ("fires", "holds", "unknown", "near", "gives")
_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9][a-z0-9-]*\Z")
_CASE_KEYS = (
    "name",
    "on",
    "given",
    "case",
    "with",
    "lists",
    "settings",
    "result",
    "presumed",
    "because",
    "blocked_by",
    "ask",
    "gives",
)
_SENTENCE_FAULTS = frozenset({"R301", "R302", "R304", "R305"})
"""A sentence that could not be read to its end says nothing of which blocks are used."""
_PLACEHOLDERS = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class SignRule:
    """A derived sign, or a field with entailments and presumptions: which rules make it.

    `reads` holds all that the value of a derived sign follows from; None if it looks at other records as well.
    """

    sign: Sign
    derived_by: Rule | None
    presumed_by: tuple[Rule, ...]
    reads: frozenset[Sign] | None

    @property
    def makers(self) -> tuple[Rule, ...]:
        """The rules that derive the sign and presume it."""
        return self.presumed_by if self.derived_by is None else (self.derived_by, *self.presumed_by)


def read_rules(
    files: Iterable[tuple[str, Document]],
    *,
    vocabulary: Vocabulary,
    parameters: Mapping[str, Any],
    sources: Iterable[str],
    statements: Iterable[str],
    faults: list[Fault],
) -> tuple[Rule, ...]:
    """Every rule of the files, in the order of their ids.

    Parameters
    ----------
    files
        Path below the rulebook folder (``grief/avoided-mourning.yaml``) and document of each rule file.
    vocabulary
        Gets the derived signs and the results added.
    faults
        Every fault is added here; the rules are only to be used if it stays empty.
    """
    forms = [(path, Form(document, (), faults)) for path, document in files]
    _declare_signs([form for _, form in forms], vocabulary, parameters)
    _declare_results([form for _, form in forms], vocabulary)
    rules: dict[str, Rule] = {}
    for path, form in forms:
        if not isinstance(form.document.data, dict):
            continue  # noted already; every key would be missing
        rule = _rule(path, form, vocabulary, parameters, frozenset(sources), frozenset(statements))
        if rule is None:
            continue
        if rule.id in rules:
            form.fault("R310", f"`{rule.id}` is the id of another rule too", "id")
        rules[rule.id] = rule
    by_id = {path_form.data.get("id"): path_form for _, path_form in forms}
    linked = _with_exceptions(rules, by_id, faults)
    _check_needed_signs(vocabulary, faults)
    return tuple(linked[name] for name in sorted(linked))


def read_again(
    rules: Mapping[str, Rule],
    files: Iterable[tuple[str, Document]],
    *,
    vocabulary: Vocabulary,
    parameters: Mapping[str, Any],
    sources: Iterable[str],
    statements: Iterable[str],
) -> tuple[Rule, ...] | None:
    """Rules under other parameters: those of these files read again, the others as they are.

    Parameters
    ----------
    rules
        All rules as they were, by their ids.
    files, vocabulary, parameters, sources, statements
        As `read_rules` takes them; the vocabulary has every sign already.

    Returns
    -------
    tuple of Rule, or None
        None if a rule has faults or a sign gets other values: the rulebook is then to be read as a whole.
    """
    faults: list[Fault] = []
    again: dict[str, Rule] = {}
    for path, document in files:
        form = Form(document, (), faults)
        if not _same_signs(form, vocabulary, parameters):
            return None
        rule = _rule(path, form, vocabulary, parameters, frozenset(sources), frozenset(statements))
        if rule is None or faults:
            return None
        again[rule.id] = rule
    linked = _with_exceptions({**rules, **again}, {}, faults)
    return tuple(linked[name] for name in sorted(linked))


def _same_signs(form: Form, vocabulary: Vocabulary, parameters: Mapping[str, Any]) -> bool:
    """Do the signs that a rule derives have the values that the vocabulary says?"""
    about = cast(About, form.data["about"])
    return all(
        primitive_type(part.data["by"], about, vocabulary, parameters)
        == vocabulary.type_of(Sign(about, part.data["derives"]))
        for part in then_forms(Form(form.document, form.path, []))
        if "derives" in part.data and "by" in part.data
    )


# -- signs --------------------------------------------------------------------------------------------------------


def _declare_signs(forms: list[Form], vocabulary: Vocabulary, parameters: Mapping[str, Any]) -> None:
    """Add every derived sign to the vocabulary; signs that build on signs are settled in further rounds."""
    open_: list[tuple[Form, About, str, Any]] = []
    for form in forms:
        about = form.data.get("about")
        if about not in ABOUTS:
            continue
        for part in then_forms(Form(form.document, form.path, [])):
            name = part.data.get("derives")
            if not isinstance(name, str):
                continue
            if vocabulary.has(about, name) or any((about, name) == (a, n) for _, a, n, _ in open_):
                part.faults = form.faults
                part.fault("R311", f"`{name}` is a sign of a {about} already; one rule makes one sign", "derives")
            elif "by" in part.data:
                open_.append((form, about, name, part.data["by"]))
            else:
                vocabulary.add(about, name, Tri())
    while open_:
        later = []
        for form, about, name, raw in open_:
            type_ = primitive_type(raw, about, vocabulary, parameters)
            if type_ is None:
                later.append((form, about, name, raw))
            else:
                vocabulary.add(about, name, type_)
        if len(later) == len(open_):
            for form, _, name, _ in later:
                form.fault(
                    "R312", f"the type of `{name}` cannot be told: its primitive or a sign it reads is unknown", "then"
                )
            return
        open_ = later


def _declare_results(forms: list[Form], vocabulary: Vocabulary) -> None:
    flags = []
    for form in forms:
        for part in then_forms(Form(form.document, form.path, [])):
            if isinstance(part.data.get("flags"), str):
                flags.append(part.data["flags"])
    vocabulary.add_results(flags)


# -- one rule -----------------------------------------------------------------------------------------------------


def _rule(
    path: str,
    form: Form,
    vocabulary: Vocabulary,
    parameters: Mapping[str, Any],
    sources: frozenset[str],
    statements: frozenset[str],
) -> Rule | None:
    rule_id = form.text("id")
    expected = path.removesuffix(".yaml").replace("/", ".")
    if rule_id and rule_id != expected:
        form.fault("R313", "the id must say folder and file name", "id", expected=expected)
    elif rule_id and not _ID.match(rule_id):
        form.fault("R313", "an id is folder.slug in small letters, digits and hyphens", "id")
    if form.whole("spec") != SPEC:
        form.fault("R314", f"written for another version of the rule language; this library reads {SPEC}", "spec")
    about = cast(About, form.choice("about", ABOUTS))
    reader = Reader(vocabulary, parameters)
    blocks = reader.blocks(form, about)
    used: set[str] = set()
    before = len(form.faults)
    own: Condition | None = None
    if form.has("when"):
        sentence = form.text("when")
        own = reader.sentence(form, "when", sentence, about, blocks, used) if sentence else None
    concluded = Conclusions(reader, form, about, blocks, used).read()
    _check_when(form, own, concluded)
    _check_readings(form, blocks, concluded)
    _check_about(form, about, concluded)
    _check_yields(form, concluded)
    if not any(fault.code in _SENTENCE_FAULTS for fault in form.faults[before:]):
        for name in sorted(set(blocks) - used):
            form.fault("R315", f"block `{name}` is never used", "blocks", name, key=True)
    because = form.text("because", required=not all(isinstance(each, c.SignConclusion) for each in concluded))
    for name in _PLACEHOLDERS.findall(because):
        if name not in ("who", "what"):
            form.fault("R316", f"`{{{name}}}` is no placeholder", "because", expected="{who}, {what}")
    knowledge = form.texts("knowledge", required=False)
    for index, each in enumerate(knowledge):
        if each not in statements:
            form.fault("R317", f"there is no statement `{each}`", "knowledge", index, choices=statements, name=each)
    rule = Rule(
        id=rule_id,
        title=form.text("title"),
        about=about,
        blocks=tuple(blocks.values()),
        own=own,
        when=own,
        conclusions=concluded,
        because=because,
        basis=_basis(form, sources),
        knowledge=knowledge,
        status=cast(Any, form.choice("status", ("draft", "reviewed", "retired"))),
        revision=form.whole("revision"),
        unless=form.texts("unless", required=False),
        overrides=form.texts("overrides", required=False),
        cases=_cases(form),
        parameters=tuple(sorted(reader.parameters_read)),
        allow=_allow(form),
        at=form.place("id"),
    )
    form.close()
    return rule if rule_id else None


def _check_when(form: Form, own: Condition | None, concluded: tuple[c.Conclusion, ...]) -> None:
    computed = [isinstance(each, c.Derives) and each.by is not None for each in concluded]
    if own is None and not form.data.get("when") and not (computed and all(computed)):
        form.fault("R318", "`when` is missing", expected="a sentence over the names of the blocks")
    if own is not None and any(computed):
        form.fault("R319", "a sign that a primitive gives has no `when`", "when")


def _check_readings(form: Form, blocks: Mapping[str, tuple[About, Block]], concluded: tuple[c.Conclusion, ...]) -> None:
    """A rule reads only earlier strata; only safety, questions and advice may test whether something was answered."""
    strata = {each.stratum for each in concluded}
    advice_only = strata <= {"advice"}
    may_test_answered = strata <= {"advice", "safety"}
    for name, (_, block) in blocks.items():
        for node in walk(block):
            if isinstance(node, Answered) and not may_test_answered:
                form.fault("R320", "only questions, advice and safety may test `answered`", "blocks", name)
        for sign in signs_read(block):
            if sign.name.startswith("result.") and not advice_only:
                earlier = ", ".join(sorted(strata - {"advice"}))
                form.fault("R321", f"`{sign.name}` is found after the stratum of this rule ({earlier})", "blocks", name)


def _check_about(form: Form, about: About, concluded: tuple[c.Conclusion, ...]) -> None:
    """Evidence, differentials and ranking are about situations; stages about conflicts."""
    for each in concluded:
        if each.stratum in ("evidence", "differential", "rank") or isinstance(each, c.Routes):
            if about not in SITUATIONS:
                form.fault("R327", f"only a rule about a situation may conclude this, not one about a {about}", "about")
        elif each.stratum == "stage" and about != "conflict":
            form.fault("R327", "only a rule about a conflict may speak of its stage", "about")


def _check_yields(form: Form, concluded: tuple[c.Conclusion, ...]) -> None:
    """Verdicts on pairs are told apart by rule and records, so one rule gives way to one kind of record once."""
    kinds = [each.of for each in concluded if isinstance(each, c.Yields)]
    for kind in dict.fromkeys(each for each in kinds if kinds.count(each) > 1):
        form.fault("R328", f"two `yields` to a {kind} in one rule; write two rules", "then")


def _basis(form: Form, sources: frozenset[str]) -> Basis:
    if not form.has("basis"):
        form.fault("R322", "`basis` is missing", expected="label and sources")
        return Basis("OI", ())
    basis = form.sub("basis")
    keys = basis.texts("sources")
    for index, key in enumerate(keys):
        bare = key.removesuffix("°")
        if bare not in sources:
            where: tuple[str | int, ...] = (
                ("sources", index) if isinstance(basis.data.get("sources"), list) else ("sources",)
            )
            basis.fault("R323", f"there is no source `{bare}`", *where, choices=sources, name=bare)
    read = Basis(
        cast(Any, basis.choice("label", ("MS", "SS", "EO", "OI"))), keys, basis.text("note", required=False) or None
    )
    basis.close()
    return read


def _allow(form: Form) -> dict[str, str]:
    """The lints that the rule is excluded from; a reason left blank is kept blank, for a lint to find."""
    if not form.has("allow"):
        return {}
    allow = form.sub("allow")
    return {name: allow.text(name, required=False).strip() for name in allow.data}


# -- cases --------------------------------------------------------------------------------------------------------


def _cases(form: Form) -> tuple[Case, ...]:
    if not form.has("cases"):
        return ()
    cases = form.sub("cases")
    read: list[Case] = []
    for kind in CASE_KINDS:
        raw = cases.get(kind)
        if raw is None:
            continue
        if not isinstance(raw, list):
            cases.fault("R330", f"`{kind}` must be a list of cases", kind)
            continue
        read += [_case(kind, cases.sub(kind, index)) for index in range(len(raw))]
    cases.close()
    return tuple(read)


def _case(kind: CaseKind, form: Form) -> Case:
    at = form.document.place_of(form.path)
    if not any(key in _CASE_KEYS for key in form.data):
        return Case(kind=kind, given=form.data, at=at)
    case = Case(
        kind=kind,
        given=_mapping(form, "given"),
        name=form.text("name", required=False) or None,
        on=form.text("on", required=False) or None,
        case=_mapping(form, "case"),
        others=_mapping(form, "with"),
        lists=_mapping(form, "lists"),
        settings=_mapping(form, "settings"),
        result=_mapping(form, "result"),
        presumed=form.get("presumed") in ("yes", True),
        because=form.texts("because", required=False),
        blocked_by=form.texts("blocked_by", required=False),
        ask=form.texts("ask", required=False),
        gives=form.get("gives"),
        at=at,
    )
    form.close()
    return case


def _mapping(form: Form, key: str) -> Mapping[str, Any]:
    return form.sub(key).data if form.has(key) else {}


# -- exceptions between rules -------------------------------------------------------------------------------------


def _with_exceptions(rules: dict[str, Rule], forms: Mapping[Any, Form], faults: list[Fault]) -> dict[str, Rule]:
    """Rewrite `unless` and `overrides` into plain conditions; exceptions keep the id of their rule."""
    exceptions: dict[str, list[str]] = {name: [] for name in rules}
    for rule in rules.values():
        for key, targets in (("unless", rule.unless), ("overrides", rule.overrides)):
            for target in targets:
                if target not in rules:
                    forms[rule.id].fault("R324", f"there is no rule `{target}`", key, choices=rules, name=target)
                    continue
                weaker, stronger = (rule.id, target) if key == "unless" else (target, rule.id)
                if rules[target].about != rule.about:
                    forms[rule.id].fault("R325", f"`{target}` is about another kind of record", key)
                else:
                    exceptions[weaker].append(stronger)
    done: dict[str, Condition | None] = {}

    def condition(name: str, path: tuple[str, ...]) -> Condition | None:
        if name in path:
            forms[name].fault("R326", f"exceptions run in a circle: {' -> '.join((*path, name))}")
            return rules[name].own
        if name not in done:
            own = rules[name].own
            parts = [own] if own is not None else []
            for stronger in dict.fromkeys(exceptions[name]):
                exempt = condition(stronger, (*path, name))
                if exempt is not None:
                    parts.append(Not(Exemption(stronger, exempt)))
            done[name] = parts[0] if len(parts) == 1 else AllOf(tuple(parts)) if parts else None
        return done[name]

    return {name: replace(rule, when=condition(name, ())) for name, rule in rules.items()}


# -- the order of signs -------------------------------------------------------------------------------------------


def _check_needed_signs(vocabulary: Vocabulary, faults: list[Fault]) -> None:
    for about in SITUATIONS:
        for name in NEEDED_SIGNS:
            if not vocabulary.has(about, name):
                faults.append(Fault("R340", "$", f"no rule derives `{name}` of a {about}; ranking needs it"))


def _reads_alone(rule: Rule, vocabulary: Vocabulary) -> frozenset[Sign] | None:
    """Every sign of the record and of the case that a derivation follows from; None if it looks at other records."""
    sentences = [rule.when] if rule.when is not None else []
    for each in rule.conclusions:
        by = each.by if isinstance(each, c.Derives) else None
        if isinstance(by, c.Count | c.OfLinked):
            return None
        sentences += [condition for _, condition in by.values] if isinstance(by, c.OneOf) else []
    if any(isinstance(node, QUANTIFIED) for sentence in sentences for node in walk(sentence)):
        return None
    return frozenset(inputs_of(rule, rule.about, vocabulary))


def inputs_of(rule: Rule, about: About, vocabulary: Vocabulary) -> set[Sign]:
    """The signs that a sign rule reads: through its sentence and through its primitives."""
    read: set[Sign] = set(signs_read(rule.when)) if rule.when is not None else set()

    def add(name: str, of: About = about) -> None:
        sign = vocabulary.find(of, name)
        if sign is not None:
            read.add(sign)

    for each in rule.conclusions:
        by = each.by if isinstance(each, c.Derives | c.Presumes) else None
        match by:
            case c.Lag(start, end):
                # Days told as a lag are counted through the onset or the assessment, whatever the rule compares.
                # The onset itself cannot be: it is only counted through the assessment.
                for name in (start, end, *(COUNTED_THROUGH[1:] if start in COUNTED_THROUGH else COUNTED_THROUGH)):
                    add(name)
            case c.Band(of):
                add(of)
            case c.OneOf(values):
                for _, condition in values:
                    read |= set(signs_read(condition))
            case c.Count(_, part) if part is not None:
                read |= set(signs_read(part))
            case c.Members(of):
                add(of)
            case c.ScoreBand(score, instrument):
                add(score)
                add(instrument)
            case c.OfLinked(through, sign):
                add(through)
                link = vocabulary.find(about, through)
                if link is not None:
                    add(sign, vocabulary.type_of(link).to[0])  # type: ignore[union-attr, arg-type]
            case c.SameAs(sign):
                add(sign)
            case c.Widened(day, certainty):
                add(day)
                add(certainty)
            case _:
                pass
    return read


def order_of_signs(rules: Iterable[Rule], vocabulary: Vocabulary, faults: list[Fault]) -> tuple[SignRule, ...]:
    """Every sign that rules derive or presume, each after all signs it reads; a circle is a fault."""
    derived: dict[Sign, Rule] = {}
    presumed: dict[Sign, list[Rule]] = {}
    for rule in rules:
        for each in rule.conclusions:
            if isinstance(each, c.Derives):
                derived[Sign(rule.about, each.sign)] = rule
            elif isinstance(each, c.Presumes):
                sign = vocabulary.find(rule.about, each.sign)
                assert sign is not None
                presumed.setdefault(sign, []).append(rule)
    ordered: dict[Sign, SignRule] = {}

    def visit(sign: Sign, path: tuple[Sign, ...]) -> None:
        if sign in ordered or (sign not in derived and sign not in presumed):
            return
        if sign in path:
            circle = " -> ".join(str(each) for each in (*path[path.index(sign) :], sign))
            maker = derived.get(sign) or presumed[sign][0]
            faults.append(Fault("R341", "$.then", f"signs are derived in a circle: {circle}", maker.at))
            return
        makers = [derived[sign]] if sign in derived else []
        makers += presumed.get(sign, [])
        for maker in makers:
            for read in sorted(inputs_of(maker, maker.about, vocabulary), key=str):
                visit(read, (*path, sign))
        derivation = derived.get(sign)
        reads = _reads_alone(derivation, vocabulary) if derivation is not None else None
        ordered.setdefault(sign, SignRule(sign, derivation, tuple(presumed.get(sign, ())), reads))

    for sign in sorted({*derived, *presumed}, key=str):
        visit(sign, ())
    return tuple(ordered.values())


__all__ = ["SignRule", "head", "inputs_of", "order_of_signs", "read_rules"]

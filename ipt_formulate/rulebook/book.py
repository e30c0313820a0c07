"""What is a rulebook, and how does one come from a folder?

`Rulebook.load` reads a folder of rules under one profile and refuses it, with every fault, unless all of it is right.
A rulebook is frozen; a profile changes switches and parameters, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from ipt_formulate.intake.types import Choice, Multi
from ipt_formulate.logic.truth import NO
from ipt_formulate.reading import RULE_BYTES, Document, Fault, FaultyInput, nearest, read_text
from ipt_formulate.rulebook import cache
from ipt_formulate.rulebook.canonical import meaning, plain, sha256
from ipt_formulate.rulebook.conclusions import Conclusion, Routes, Spawns, Stratum
from ipt_formulate.rulebook.form import Form, RulebookError
from ipt_formulate.rulebook.loading import SPEC, SignRule, inputs_of, order_of_signs, read_again, read_rules
from ipt_formulate.rulebook.location import rules_directory
from ipt_formulate.rulebook.nodes import SITUATIONS, About, Sign
from ipt_formulate.rulebook.rule import Rule
from ipt_formulate.rulebook.switched import by_settings
from ipt_formulate.rulebook.vocabulary import LISTS, SignType, Vocabulary

Setting: TypeAlias = str | tuple[str, ...]
CRITERIA = ("timing", "priority", "affect", "severity", "pressing", "workability")
_FRAME = ("rulebook.yaml", "parameters.yaml", "sources.yaml", "statements.yaml", "untranslatable.yaml")
_APART = ("profiles", "words", "cases")
_WITHOUT_PLACE = ("R104", "R244")
"""Faults of what was asked for (no such language, no such profile): reading the files again gives them no place."""
_OF_RULES = ("active", "derived", "made_from", "_concluding", "_meaning_of_rules")
"""What follows from the rules alone, and so is computed once for all settings."""


@dataclass(frozen=True, slots=True)
class Area:
    """A problem area: its home kind of record, the lists that can feed it, and the switch that turns it on, if any.

    `fed_by` follows from the rules: the home kind, the kinds that are routed to the area, and the kinds of situation
    from which one of these is spawned. In `Rulebook.areas` every rule counts, in `areas_on` those that no switch turns
    off.
    """

    code: str
    home: About | None
    fed_by: tuple[About, ...]
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A published disagreement (DIS-..) with its admissible values; `many` if several may hold at once."""

    name: str
    values: tuple[str, ...]
    default: Setting
    question: str
    says: str
    many: bool = False

    @property
    def type(self) -> SignType:
        """The type of the sign `setting.<name>`."""
        return Multi(self.values) if self.many else Choice(self.values)


@dataclass(frozen=True, slots=True)
class Profile:
    """A named overlay of switches and parameters."""

    name: str
    says: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rulebook:
    """A checked rulebook under one profile.

    Attributes
    ----------
    rules
        Every rule, by id, in the order of ids; retired ones included (`active` leaves them out).
    signs
        The derived and presumed signs, each after those it reads.
    settings
        The value of every switch.
    parameters
        Every number and list that somebody chose, profile included.
    sha256
        Hash of what the rulebook means; words, reasons, cases and layout do not change it.
    """

    name: str
    version: str
    profile: Profile
    areas: tuple[Area, ...]
    switches: Mapping[str, Switch]
    settings: Mapping[str, Setting]
    parameters: Mapping[str, Any]
    rules: Mapping[str, Rule]
    signs: tuple[SignRule, ...]
    vocabulary: Vocabulary
    sources: Mapping[str, Any]
    statements: Mapping[str, Any]
    untranslatable: tuple[Mapping[str, Any], ...]
    words: Mapping[str, Any]
    profiles: tuple[str, ...]
    folder: Path

    @classmethod
    def load(
        cls,
        folder: str | Path | None = None,
        *,
        profile: str = "classic",
        words: str = "en",
        places: bool = False,
        parameters: Mapping[str, Any] | None = None,
    ) -> Rulebook:
        """Read the rulebook of a folder.

        Parameters
        ----------
        folder
            Where the rules lie; the rules of this library by default.
        profile
            The name of one of its profiles.
        words
            The language of labels; English ships.
        places
            Read every file afresh, so that rules know their file and line (for lints and editors).
        parameters
            Values that go before those of the profile, to see what hangs on them; checked as a profile is.

        Raises
        ------
        RulebookError
            With every fault, each with file, line and column.
        """
        directory = Path(folder) if folder is not None else rules_directory()
        faults: list[Fault] = []
        documents = _documents(directory, faults, fresh=places)
        moved = dict(parameters or {})
        book = _assemble(cls, directory, documents, profile, words, moved, faults) if documents else None
        if book is None or faults:
            if not places and any(each.code not in _WITHOUT_PLACE for each in faults):
                return cls.load(directory, profile=profile, words=words, places=True, parameters=moved)
            raise RulebookError(faults)
        return book

    def under(self, profile: str) -> Rulebook:
        """The rulebook of the same folder under another profile.

        Where that one changes no parameter, the rules are the same and are taken over, which takes a tenth of the time.

        Raises
        ------
        RulebookError
            If there is no such profile, or it has faults.
        """
        faults: list[Fault] = []
        documents = _documents(self.folder, faults, fresh=False)
        base = _parameters(Form(documents["parameters.yaml"], (), faults)) if not faults else {}
        other = _profile(profile, _profiles(documents), self.switches, base, faults) if not faults else None
        if other is None or faults or {**base, **other.parameters} != self.parameters:
            return Rulebook.load(self.folder, profile=profile)
        settings = {each.name: each.default for each in self.switches.values()} | dict(other.settings)
        return self._taken_over(profile=other, settings=MappingProxyType(settings))

    def with_settings(self, settings: Mapping[str, Setting]) -> Rulebook:
        """The same rulebook under other values of some switches.

        Raises
        ------
        RulebookError
            If a switch or a value does not exist.
        """
        faults: list[Fault] = []
        checked = _checked_settings(settings, self.switches, faults)
        if faults:
            raise RulebookError(faults)
        return self._taken_over(settings=MappingProxyType({**self.settings, **checked}))

    def with_parameters(self, parameters: Mapping[str, Any]) -> Rulebook:
        """The same rulebook with other values of some parameters, checked as a profile is.

        Only the rules that read one of them are read again, which takes less than half the time.

        Raises
        ------
        RulebookError
            If there is no such parameter, or a rule cannot be read with its value.
        """
        moved = {**self.parameters, **parameters}
        changed = {name for name, value in moved.items() if self.parameters.get(name) != value}
        documents = _documents(self.folder, [], fresh=False)
        files = {f"{rule.id.replace('.', '/')}.yaml" for rule in self.rules.values() if changed & {*rule.parameters}}
        rules = None
        if moved.keys() == self.parameters.keys() and files <= documents.keys():
            rules = read_again(
                self.rules,
                [(path, documents[path]) for path in sorted(files)],
                vocabulary=self.vocabulary,
                parameters=moved,
                sources=self.sources,
                statements=self.statements,
            )
        if rules is None:
            whole = Rulebook.load(self.folder, profile=self.profile.name, parameters=moved)
            return whole.with_settings(self.settings)
        return replace(
            self,
            areas=fed(self.areas, rules),
            parameters=MappingProxyType(moved),
            rules=MappingProxyType({rule.id: rule for rule in rules}),
            signs=order_of_signs((rule for rule in rules if rule.status != "retired"), self.vocabulary, []),
        )

    def _taken_over(self, **changes: Any) -> Rulebook:
        """The same rules, and what follows from them, with other settings."""
        other = replace(self, **changes)
        other.__dict__.update({name: self.__dict__[name] for name in _OF_RULES if name in self.__dict__})
        return other

    @cached_property
    def sha256(self) -> str:
        """Hash of the meaning: areas, switches and settings, order, parameters and active rules."""
        return sha256(
            {
                "areas": plain(self.areas),
                "settings": plain(dict(self.settings)),
                "parameters": plain(dict(self.parameters)),
                "rules": self._meaning_of_rules,
            }
        )

    @cached_property
    def _meaning_of_rules(self) -> str:
        return sha256([meaning(rule) for rule in self.active])

    @cached_property
    def active(self) -> tuple[Rule, ...]:
        """The rules that run."""
        return tuple(rule for rule in self.rules.values() if rule.status != "retired")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The ranking criteria after the standing, in the order of the switch `rank_order`."""
        if self.settings.get("rank_order") == "patient":
            return ("priority", *(each for each in CRITERIA if each != "priority"))
        return CRITERIA

    @cached_property
    def areas_on(self) -> tuple[Area, ...]:
        """The areas that are switched on, in the order of the rulebook, fed by rules that no switch turns off."""
        extra = self.settings.get("extra_areas", ())
        off = {"interpersonal_deficits"} if self.settings.get("areas") == "three_plus_style" else set()
        on = tuple(area for area in self.areas if (not area.extra or area.code in extra) and area.code not in off)
        feeding = {rule.id: rule for rule, _ in self.concluding(Routes, Spawns)}.values()
        return fed(on, tuple(rule for rule in feeding if not self._switched_off(rule)))

    def _switched_off(self, rule: Rule) -> bool:
        return rule.when is not None and by_settings(rule.when, self.settings) == NO

    @cached_property
    def derived(self) -> Mapping[Sign, Rule]:
        """The rule that derives each derived sign."""
        return {each.sign: each.derived_by for each in self.signs if each.derived_by is not None}

    @cached_property
    def made_from(self) -> Mapping[Sign, tuple[Sign, ...]]:
        """The signs that each derived sign is made from, in a fixed order."""
        return {
            sign: tuple(sorted(inputs_of(rule, rule.about, self.vocabulary), key=str))
            for sign, rule in self.derived.items()
        }

    @cached_property
    def _concluding(self) -> Mapping[type[Conclusion], tuple[tuple[Rule, Conclusion], ...]]:
        found: dict[type[Conclusion], list[tuple[Rule, Conclusion]]] = {}
        for rule in self.active:
            for each in rule.conclusions:
                found.setdefault(type(each), []).append((rule, each))
        return {kind: tuple(pairs) for kind, pairs in found.items()}

    def concluding(self, *kinds: type[Conclusion]) -> Iterator[tuple[Rule, Conclusion]]:
        """Every active rule with each of its conclusions of these kinds."""
        for kind in kinds:
            yield from self._concluding.get(kind, ())

    def in_stratum(self, stratum: Stratum) -> Iterator[Rule]:
        """Every active rule with a conclusion of the stratum."""
        return (rule for rule in self.active if any(each.stratum == stratum for each in rule.conclusions))


# -- reading ------------------------------------------------------------------------------------------------------


def _documents(directory: Path, faults: list[Fault], *, fresh: bool) -> dict[str, Document]:
    """Every YAML file below the folder, by its path there; from the cache if that is allowed and matches."""
    if not (directory / "rulebook.yaml").is_file():
        message = "is no rulebook folder: it holds no rulebook.yaml"
        faults.append(Fault("R101", str(directory), message, expected="the path of a folder with rules"))
        return {}
    contents: dict[str, bytes] = {}
    for path in sorted(directory.rglob("*.yaml")):
        name = path.relative_to(directory).as_posix()
        if name.startswith("cases/"):
            continue
        if path.stat().st_size > RULE_BYTES:
            faults.append(Fault("R102", str(path), f"is larger than {RULE_BYTES} bytes, the most a rule file may have"))
            continue
        contents[name] = path.read_bytes()
    key = cache.fingerprint(contents)
    kept = None if fresh else cache.recall(key)
    if kept is not None:
        return {name: Document(data, str(directory / name), {}, {}) for name, data in kept.items()}
    documents: dict[str, Document] = {}
    for name, raw in contents.items():
        try:
            documents[name] = read_text(raw, name=_shown(directory / name), format="yaml", limit=RULE_BYTES)
        except FaultyInput as refused:
            faults += refused.faults
    if not faults:
        cache.keep(key, {name: document.data for name, document in documents.items()})
    return documents


def _shown(path: Path) -> str:
    """The path as a person in this working directory would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _assemble(
    cls: type[Rulebook],
    directory: Path,
    documents: dict[str, Document],
    profile_name: str,
    language: str,
    moved: Mapping[str, Any],
    faults: list[Fault],
) -> Rulebook | None:
    missing = [name for name in _FRAME if name not in documents]
    if missing:
        faults += [Fault("R103", str(directory), f"`{name}` is missing") for name in missing]
        return None
    frame = Form(documents["rulebook.yaml"], (), faults)
    if frame.whole("spec") != SPEC:
        frame.fault("R314", f"written for another version of the rule language; this library reads {SPEC}", "spec")
    areas = _areas(frame)
    switches = _switches(frame)
    name, version = frame.text("name"), frame.text("version")
    frame.close(also=("criteria", "order", "says"))
    profiles = _profiles(documents)
    base = _parameters(Form(documents["parameters.yaml"], (), faults))
    profile = _profile(profile_name, profiles, switches, base, faults)
    words = documents.get(f"words/{language}.yaml")
    if words is None:
        faults.append(Fault("R104", str(directory), f"there is no `words/{language}.yaml`"))
    if profile is None:
        return None
    settings = {each.name: each.default for each in switches.values()} | dict(profile.settings)
    for name in sorted(moved.keys() - base.keys()):
        near = nearest(name, base)
        faults.append(Fault("R202", f"parameters.{name}", "is no parameter", None, ", ".join(base), near))
    parameters = {**base, **profile.parameters, **moved}
    vocabulary = Vocabulary(
        areas=tuple(area.code for area in areas), switches={each.name: each.type for each in switches.values()}
    )
    sources, statements = documents["sources.yaml"].data, documents["statements.yaml"].data
    files = [
        (path, document) for path, document in documents.items() if "/" in path and path.split("/")[0] not in _APART
    ]
    rules = read_rules(
        files,
        vocabulary=vocabulary,
        parameters=parameters,
        sources=sources,
        statements=statements,
        faults=faults,
    )
    if faults:
        return None
    areas = fed(areas, rules)
    signs = order_of_signs((rule for rule in rules if rule.status != "retired"), vocabulary, faults)
    return cls(
        name=name,
        version=version,
        profile=profile,
        areas=areas,
        switches=MappingProxyType(switches),
        settings=MappingProxyType(settings),
        parameters=MappingProxyType(parameters),
        rules=MappingProxyType({rule.id: rule for rule in rules}),
        signs=signs,
        vocabulary=vocabulary,
        sources=MappingProxyType(sources),
        statements=MappingProxyType(statements),
        untranslatable=tuple(documents["untranslatable.yaml"].data or ()),
        words=MappingProxyType(words.data if words is not None else {}),
        profiles=tuple(sorted(profiles)),
        folder=directory,
    )


def _profiles(documents: Mapping[str, Document]) -> dict[str, Document]:
    return {
        path.removeprefix("profiles/").removesuffix(".yaml"): document
        for path, document in documents.items()
        if path.startswith("profiles/")
    }


def _areas(frame: Form) -> tuple[Area, ...]:
    raw = frame.get("areas")
    if not isinstance(raw, list) or not raw:
        frame.fault("R240", "`areas` must be a list of areas")
        return ()
    areas = []
    for index in range(len(raw)):
        form = frame.sub("areas", index)
        home = form.text("home", required=False) or None
        areas.append(Area(form.text("code"), cast("About | None", home), (), form.has("switch")))
        form.close(also=("says",))
    return tuple(areas)


def fed(areas: tuple[Area, ...], rules: tuple[Rule, ...]) -> tuple[Area, ...]:
    """The areas with the lists that can feed them by some rules; the more rules, the more lists."""
    active = [rule for rule in rules if rule.status != "retired"]
    fed = []
    for area in areas:
        kinds = {area.home} if area.home is not None else set()
        for rule in active:
            if any(isinstance(each, Routes) and each.area == area.code for each in rule.conclusions):
                kinds.add(rule.about)
        for rule in active:
            if any(isinstance(each, Spawns) and each.about in kinds for each in rule.conclusions):
                kinds.add(rule.about)
        listed = tuple(about for about in LISTS if about in kinds and about in SITUATIONS)
        fed.append(replace(area, fed_by=listed))
    return tuple(fed)


def _switches(frame: Form) -> dict[str, Switch]:
    table = frame.sub("switches")
    switches = {}
    for name in table.data:
        form = table.sub(name)
        values = form.texts("values")
        many = form.get("many") in (True, "yes")
        raw = form.get("default")
        default: Setting = tuple(raw) if isinstance(raw, list) else str(raw)
        chosen = default if isinstance(default, tuple) else (default,)
        for each in chosen:
            if each not in values:
                form.fault("R242", f"`{each}` is not one of the values", "default", choices=values, name=each)
        many = many or isinstance(raw, list)
        switches[name] = Switch(
            name, values, default, form.text("question", required=False), form.text("says", required=False), many
        )
        form.close()
    return switches


def _parameters(table: Form) -> dict[str, Any]:
    values = {}
    for name in table.data:
        form = table.sub(name)
        if not form.has("value"):
            form.fault("R243", "has no `value`")
        values[name] = form.get("value")
        form.text("unit", required=False)
        form.choice("label", ("MS", "SS", "EO", "OI"))
        form.texts("sources", required=False)
        form.text("note", required=False)
        form.close()
    return values


def _profile(
    name: str,
    profiles: Mapping[str, Document],
    switches: Mapping[str, Switch],
    parameters: Mapping[str, Any],
    faults: list[Fault],
) -> Profile | None:
    if name not in profiles:
        faults.append(
            Fault(
                "R244",
                "profile",
                f"there is no profile `{name}`",
                expected=", ".join(sorted(profiles)),
                nearest=nearest(name, profiles),
            )
        )
        return None
    form = Form(profiles[name], (), faults)
    settings = form.sub("settings") if form.has("settings") and form.data["settings"] is not None else None
    checked = _checked_settings(settings.data, switches, faults, settings) if settings is not None else {}
    overlay = form.sub("parameters") if form.has("parameters") and form.data["parameters"] is not None else None
    values: dict[str, Any] = {}
    for key in overlay.data if overlay is not None else ():
        assert overlay is not None
        if key not in parameters:
            overlay.fault("R202", f"there is no parameter `{key}`", key, choices=parameters, name=key, key=True)
        raw = overlay.get(key)
        values[key] = raw["value"] if isinstance(raw, dict) and "value" in raw else raw
    read = Profile(form.text("name"), form.text("says", required=False), checked, values)
    form.close(also=("sources", "note", "label"))
    return read


def _checked_settings(
    settings: Mapping[str, Any], switches: Mapping[str, Switch], faults: list[Fault], form: Form | None = None
) -> dict[str, Setting]:
    checked: dict[str, Setting] = {}
    for name, raw in settings.items():
        place = form.place(name) if form is not None else None
        switch = switches.get(name)
        if switch is None:
            near = nearest(name, switches)
            faults.append(Fault("R245", f"settings.{name}", "is no switch", place, ", ".join(switches), near))
            continue
        value: Setting = tuple(raw) if isinstance(raw, list | tuple) else (str(raw),) if switch.many else str(raw)
        for each in value if isinstance(value, tuple) else (value,):
            if each not in switch.values:
                message = f"`{each}` is not one of its values"
                expected = ", ".join(switch.values)
                near = nearest(each, switch.values)
                faults.append(Fault("R242", f"settings.{name}", message, place, expected, near))
        checked[name] = value
    return checked

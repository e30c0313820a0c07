"""How is the `then` of a rule read?

One conclusion or a list of them; each is told by its first word (`supports`, `derives`, ...). Values that a rule gives
to a sign are typed like answers to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.blocks import Reader
from ipt_formulate.rulebook.form import Form
from ipt_formulate.rulebook.nodes import About, Block, Condition
from ipt_formulate.rulebook.vocabulary import LISTS, SignType, Vocabulary

_TRI = {"no": NO, "unknown": UNKNOWN, "yes": YES}
_PRIMITIVES = ("lag", "band", "one_of", "count", "members", "score_band", "of_linked", "same_as", "widened")
_KINDS: dict[str, About] = {"loss": "loss", "conflict": "conflict", "change": "change", "person": "person"}

Blocks = Mapping[str, tuple[About, Block]]


class Conclusions:
    """Reads the conclusions of one rule."""

    def __init__(self, reader: Reader, form: Form, about: About, blocks: Blocks, used: set[str]) -> None:
        self.reader = reader
        self.vocabulary: Vocabulary = reader.vocabulary
        self.form = form
        self.about = about
        self.blocks = blocks
        self.used = used

    def read(self) -> tuple[c.Conclusion, ...]:
        """Every conclusion that could be read; the others have left a fault."""
        forms = then_forms(self.form)
        read = [self._one(each) for each in forms]
        return tuple(each for each in read if each is not None)

    def _one(self, form: Form) -> c.Conclusion | None:
        key = head(form)
        if key is None:
            form.fault("R230", "is no conclusion", expected=", ".join(c.BY_KEY))
            return None
        concluded = cast("c.Conclusion | None", getattr(self, f"_{key}")(form))
        form.close()
        return concluded

    # -- signs ----------------------------------------------------------------------------------------------------

    def _derives(self, form: Form) -> c.Conclusion | None:
        sign = form.text("derives")
        by = self._primitive(form.sub("by")) if form.has("by") else None
        return c.Derives(sign, by) if by is not None or not form.has("by") else None

    def _entails(self, form: Form) -> c.Conclusion | None:
        name, value_form = self._target(form, "entails")
        if value_form is None:
            return None
        return c.Entails(name, self.value(value_form, name, self.about))

    def _presumes(self, form: Form) -> c.Conclusion | None:
        name, value_form = self._target(form, "presumes")
        if value_form is None:
            return None
        raw = value_form.data[name]
        if isinstance(raw, dict) and set(raw) == {"by"}:
            by = self._primitive(value_form.sub(name, "by"))
            return c.Presumes(name, by=by) if by is not None else None
        return c.Presumes(name, self.value(value_form, name, self.about))

    def _target(self, form: Form, key: str) -> tuple[str, Form | None]:
        sub = form.sub(key)
        if len(sub.data) != 1:
            sub.fault("R231", f"`{key}` takes one sign and its value")
            return "", None
        (name,) = sub.data
        if self.vocabulary.find(self.about, name) is None:
            sub.fault("R201", f"`{name}` is not a sign", name, choices=self.vocabulary.names(self.about), name=name)
            return "", None
        return name, sub

    def _routes(self, form: Form) -> c.Conclusion:
        return c.Routes(self._area(form, "routes"))

    def _spawns(self, form: Form) -> c.Conclusion | None:
        about = cast(About, form.choice("spawns", ("loss", "conflict", "change")))
        setting = form.sub("set") if form.has("set") else None
        given: list[tuple[str, object]] = []
        for name in setting.data if setting is not None else ():
            assert setting is not None
            if self.vocabulary.has(about, name):
                given.append((name, self.value(setting, name, about)))
            else:
                names = self.vocabulary.of(about)
                setting.fault("R201", f"`{name}` is not a sign of a {about}", name, choices=names, name=name)
        copied: list[tuple[str, str]] = []
        copying = form.sub("copy") if form.has("copy") else None
        for name in copying.data if copying is not None else ():
            assert copying is not None
            source = copying.text(name)
            for kind, each in ((about, name), (self.about, source)):
                if not self.vocabulary.has(kind, each):
                    names = self.vocabulary.of(kind)
                    copying.fault("R201", f"`{each}` is not a sign of a {kind}", name, choices=names, name=each)
            copied.append((name, source))
        return c.Spawns(about, form.text("named"), tuple(given), tuple(copied))

    # -- evidence -------------------------------------------------------------------------------------------------

    def _supports(self, form: Form) -> c.Conclusion:
        stands = (
            form.choice("stands_alone", ("yes", "no"), default="yes")
            if not _is_bool(form, "stands_alone")
            else ("yes" if form.get("stands_alone") else "no")
        )
        return c.Supports(
            self._area(form, "supports"),
            cast(c.Strength, form.choice("strength", ("strong", "moderate", "weak"))),
            form.text("aspect"),
            stands == "yes",
        )

    def _opposes(self, form: Form) -> c.Conclusion:
        return c.Opposes(self._area(form, "opposes"))

    def _excludes(self, form: Form) -> c.Conclusion:
        return c.Excludes(self._area(form, "excludes"))

    def _caps(self, form: Form) -> c.Conclusion:
        return c.Caps(self._area(form, "caps"), self._level(form))

    def _floors(self, form: Form) -> c.Conclusion:
        return c.Floors(self._area(form, "floors"), self._level(form))

    def _level(self, form: Form) -> c.Level:
        return cast(c.Level, form.choice("at", ("not_supported", "possible", "present")))

    def _area(self, form: Form, key: str) -> str:
        return form.choice(key, self.vocabulary.areas)

    # -- differential ---------------------------------------------------------------------------------------------

    def _yields(self, form: Form) -> c.Conclusion:
        of = cast(About, form.choice("of", ("loss", "conflict", "change", "isolation")))
        where = self._block(form, "where", of) if form.has("where") else None
        return c.Yields(self._area(form, "yields"), self._area(form, "to"), of, where)

    def _bars(self, form: Form) -> c.Conclusion:
        place = form.choice("from", ("first", "second"))
        until = self._block(form, "until", self.about) if form.has("until") else None
        return c.Bars(self._area(form, "bars"), cast(Any, place), until)

    def _block(self, form: Form, key: str, about: About) -> Block | None:
        name = form.text(key)
        if name not in self.blocks:
            form.fault("R302", f"there is no block `{name}`", key, choices=self.blocks, name=name)
            return None
        self.used.add(name)
        kind, block = self.blocks[name]
        if kind not in (about, "case"):
            form.fault("R303", f"block `{name}` must be about a {about}", key)
        return block

    # -- stage and rank -------------------------------------------------------------------------------------------

    def _stages(self, form: Form) -> c.Conclusion:
        return c.Stages(
            cast(c.StageCode, form.choice("stages", ("renegotiation", "impasse", "dissolution"))),
            form.choice("tier", c.TIERS),
            cast(Any, form.choice("confidence", ("clear", "leaning"), default="clear")),
            form.text("variant", required=False) or None,
            form.text("note", required=False) or None,
            cast(Any, form.choice("line", ("couple", "coparent"), default="couple")),
        )

    def _blocks_stage(self, form: Form) -> c.Conclusion:
        return c.BlocksStage(form.text("blocks_stage"))

    def _ranks(self, form: Form) -> c.Conclusion:
        return c.Ranks(cast(Any, form.choice("ranks", ("severity",))), form.whole("by", default=1))

    # -- safety and advice ----------------------------------------------------------------------------------------

    def _flags(self, form: Form) -> c.Conclusion:
        level = form.choice("level", ("emergency", "urgent", "review", "clinical"))
        return c.Flags(
            form.text("flags"), cast(Any, level), form.choice("on_unknown", ("yes", "no"), default="no") == "yes"
        )

    def _asks(self, form: Form) -> c.Conclusion:
        fields = form.texts("asks")
        for index, name in enumerate(fields):
            if self.vocabulary.find(self.about, name) is None and not _list_mark(name):
                where = (index,) if isinstance(form.data.get("asks"), list) else ()
                form.fault(
                    "R201",
                    f"`{name}` is not a field",
                    "asks",
                    *where,
                    choices=self.vocabulary.names(self.about),
                    name=name,
                )
        return c.Asks(fields)

    def _advises(self, form: Form) -> c.Conclusion:
        under = form.choice("under", ("focus", "stage", "candidate", "safety", "case"), default="case")
        return c.Advises(form.text("advises"), cast(Any, under))

    def _notes(self, form: Form) -> c.Conclusion:
        under = form.choice("under", ("fit", "focus", "dispute", "candidate", "case"), default="case")
        return c.Notes(form.text("notes"), cast(Any, under))

    def _group(self, form: Form) -> c.Conclusion:
        return c.Group(cast(Any, form.choice("group", ("not_now", "with_notes"))))

    def _withholds(self, form: Form) -> c.Conclusion:
        return c.Withholds(cast(Any, form.choice("withholds", ("stage_advice", "joint_session", "home_material"))))

    # -- primitives -----------------------------------------------------------------------------------------------

    def _primitive(self, form: Form) -> c.Primitive | None:
        key = next((each for each in form.data if each in _PRIMITIVES), None)
        if key is None:
            form.fault("R232", "is no primitive", expected=", ".join(_PRIMITIVES))
            return None
        read = cast("c.Primitive | None", getattr(self, f"_by_{key}")(form))
        form.close()
        return read

    def _sign(self, form: Form, key: str, *types: type) -> str:
        name = form.text(key)
        if not name or (key in ("from", "to") and name in ("assessment",)):
            return name
        sign = self.vocabulary.find(self.about, name)
        if sign is None:
            form.fault("R201", f"`{name}` is not a sign", key, choices=self.vocabulary.names(self.about), name=name)
        elif not isinstance(self.vocabulary.type_of(sign), types):
            form.fault(
                "R233", f"`{name}` has the wrong type here", key, expected=" or ".join(t.__name__ for t in types)
            )
        return name

    def _by_lag(self, form: Form) -> c.Primitive:
        lag = form.sub("lag")
        read = c.Lag(self._sign(lag, "from", Day), self._sign(lag, "to", Day))
        lag.close()
        return read

    def _by_band(self, form: Form) -> c.Primitive:
        band = form.sub("band")
        read = c.Band(self._sign(band, "of", Number), self._bands(band, "bands"))
        band.close()
        return read

    def _bands(self, form: Form, key: str) -> tuple[tuple[str, int, int], ...]:
        raw = self.reader._resolved(form, key, form.get(key))
        if not isinstance(raw, dict) or not raw:
            form.fault(
                "R234", f"`{key}` must be a mapping of names to [least, most], or a `$parameter` that is one", key
            )
            return ()
        bands = []
        for name, limits in raw.items():
            if not (isinstance(limits, list) and len(limits) == 2):
                form.fault("R234", f"band `{name}` must be [least, most]", key)
                continue
            least, most = limits
            bands.append((name, -INFINITE if least is None else least, INFINITE if most is None else most))
        return tuple(bands)

    def _by_one_of(self, form: Form) -> c.Primitive:
        one = form.sub("one_of")
        values: list[tuple[str, Condition]] = []
        for name in one.data:
            text = one.text(name)
            if text:
                values.append((name, self.reader.sentence(one, name, text, self.about, self.blocks, self.used)))
        return c.OneOf(tuple(values))

    def _by_count(self, form: Form) -> c.Primitive:
        count = form.sub("count")
        kind = _KINDS[count.choice("any", tuple(_KINDS))]
        block = self._block(count, "where", kind) if count.has("where") else None
        count.close()
        return c.Count(kind, block)

    def _by_members(self, form: Form) -> c.Primitive:
        members = form.sub("members")
        name = self._sign(members, "of", Multi)
        sign = self.vocabulary.find(self.about, name)
        type_ = self.vocabulary.type_of(sign) if sign is not None else None
        among: tuple[str, ...] = ()
        if isinstance(type_, Multi):
            raw = members.get("among") if members.has("among") else list(type_.members)
            among = tuple(sorted(self.reader._members(members, "among", raw, type_.members)))
        members.close()
        return c.Members(name, among)

    def _by_score_band(self, form: Form) -> c.Primitive:
        score = form.sub("score_band")
        tables = score.sub("bands")
        read = c.ScoreBand(
            self._sign(score, "score", Number),
            self._sign(score, "instrument", Choice),
            tuple((name, self._bands(tables, name)) for name in tables.data),
        )
        score.close()
        return read

    def _by_of_linked(self, form: Form) -> c.Primitive:
        linked = form.sub("of_linked")
        read = c.OfLinked(self._sign(linked, "through", Link), linked.text("sign"))
        linked.close()
        return read

    def _by_same_as(self, form: Form) -> c.Primitive:
        return c.SameAs(self._sign(form, "same_as", Tri, Choice, Multi, Number, Day))

    def _by_widened(self, form: Form) -> c.Primitive:
        widened = form.sub("widened")
        day = self._sign(widened, "day", Day)
        by = widened.sub("by")
        certainty, days = "", []
        if len(by.data) == 1:
            (certainty,) = by.data
            self._sign_named(by, certainty)
            table = by.sub(certainty)
            days = [(value, self.reader._number(table, value, table.get(value))) for value in table.data]
        else:
            by.fault("R235", "takes one choice and its days")
        widened.close()
        return c.Widened(day, certainty, tuple(days))

    def _sign_named(self, form: Form, name: str) -> None:
        if self.vocabulary.find(self.about, name) is None:
            form.fault("R201", f"`{name}` is not a sign", name, choices=self.vocabulary.names(self.about), name=name)

    # -- values ---------------------------------------------------------------------------------------------------

    def value(self, form: Form, name: str, about: About) -> object:
        """The value that a rule gives to a sign, in the form engines use."""
        sign = self.vocabulary.find(about, name)
        assert sign is not None
        raw = form.get(name)
        match self.vocabulary.type_of(sign):
            case Tri():
                return YES if self.reader._yes(form, name, raw) else NO
            case Choice(members=members):
                return self.reader._members(form, name, raw, members)
            case Multi(members=members):
                return self._member_map(form, name, raw, members)
            case Number():
                if isinstance(raw, list) and len(raw) == 2:
                    least, most = (self.reader._number(form, name, each) for each in raw)
                    return Span(least, most)
                number = self.reader._number(form, name, raw)
                return Span(number, number)
            case Link() if raw == "none":
                return "none"
            case _:
                form.fault("R236", "a rule cannot give a value to a sign of this type; use `by`", name)
                return None

    def _member_map(self, form: Form, name: str, raw: Any, members: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        if isinstance(raw, dict):
            table = form.sub(name)
            self.reader._members(form, name, [*raw], members)
            return tuple((each, _TRI[table.choice(each, ("yes", "no"))]) for each in raw)
        return tuple((each, YES) for each in sorted(self.reader._members(form, name, raw, members)))


def then_forms(form: Form) -> list[Form]:
    """One form for each conclusion under `then`."""
    raw = form.get("then")
    if isinstance(raw, dict):
        return [form.sub("then")]
    if isinstance(raw, list) and raw and all(isinstance(each, dict) for each in raw):
        return [form.sub("then", index) for index in range(len(raw))]
    form.fault("R230", "`then` must be a conclusion or a list of them", *(["then"] if raw is not None else []))
    return []


def head(form: Form) -> str | None:
    """The word that tells which conclusion it is."""
    return next((key for key in form.data if key in c.BY_KEY), None)


def primitive_type(raw: Any, about: About, vocabulary: Vocabulary, parameters: Mapping[str, Any]) -> SignType | None:
    """The type of a sign derived by a primitive, or None while a sign it depends on is not known (yet)."""
    if not isinstance(raw, dict):
        return None

    def names(value: Any) -> tuple[str, ...]:
        found = parameters.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value
        return tuple(found) if isinstance(found, dict) else ()

    for key, body in raw.items():
        match key:
            case "lag":
                return Number(None, None, "days")
            case "count" | "members":
                return Number(0, None, None)
            case "widened":
                return Day()
            case "band" if isinstance(body, dict):
                return Choice(names(body.get("bands")))
            case "one_of" if isinstance(body, dict):
                return Choice(tuple(body))
            case "score_band" if isinstance(body, dict) and isinstance(body.get("bands"), dict):
                words = [name for table in body["bands"].values() for name in names(table)]
                return Choice(tuple(dict.fromkeys(words)))
            case "same_as":
                sign = vocabulary.find(about, str(body))
                return vocabulary.type_of(sign) if sign is not None else None
            case "of_linked" if isinstance(body, dict):
                return _linked_type(body, about, vocabulary)
            case _:
                continue
    return None


def _linked_type(body: dict[str, Any], about: About, vocabulary: Vocabulary) -> SignType | None:
    link = vocabulary.find(about, str(body.get("through")))
    type_ = vocabulary.type_of(link) if link is not None else None
    if not isinstance(type_, Link):
        return None
    other = vocabulary.find(cast(About, type_.to[0]), str(body.get("sign")))
    return vocabulary.type_of(other) if other is not None else None


def _is_bool(form: Form, key: str) -> bool:
    return isinstance(form.get(key), bool)


def _list_mark(name: str) -> bool:
    section, _, mark = name.partition(".")
    return section in LISTS.values() and mark in ("asked", "complete")


__all__ = ["Conclusions", "Text", "head", "primitive_type", "then_forms"]

"""How do the rules read as pages?

Markdown made from the rulebook and nothing else: one page for each folder with a section for each rule, and an index by
area, statement and source. Every text of a rule is escaped, so that it is shown and never acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ipt_formulate.analysis.card import Card, Cards
from ipt_formulate.analysis.choosing_rules import areas_of
from ipt_formulate.analysis.coverage import coverage_of
from ipt_formulate.analysis.written import written
from ipt_formulate.rulebook import Rule, Rulebook

_ACTIVE = re.compile(r"([\\`*_\[\]<>|#~&$])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MADE = "<!-- Made by `ipt-formulate rules pages --write docs/rules`. Do not edit. -->"


def pages_of(book: Rulebook) -> dict[str, str]:
    """Every page by its file name: `index.md`, and one for each folder of rules."""
    cards = Cards(book)
    folders: dict[str, list[Rule]] = {}
    for rule in book.rules.values():
        folders.setdefault(rule.id.partition(".")[0], []).append(rule)
    pages = {f"{folder}.md": _folder(folder, rules, cards) for folder, rules in folders.items()}
    return {"index.md": _index(book, folders), **pages}


def stale_pages(pages: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """The pages of a folder that are missing, different or left over, sorted by name."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    made = {name: text for name, text in kept.items() if name in pages or text.startswith(_MADE)}
    return tuple(sorted(name for name in {*pages, *made} if pages.get(name) != made.get(name)))


def write_pages(pages: Mapping[str, str], folder: Path) -> None:
    """Write the pages, and take away those made earlier for folders that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale_pages(pages, folder):
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def escaped(text: str) -> str:
    """Text within a line of Markdown: shown as it is, whatever it holds."""
    return _ACTIVE.sub(r"\\\1", on_one_line(text))


def on_one_line(text: str) -> str:
    """Text on one line, without characters that act on a terminal or turn the direction of reading."""
    return " ".join(_CONTROL.sub("", text).split())


# -- one folder ---------------------------------------------------------------------------------------------------


def _folder(folder: str, rules: Iterable[Rule], cards: Cards) -> str:
    parts = [_MADE, "", f"# Rules: {escaped(folder)}", "", "[All rules](index.md)"]
    for rule in rules:
        parts += ["", *_section(cards.of(rule))]
    return "\n".join(parts) + "\n"


def _section(card: Card) -> Iterator[str]:
    rule = card.rule
    yield f'## <a id="{rule.id}"></a>{escaped(rule.title)}'
    yield ""
    yield f"`{rule.id}`, revision {rule.revision}, {rule.status}; {', '.join(card.strata)}"
    yield ""
    yield f"> {escaped(card.spoken.sentence)}"
    if rule.own is not None:
        yield ""
        yield f"`when: {written(rule.own)}`"
    if card.spoken.blocks:
        yield ""
        yield from (f"- *{escaped(name)}*: {escaped(said)}" for name, said in card.spoken.blocks)
    yield from _paragraph("Because", escaped(rule.because))
    yield from _authority(card)
    yield from _paragraph("Stands for", "; ".join(f"{name}: {escaped(says)}" for name, says in card.statements))
    yield from _paragraph("Exceptions", _linked(card.exceptions))
    yield from _paragraph("An exception to", _linked(card.exception_to))
    yield from _parameters(card)
    yield from _paragraph("Read by", _linked(card.read_by))
    yield from _cases(card)
    excluded = "; ".join(f"`{name}`: {escaped(reason)}" for name, reason in rule.allow.items())
    yield from _paragraph("Excluded from lints", excluded)


def _paragraph(head: str, text: str) -> Iterator[str]:
    if text:
        yield ""
        yield f"**{head}.** {text}"


def _authority(card: Card) -> Iterator[str]:
    yield from _paragraph("Authority", f"{card.rule.basis.label}, {escaped(card.label)}:")
    yield ""
    for each in card.sources:
        yield f"- {each.key} ({escaped(each.read)}): {escaped(each.reference)}"
    yield from _paragraph("Note", escaped(card.rule.basis.note or ""))


def _cases(card: Card) -> Iterator[str]:
    if card.cases:
        yield from _paragraph("Cases", "What the rule is tried on:")
        yield ""
        for kind, names in card.cases:
            yield f"- *{kind}*: {'; '.join(escaped(name) for name in names)}"


def _parameters(card: Card) -> Iterator[str]:
    said = [f"`${each.name}` = {escaped(each.value)} ({escaped(each.unit)}; {each.label})" for each in card.parameters]
    yield from _paragraph("Parameters", "; ".join(said))


def _linked(names: Iterable[str]) -> str:
    return ", ".join(_link(name) for name in names)


def _link(rule_id: str) -> str:
    return f"[{rule_id}]({rule_id.partition('.')[0]}.md#{rule_id})"


# -- the index ----------------------------------------------------------------------------------------------------


def _index(book: Rulebook, folders: dict[str, list[Rule]]) -> str:
    parts = [_MADE, "", f"# The rules of `{book.name}` {escaped(book.version)}", ""]
    reviewed = sum(rule.status == "reviewed" for rule in book.active)
    parts.append(
        f"{len(book.active)} rules, {reviewed} reviewed by a clinician. Candidates to weigh, never a diagnosis."
    )
    parts += ["", "## By folder", ""]
    parts += [f"- [{escaped(name)}]({name}.md): {len(rules)}" for name, rules in sorted(folders.items())]
    parts += ["", "## By area", ""]
    for area in book.areas:
        about = [rule.id for rule in book.active if area.code in areas_of(rule)]
        label = book.words.get("areas", {}).get(area.code, {}).get("label", area.code)
        parts.append(f"- **{escaped(str(label))}** (`{area.code}`): {_linked(about) or 'no rule'}")
    parts += ["", "## By statement", ""]
    for statement, places in coverage_of(book).items():
        says = escaped(str(book.statements[statement].get("says", "")))
        where = ", ".join(_link(place) if place in book.rules else f"*{escaped(place)}*" for place in places)
        parts.append(f"- **{statement}** {says} {where or 'nowhere'}")
    parts += ["", "## By source", "", "The mark ° says that a rule's claim was not re-read in that source.", ""]
    for source, entry in book.sources.items():
        named = [_source_link(rule, source) for rule in book.active if _names(rule, source)]
        if named:
            parts.append(f"- **{source}** {escaped(str(entry.get('reference', '')))} ({', '.join(named)})")
    return "\n".join(parts) + "\n"


def _names(rule: Rule, source: str) -> bool:
    return any(key.removesuffix("°") == source for key in rule.basis.sources)


def _source_link(rule: Rule, source: str) -> str:
    return _link(rule.id) + ("" if source in rule.basis.sources else "°")

"""How is a mapping written as a file that a person can go on with? YAML, every name and code in quotes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ipt_formulate.cohort.mapping.model import VERSION, AnswerMap, Columns, StudyMapping, TableMap


def mapping_text(mapping: StudyMapping, comments: Mapping[str, Iterable[str]] | None = None) -> str:
    """The file of a mapping; ``comments`` by table and by ``table.answer`` stand below it, those of "" at the end."""
    return "\n".join(_lines(mapping, comments or {})) + "\n"


def quoted(text: str) -> str:
    """A text as JSON writes it, which YAML reads alike; what YAML would refuse or break a line at is a number."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in written)


def _lines(mapping: StudyMapping, comments: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield f'mapping_version: "{VERSION}"'
    if mapping.title:
        yield f"title: {quoted(mapping.title)}"
    if mapping.missing:
        yield f"missing: {_map(mapping.missing)}"
    if mapping.dates:
        yield f"dates: {_list(mapping.dates)}"
    yield "tables:"
    for name, table in mapping.tables.items():
        yield f"  {name}:"
        yield from (f"    {line}" for line in _table(table, comments))
        yield from (f"      # {_flat(line)}" for line in comments.get(name, ()))
    if mapping.ignored:
        yield f"ignored: {_list(mapping.ignored)}"
    yield from (f"# {_flat(line)}" for line in comments.get("", ()))


def _flat(comment: str) -> str:
    """A comment on one line, whatever names and labels it repeats."""
    return "".join(each if each.isprintable() else " " for each in comment)


def _table(table: TableMap, comments: Mapping[str, Iterable[str]]) -> Iterator[str]:
    if table.source is not None:
        yield f"from: {quoted(table.source)}"
    if table.where:
        told = ", ".join(f"{quoted(columns.names[0])}: {_one_or_list(texts)}" for columns, texts in table.where)
        yield f"where: {{{told}}}"
    yield f"case: {_columns(table.case)}"
    if table.id is not None:
        yield f"id: {answer_text(table.id)}"
    yield "answers:" if table.answers else "answers: {}"
    for each in table.answers:
        yield f"  {each.field}: {answer_text(each)}"
        yield from (f"  # {_flat(line)}" for line in comments.get(f"{table.table}.{each.field}", ()))


def answer_text(answer: AnswerMap) -> str:
    """How one answer is filled, on one line."""
    if answer.always is not None:
        return f"{{always: {quoted(answer.always)}}}"
    assert answer.columns is not None
    parts = [f"column: {_columns(answer.columns)}"]
    if answer.values:
        parts.append(f"values: {_map(answer.values)}")
    if answer.missing:
        parts.append(f"missing: {_map(answer.missing)}")
    if answer.dates:
        parts.append(f"dates: {_list(answer.dates)}")
    if answer.lag is not None:
        parts.append(f"lag: {answer.lag.unit} {'after' if answer.lag.after else 'before'} {answer.lag.anchor}")
    if answer.about:
        parts.append("about: yes")
    if answer.separator is not None:
        parts.append(f"separator: {quoted(answer.separator)}")
    if answer.unlisted:
        parts.append("unlisted: no")
    if answer.prefix:
        parts.append(f"prefix: {quoted(answer.prefix)}")
    return _columns(answer.columns) if len(parts) == 1 else f"{{{', '.join(parts)}}}"


def _columns(columns: Columns) -> str:
    return _one_or_list(columns.names)


def _one_or_list(texts: tuple[str, ...]) -> str:
    return quoted(texts[0]) if len(texts) == 1 else _list(texts)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _map(words: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{quoted(code)}: {quoted(word)}' for code, word in words.items())}}}"

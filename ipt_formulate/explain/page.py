"""How does a template become a text of 80 columns, or a Markdown page?

Templates are written once, in the little of Markdown that both need: headings (``#``), bullets (``-``, indented by
two), numbered lines and paragraphs. For a terminal they are wrapped and the marks taken away. Text of the case is
escaped for the format it goes into, so that nothing in it can act.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ipt_formulate.explain.words import Words, area_word, capital, joined, sentence, word

if TYPE_CHECKING:
    from jinja2 import Environment

Format: TypeAlias = Literal["text", "md"]

WIDTH = 80
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^:])")
_ITEM = re.compile(r"( *)(- |\d+\. )(.*)\Z")


def page(template: str, format: Format, words: Words, **context: Any) -> str:
    """A template of the language's folder, filled.

    Parameters
    ----------
    template
        Its name without ending: ``why`` is ``templates/en/why.j2``.
    format
        ``text`` for a terminal, ``md`` for a Markdown page.
    words
        The language file. The template has `word`, `area`, `joined`, `capital`, `sentence` and the escape `e`.
    """
    marked = (
        _environment()
        .get_template(f"{template}.j2")
        .render(
            e=escape_for(format),
            word=lambda *path: word(words, *path),
            area=lambda code, label_set="classic": area_word(words, code, label_set),
            joined=lambda parts, by="and": joined(words, list(parts), by),
            capital=capital,
            sentence=sentence,
            **context,
        )
    )
    lines = (line.rstrip() if format == "md" else _plain_line(line) for line in marked.splitlines())
    text = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escape_for(format: Format) -> Callable[[str], str]:
    """What makes text of the case harmless in a format."""
    return markdown_text if format == "md" else plain


def plain(text: str) -> str:
    """Text for a terminal: control characters are shown as text and cannot act."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text.replace("\n", " "))


def markdown_text(text: str) -> str:
    """Text for a Markdown page: shown as it is, whatever it holds."""
    return _MARKDOWN.sub(r"\\\1", plain(text))


def _plain_line(line: str) -> str:
    """One line of a template for a terminal."""
    if line.startswith("# "):
        return wrapped(line[2:])
    if line.startswith("## "):
        return wrapped(line[3:].upper())
    if line.startswith("### "):
        return wrapped(line[4:])
    item = _ITEM.match(line)
    if item is None:
        return wrapped(line.strip())
    indent, mark, text = item.groups()
    start = len(indent) + 2
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=" " * start + mark,
        subsequent_indent=" " * (start + len(mark)),
        break_on_hyphens=False,
    )


def wrapped(text: str) -> str:
    """A paragraph in lines of at most 80 columns."""
    return textwrap.fill(" ".join(text.split()), WIDTH, break_on_hyphens=False)


def question_of(path: str) -> str:
    """The wording of the question behind a path; the path itself where there is none."""
    from ipt_formulate.intake import IntakeError, parse_path

    try:
        return parse_path(path).item.question
    except IntakeError:
        return path


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Not HTML: every text of the case goes through the escape of the format it is in.
    environment = Environment(
        loader=PackageLoader("ipt_formulate.explain", "templates/en"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["question_of"] = question_of
    return environment

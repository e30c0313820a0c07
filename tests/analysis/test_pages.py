"""Do the pages hold every rule, escaped, and is it noticed when they are not current?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ipt_formulate.analysis.pages import escaped, pages_of, stale_pages, write_pages
from ipt_formulate.rulebook import Rulebook
from tests.rulebook.books import laid_over, rule_text

SHIPPED = Rulebook.load()
PAGES = pages_of(SHIPPED)
_LINK = re.compile(r"\]\(([a-z_]+\.md)(?:#([^)]+))?\)")


def test_every_rule_has_one_section_on_the_page_of_its_folder() -> None:
    for rule_id in SHIPPED.rules:
        folder = rule_id.partition(".")[0]
        assert PAGES[f"{folder}.md"].count(f'<a id="{rule_id}"></a>') == 1


def test_every_link_leads_somewhere() -> None:
    for text in PAGES.values():
        for page, anchor in _LINK.findall(text):
            assert page in PAGES
            assert not anchor or f'<a id="{anchor}"></a>' in PAGES[page]


def test_the_index_has_every_area_statement_and_source() -> None:
    index = PAGES["index.md"]
    assert all(f"(`{area.code}`)" in index for area in SHIPPED.areas)
    assert all(f"**{statement}**" in index for statement in SHIPPED.statements)
    used = {key.removesuffix("°") for rule in SHIPPED.active for key in rule.basis.sources}
    assert all(f"**{source}**" in index for source in used)


def test_the_pages_are_the_same_each_time() -> None:
    assert pages_of(Rulebook.load()) == PAGES


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[click](javascript:x)", "say `b` now", "| a | b |", "**b**", "a\u202eb", "<!-- x"],
)
def test_text_of_a_rule_is_shown_and_never_acts(text: str, tmp_path: Path) -> None:
    rule = rule_text("grief.one", because=text).replace("A rule of a test", f"'t {text}'")
    words = (SHIPPED.folder / "words" / "en.yaml").read_text(encoding="utf-8")
    page = pages_of(Rulebook.load(laid_over(tmp_path / "rules", {"grief/one.yaml": rule, "words/en.yaml": words})))[
        "grief.md"
    ]
    section = page.partition('<a id="grief.one"></a>')[2].partition("## <a id")[0]
    assert escaped(text) in section
    assert not re.search(r"(?<!\\)(<script|<!--|\[click|\*\*b|`b`|\| a)|\u202e", section)


def test_escaped_text_reads_as_before() -> None:
    assert escaped("a\n b") == "a b"
    assert escaped("x_y") == r"x\_y"


def test_pages_are_written_compared_and_taken_away(tmp_path: Path) -> None:
    write_pages(PAGES, tmp_path)
    assert stale_pages(PAGES, tmp_path) == ()
    (tmp_path / "own.md").write_text("# written by hand\n", encoding="utf-8")
    fewer = {name: text for name, text in PAGES.items() if name != "grief.md"} | {"rank.md": "another\n"}
    assert stale_pages(fewer, tmp_path) == ("grief.md", "rank.md")
    write_pages(fewer, tmp_path)
    assert not (tmp_path / "grief.md").exists()
    assert (tmp_path / "own.md").exists()
    assert stale_pages(fewer, tmp_path) == ()

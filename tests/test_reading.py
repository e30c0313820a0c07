"""Reading: text becomes plain data with places, or is refused with every fault and without showing a value."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.reading import (
    INTAKE_BYTES,
    MOST_DEPTH,
    MOST_NODES,
    Document,
    Fault,
    FaultyInput,
    Format,
    Place,
    nearest,
    read_file,
    read_text,
)


def read(text: str | bytes, format: Format = "yaml") -> Document:
    return read_text(text, name="f", format=format)


def faults(text: str | bytes, format: Format = "yaml") -> list[tuple[str, str]]:
    with pytest.raises(FaultyInput) as caught:
        read(text, format)
    return [(fault.code, str(fault.place)) for fault in caught.value.faults]


def test_yaml_scalars_follow_the_core_schema() -> None:
    text = (
        "[yes, no, on, true, FALSE, null, ~, '', 12, -3, 0x1F, 0o17, 1.5, .5, 1e3, 2026-03-14, 1_000, '7', .nan, 012]"
    )
    assert read(text).data == [
        "yes", "no", "on", True, False, None, None, "", 12, -3, 31, 15, 1.5, 0.5, 1000.0, "2026-03-14", "1_000", "7",
        ".nan", 12,
    ]  # fmt: skip


def test_keys_are_always_text() -> None:
    assert read("1: a\nyes: b\nnull: c").data == {"1": "a", "yes": "b", "null": "c"}


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_places_of_values_and_keys(format: Format) -> None:
    document = read('{"a": [1, {"b": 2}],\n  "c": 3}', format)
    assert document.place_of(("a", 1, "b")) == Place("f", 1, 17)
    assert document.place_of(("a", 1, "b"), key=True) == Place("f", 1, 12)
    assert document.place_of(("c",)) == Place("f", 2, 8)
    assert document.place_of(("c", "missing", 4)) == Place("f", 2, 8)
    assert str(document.place_of(())) == "f:1:1"


def test_a_leading_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert read("\ufeffa: 1\r\nb: 2\r\n".encode()).data == {"a": 1, "b": 2}


def test_every_unsafe_mark_and_duplicate_is_reported_in_one_run() -> None:
    text = "a: 1\na: 2\nb: &x 1\nc: *x\nd: !!python/object 3\n<<: 4\n"
    assert faults(text) == [
        ("R109", "f:2:1"),
        ("R108", "f:3:4"),
        ("R108", "f:4:4"),
        ("R108", "f:5:4"),
        ("R108", "f:6:1"),
    ]


def test_a_duplicate_key_names_both_places() -> None:
    with pytest.raises(FaultyInput, match=r"f:2:1: the same key stands twice here; the first is at f:1:2 \[R109\]"):
        read('{"k": 1,\n"k": 2}', "json")


@pytest.mark.parametrize(
    ("text", "format", "code"),
    [
        ("", "yaml", "R104"),
        (" \n\n", "json", "R104"),
        (b"\xff\xfe\x00", "yaml", "R103"),
        ("a\x00b", "yaml", "R103"),
        ('"\\u0000"', "json", "R111"),
        ('"\\ud800"', "yaml", "R103"),
        ("---\na: 1\n---\nb: 2", "yaml", "R110"),
        ("[1] [2]", "json", "R111"),
        ("? [a]\n: 3", "yaml", "R107"),
        ("a: [1\nb: 2", "yaml", "R111"),
        ("a: b: c", "yaml", "R111"),
        ('{"a": 1,}', "json", "R111"),
        ("[1,,2]", "json", "R111"),
        ('{"a" 1}', "json", "R111"),
        ("[01]", "json", "R111"),
        ("[1", "json", "R111"),
        ("]", "json", "R111"),
        ("[1}", "json", "R111"),
        ("[NaN]", "json", "R111"),
        ("[1" + "0" * 5000 + "]", "json", "R111"),
        ("[" * 3000, "yaml", "R105"),
        ("[" * 3000, "json", "R105"),
        ("\n".join(" " * depth + "a:" for depth in range(3000))[:900_000], "yaml", "R105"),
        ("x" * (INTAKE_BYTES + 1), "yaml", "R102"),
        ("é" * INTAKE_BYTES, "yaml", "R102"),
        ("- 1\n" * (MOST_NODES + 5), "yaml", "R106"),
        ("[" + "1," * MOST_NODES + "1]", "json", "R106"),
    ],
)
def test_hostile_or_careless_text_is_refused_quickly(text: str | bytes, format: Format, code: str) -> None:
    start = time.process_time()
    found = faults(text, format)
    assert [name for name, _ in found] == [code]
    # The promise is one second; the bound leaves room for a busy machine.
    assert time.process_time() - start < 3


def test_a_bomb_of_aliases_is_refused_without_growing() -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert {code for code, _ in faults("\n".join(levels))} == {"R108"}


def test_the_greatest_allowed_depth_is_read() -> None:
    assert read("[" * MOST_DEPTH + "]" * MOST_DEPTH, "json").data


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(FaultyInput, match=r"larger than the limit of 1000000 bytes \[R102\]"):
        read_file(huge)


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    (tmp_path / "folder.yaml").mkdir()
    for name in ("pipe.yaml", "folder.yaml", "missing.json", "intake.txt"):
        with pytest.raises(FaultyInput) as caught:
            read_file(tmp_path / name)
        assert caught.value.faults[0].code == "R101"


def test_a_file_is_read_by_its_suffix(tmp_path: Path) -> None:
    for name, text in (("a.yaml", "k: yes"), ("a.YML", "k: yes"), ("a.json", '{"k": "yes"}')):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        assert read_file(file).data == {"k": "yes"}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_json_is_read_as_the_standard_reader_reads_it(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=2)):
        assert read(text, "json").data == value


@given(json_values)
def test_json_is_yaml(value: object) -> None:
    assert read(json.dumps(value), "yaml").data == value


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), st.sampled_from(["yaml", "json"]))
def test_any_text_is_read_or_refused_with_a_place(text: str, format: Format) -> None:
    found: tuple[Fault, ...] = ()
    try:
        read(text, format)
    except FaultyInput as error:
        found = error.faults
    assert all(fault.place is not None for fault in found)


def test_the_parser_does_not_repeat_what_it_choked_on() -> None:
    with pytest.raises(FaultyInput) as caught:
        read("%TAG !e! tag:x\n--- !secretname!y 1")
    assert "secretname" not in str(caught.value)


def test_a_headline_shows_the_value_only_when_asked() -> None:
    fault = Fault("A104", "a.b", "is wrong", Place("f", 3, 5), "x or y", "x", "got 'z'")
    assert fault.headline() == "f:3:5: a.b: is wrong; expected x or y; did you mean 'x'? [A104]"
    assert fault.headline(show_values=True).endswith("[A104] (got 'z')")
    assert str(FaultyInput([fault, Fault("R1", "", "m")])) == f"{fault.headline()}\nm [R1]"


def test_nearest_names() -> None:
    assert nearest("closness", ["closeness", "kind"]) == "closeness"
    assert nearest("zzz", ["closeness", "kind"]) is None
    assert nearest("c" * 5000, ["closeness"]) is None

"""Bad input: every fault in one run, each with its path and place, and never with a value in the headline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.intake import Intake, IntakeError
from tests.strategies import intake_wires

AT = {"assessed_on": "2026-06-15"}
SCORE = {"loneliness_instrument": "ucla3", "loneliness_score": 2}


def conflict(**answers: Any) -> dict[str, Any]:
    return {"conflicts": [{"id": "a", **answers}]}


def change(**answers: Any) -> dict[str, Any]:
    return {"frame": AT, "changes": [{"id": "a", **answers}]}


def loss(**answers: Any) -> dict[str, Any]:
    return {"frame": AT, "losses": [{"id": "a", **answers}]}


def faults(wire: Any) -> list[tuple[str, str]]:
    with pytest.raises(IntakeError) as caught:
        Intake.from_dict(wire)
    return [(fault.code, fault.path) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("wire", "code", "path"),
    [
        ({"frame": {"age_bnd": "older"}}, "A101", "frame.age_bnd"),
        ({"said by her": 1}, "A101", "?"),
        ({True: "yes"}, "A101", "?"),
        ({"frame": {3: "x"}}, "A101", "frame.?"),
        ({"isolation": {"confidants": {"value": 1, True: "x"}}}, "A101", "isolation.confidants.?"),
        ({"losses": [{"id": "a", "kindd": "other"}]}, "A101", "losses.items[0].kindd"),
        ({"losses": {"askd": "yes"}}, "A101", "losses.askd"),
        ({"losses": [{"id": "a", "origin": "b"}]}, "A101", "losses.items[0].?"),
        ({"isolation": {"confidants": True}}, "A102", "isolation.confidants"),
        ({"isolation": {"confidants": 2.0}}, "A102", "isolation.confidants"),
        ({"isolation": {"confidants": "2"}}, "A102", "isolation.confidants"),
        ({"isolation": [1]}, "A102", "isolation"),
        ({"losses": "none"}, "A102", "losses"),
        ({"losses": ["mother"]}, "A102", "losses.items[0]"),
        ({"losses": {"items": {"id": "a"}}}, "A102", "losses.items"),
        ({"losses": [{"id": 3}]}, "A102", "losses.items[0].id"),
        ({"losses": [{"id": "a", "label": ""}]}, "A102", "losses.items[0].label"),
        ({"losses": [{"id": "a", "label": "x" * 201}]}, "A103", "losses.items[0].label"),
        ({"isolation": {"hard_to_keep": 5}}, "A103", "isolation.hard_to_keep"),
        ({"isolation": {"hard_to_keep": {"value": -1}}}, "A103", "isolation.hard_to_keep.value"),
        ({"episode": {"diagnosis": "mmd"}}, "A104", "episode.diagnosis"),
        ({"safety": {"self_harm": ["plann"]}}, "A104", "safety.self_harm[0]"),
        ({"episode": {"onset": "2026-02-30"}}, "A105", "episode.onset"),
        ({"episode": {"onset": {"before_onset": {"days": 3}}}}, "A105", "episode.onset"),
        ({"frame": {"assessed_on": {"before_assessment": {"days": 3}}}}, "A105", "frame.assessed_on"),
        ({"frame": AT, "episode": {"onset": "2026-07"}}, "A106", "episode.onset"),
        ({"episode": {"onset": {"before_assessment": {"days": -1}}}}, "A106", "episode.onset"),
        (conflict(started="2026-03", changed="2026-02"), "A106", "conflicts.items[0].changed"),
        (
            conflict(started={"before_onset": {"days": 9}}, last_attempt={"before_onset": {"days": 10}}),
            "A106", "conflicts.items[0].last_attempt",
        ),
        ({"changes": [{"id": "a", "when": "2026", "until": "2025"}]}, "A106", "changes.items[0].until"),
        (change(when="2027", phase="over"), "A106", "changes.items[0].when"),
        (change(when="2025", phase="to_come"), "A106", "changes.items[0].when"),
        (loss(when="2027", still_to_come="no"), "A106", "losses.items[0].when"),
        (loss(when="2025", still_to_come="yes"), "A106", "losses.items[0].when"),
        ({"wishes": {"most_tied_to": "gone"}}, "A107", "wishes.most_tied_to"),
        ({"episode": {"happened_before_links": ["gone"]}}, "A107", "episode.happened_before_links"),
        ({"losses": [{"id": "a", "same_event": ["gone"]}]}, "A107", "losses.items[0].same_event[0]"),
        ({"losses": [{"id": "a", "from": "gone"}]}, "A107", "losses.items[0].from"),
        (
            {"decisions": [{"situation": "gone", "area": "grief", "decision": "keep"}]},
            "A107", "decisions[0].situation",
        ),
        ({**loss(), "conflicts": [{"id": "b", "set_off_by": "a"}]}, "A108", "conflicts.items[0].set_off_by"),
        ({"losses": [{"id": "a", "person": "a"}]}, "A107", "losses.items[0].person"),
        ({"people": [{"id": "a"}], "wishes": {"most_tied_to": "a"}}, "A107", "wishes.most_tied_to"),
        ({"losses": [{"id": "a", "other_deaths_links": ["a"]}]}, "A108", "losses.items[0].other_deaths_links"),
        ({"losses": [{"id": "a"}], "changes": [{"id": "a"}]}, "A109", "changes.items[0].id"),
        ({"people": [{"id": "a"}, {"id": "a"}]}, "A109", "people.items[1].id"),
        ({"losses": [{"id": "My mother"}]}, "A110", "losses.items[0].id"),
        ({"losses": [{"id": "none"}]}, "A110", "losses.items[0].id"),
        ({"losses": [{"id": "isolation"}]}, "A110", "losses.items[0].id"),
        ({"losses": {"asked": "no", "complete": "yes"}}, "A111", "losses.complete"),
        ({"losses": {"asked": "no", "items": [{"id": "a"}]}}, "A111", "losses.asked"),
        ({"intake_version": "2"}, "A112", "intake_version"),
        ({"intake_version": "new"}, "A112", "intake_version"),
        ({"losses": [{"id": "a", "same_event": ["a"]}]}, "A113", "losses.items[0].same_event[0]"),
        ({"losses": [{"id": "a", "from": "a"}]}, "A113", "losses.items[0].from"),
        ({"losses": [{"kind": "other"}]}, "A114", "losses.items[0].id"),
        ({"decisions": [{"area": "grief", "decision": "keep"}]}, "A114", "decisions[0].situation"),
        ({"episode": {"severity_instrument": "phq9", "severity_score": 28}}, "A115", "episode.severity_score"),
        ({"isolation": SCORE}, "A115", "isolation.loneliness_score"),
        ([], "A102", ""),
        ("text", "A102", ""),
    ],
)  # fmt: skip
def test_one_fault(wire: Any, code: str, path: str) -> None:
    assert faults(wire) == [(code, path)]


@pytest.mark.parametrize(
    "wire",
    [
        {"frame": AT, "episode": {"onset": "2026-06"}},
        {"frame": AT, "episode": {"onset": {"date": "2026-06-20", "about": True}}},
        conflict(started="2026-03", changed="2026"),
        conflict(started="2026-03", changed={"before_onset": {"days": 900}}),
        change(when="2027"),
        change(when="2025", until="2027", phase="going_on"),
        loss(when="2027"),
        {"episode": {"severity_instrument": "other", "severity_score": 90}},
        {"episode": {"severity_score": 90}},
    ],
)
def test_what_may_be_is_no_fault(wire: Any) -> None:
    assert Intake.from_dict(wire)


def test_circles_of_origin_are_refused() -> None:
    wire = {"losses": [{"id": "a", "from": "b"}], "changes": [{"id": "b", "from": "a"}, {"id": "c", "from": "a"}]}
    assert faults(wire) == [("A113", "losses.items[0].from"), ("A113", "changes.items[0].from")]


def test_everything_is_reported_in_one_run() -> None:
    wire = {
        "frame": {"assessed_on": "2026-06-15", "age_bnd": "x"},
        "episode": {"onset": "2027", "diagnosis": "md"},
        "losses": {
            "asked": "no",
            "complete": "yes",
            "items": [{"id": "a", "closeness": True, "yearning": 9, "manner": ["sudden", "x", "y"]}, {"id": "a"}],
        },
        "conflicts": [{"id": "b", "set_off_by": "a", "topics": {"none": True, "money": "yes"}}],
        "wishes": {"most_tied_to": "gone"},
    }
    assert sorted(faults(wire)) == [
        ("A101", "frame.age_bnd"),
        ("A102", "conflicts.items[0].topics.none"),
        ("A102", "losses.items[0].closeness"),
        ("A103", "losses.items[0].yearning"),
        ("A104", "episode.diagnosis"),
        ("A104", "losses.items[0].manner[1]"),
        ("A104", "losses.items[0].manner[2]"),
        ("A106", "episode.onset"),
        ("A107", "wishes.most_tied_to"),
        ("A108", "conflicts.items[0].set_off_by"),
        ("A109", "losses.items[1].id"),
        ("A111", "losses.asked"),
        ("A111", "losses.complete"),
    ]


def test_an_unreadable_id_makes_no_reference_dangle() -> None:
    wire = {"losses": [{"id": "My Mother"}, "x"], "wishes": {"most_tied_to": "mother", "most_feeling": 3}}
    assert sorted(faults(wire)) == [
        ("A102", "losses.items[1]"),
        ("A102", "wishes.most_feeling"),
        ("A110", "losses.items[0].id"),
    ]


def test_a_dangling_reference_names_the_places_of_both_ends() -> None:
    with pytest.raises(IntakeError) as caught:
        Intake.from_dict({"changes": [{"id": "flat"}], "conflicts": [{"id": "b", "set_off_by": "flatt"}]})
    (fault,) = caught.value.faults
    assert fault.headline() == (
        "conflicts.items[0].set_off_by: refers to no record; ids of that kind stand at changes.items[0].id;"
        " expected the id of a change [A107]"
    )
    assert fault.details == "'flatt', nearest 'flat'"


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(IntakeError) as caught:
        Intake.from_dict({"losses": [{"id": "a", "closness": 3, "kind": "deth_of_person"}]})
    assert sorted(str(fault.nearest) for fault in caught.value.faults) == ["closeness", "death_of_person"]


def test_files_give_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    text = "losses:\n  - id: mother\n    closeness: 7\n    yearnin: 2\nconflicts:\n  items:\n    - set_off_by: mother\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError) as caught:
        Intake.from_file(file)
    found = {fault.code: str(fault.place) for fault in caught.value.faults}
    assert found == {
        "A103": f"{file}:3:16",
        "A101": f"{file}:4:5",
        "A114": f"{file}:7:7",
        "A108": f"{file}:7:19",
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "R104"),
        (b"\x00\x01\xff", "R103"),
        (b"a: &x [1]\nb: *x", "R108"),
        (b"[" * 3000, "R105"),
        (b"frame: {}\nframe: {}", "R109"),
        (b"- a\n- b", "A102"),
        (b"just words", "A102"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        Intake.from_file(file)
    assert caught.value.faults[0].code == code
    assert caught.value.faults[0].place is not None


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(IntakeError, match="R102"):
        Intake.from_file(huge)


SECRET = "zqxsecret"
secrets = st.sampled_from(
    [SECRET, [SECRET], {"value": SECRET}, {SECRET: "yes"}, {"unknown": SECRET}, {"value": "yes", "source": SECRET}]
)


@given(intake_wires(2), st.data())
def test_no_headline_shows_a_value(wire: dict[str, Any], data: st.DataObject) -> None:
    holders = [part for part in wire.values() if isinstance(part, dict)]
    holders += [record for part in holders for record in part.get("items", ()) if isinstance(record, dict)]
    for holder in data.draw(st.lists(st.sampled_from([wire, *holders]), min_size=1, max_size=3)):
        key = data.draw(st.sampled_from([*map(str, holder), SECRET, "id", "kind", "when", "items"]))
        holder[key] = data.draw(secrets)
    shown = ""
    try:
        Intake.from_dict(wire)
    except IntakeError as error:
        shown = str(error)
        assert error.faults  # noqa: PT017 (text answers may take any value, so there need not be an error)
    assert SECRET not in shown


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(
                    ["losses", "items", "id", "frame", "value", "unknown", "kind", "from", "decisions", "none", "x"]
                ),
                x,
            )
        ),
    )
)
def test_any_plain_data_is_read_or_refused(data: Any) -> None:
    refused = False
    try:
        Intake.from_dict(data)
    except IntakeError:
        refused = True
    assert refused or data is None or isinstance(data, dict)

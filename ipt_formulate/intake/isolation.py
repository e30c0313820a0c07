"""How alone is the person, since when, and how do they relate? Items F01 to F23: one picture per case."""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Text, Tri

HOW_LONG = Choice(("lifelong", "since_adolescence", "years", "since_episode", "since_event", "not_isolated"))
LONELINESS_INSTRUMENTS = Choice(("ucla3", "ucla20", "dejong", "single_item"))
BARRIERS = Multi(("disability", "distance", "caring", "stigma", "money", "language"))
ATTACHMENT = Choice(("secure", "anxious", "avoidant", "fearful"))
PEOPLE = Number(0, 500, "people")


class Isolation(Record):
    """The isolation picture: size of the network, since when, and the relating style."""

    about: ClassVar[str] = "isolation"

    people_seen_monthly: Answer[int] = ask(
        "F01", PEOPLE, "How many people does the person see or hear from at least once a month?", "LUB2006 OI",
        minimum=True,
    )  # fmt: skip
    confidants: Answer[int] = ask(
        "F02", PEOPLE, "To how many can private things be told?", "ISIPT-KEY BH1978", minimum=True, burden=2
    )
    how_long: Answer[str] = ask(
        "F03", HOW_LONG, "Has it always been like this, or since when?", "CB2012-DEF WMK2018-8",
        minimum=True, nature="fact",
    )  # fmt: skip
    since: Answer[PartialDay] = ask("F03", Day(), "Since what time?", "CB2012-DEF WMK2018-8", nature="fact")
    best_period: Answer[str] = ask(
        "F04", Text(), "When was social life at its best, and how was it?", "CB2012-DEF", minimum=True, nature="fact"
    )
    friends_then: Answer[int] = ask(
        "F04", PEOPLE, "How many friends were there then?", "CB2012-DEF", minimum=True, nature="fact"
    )
    hard_to_start: Answer[int] = ask(
        "F05", SCALE, "How hard is it to begin relationships?", "CITC-SENS S001 S002", minimum=True
    )
    hard_to_keep: Answer[int] = ask(
        "F06", SCALE, "How hard is it to keep or deepen them?", "CITC-SENS S001 S002", minimum=True
    )
    ties_feel_empty: Answer[str] = ask(
        "F07", Tri(), "Are there people, but the ties feel empty?", "S002 S004", burden=2, nature="view"
    )
    shy_or_fears_rejection: Answer[int] = ask(
        "F08", SCALE, "How shy, awkward or afraid of being rejected is the person?", "MEMPH-SENS S002",
        minimum=True, burden=2,
    )  # fmt: skip
    feels_inadequate: Answer[int] = ask(
        "F09", SCALE, "How much do they feel not good enough for others?", "S003", burden=2, nature="view"
    )
    hard_to_say_needs: Answer[int] = ask(
        "F10", SCALE, "How hard is it to say feelings or needs?", "S003 CITC-SENS", burden=2
    )
    clings: Answer[int] = ask("F11", SCALE, "How much do they cling, or find it hard to be alone?", "S003", burden=2)
    hostile_or_suspicious: Answer[int] = ask(
        "F12", SCALE, "How hostile, suspicious or quick to quarrel are they?", "S003", burden=2
    )
    prefers_to_be_alone: Answer[str] = ask(
        "F13", Tri(), "Do they prefer to be alone and are not troubled by it?", "CB2012-DEF EO", nature="view"
    )
    any_recent_event: Answer[str] = ask(
        "F14", Tri(), "Asked once more, plainly: was there any recent death, dispute or change at all?", "WMK2018-8",
        minimum=True, nature="fact",
    )  # fmt: skip
    loneliness_instrument: Answer[str] = ask(
        "F15", LONELINESS_INSTRUMENTS, "Which loneliness instrument was used?", "HUG2004 ONS2018", nature="fact"
    )
    loneliness_score: Answer[int] = ask(
        "F15", Number(0, 100, "points"), "What was its score?", "HUG2004 ONS2018", burden=2
    )
    network_instrument: Answer[str] = ask(
        "F16", Choice(("lsns6",)), "Which social network instrument was used?", "LUB2006", nature="fact"
    )
    network_score: Answer[int] = ask("F16", Number(0, 30, "points"), "What was its total score?", "LUB2006", burden=2)
    network_family: Answer[int] = ask("F16", Number(0, 15, "points"), "What was the family half?", "LUB2006")
    network_friends: Answer[int] = ask("F16", Number(0, 15, "points"), "What was the friends half?", "LUB2006")
    outside_barriers: Answer[Members] = ask(
        "F17", BARRIERS, "What from outside keeps the person from others?", "OI HECK2008"
    )
    online_ties: Answer[int] = ask("F18", PEOPLE, "How many ties that matter are only online?", "OI")
    attachment_style: Answer[str] = ask(
        "F19", ATTACHMENT, "If it was rated: which attachment style?", "SR2003-SENS PARK2023", nature="view"
    )
    began_with: Answer[str] = ask(
        "F20", Link(("loss", "conflict", "change")), "With which recorded event did the isolation begin?", "OI",
        nature="fact",
    )  # fmt: skip
    main_complaint: Answer[str] = ask("F21", Tri(), "Is loneliness the main complaint?", "OI", nature="view")
    avoidant_features: Answer[str] = ask(
        "F22", Tri(), "Rated by the clinician: are avoidant features marked?", "OI", nature="view"
    )
    confidants_outside_household: Answer[int] = ask(
        "F23", PEOPLE, "How many confidants live outside the household?", "OI"
    )

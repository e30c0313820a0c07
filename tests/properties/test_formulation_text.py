"""Does the written formulation say what a formulation has to say?"""

from __future__ import annotations

from hypothesis import assume, given, settings

from ipt_formulate.explain import Formulation, formulate
from tests.properties.case import book
from tests.properties.drawn import CASES, Case

FEW = settings(max_examples=30)


def _proposed(case: Case) -> tuple[Formulation, str]:
    assume(case.focus.status == "proposed")
    formulation = formulate(case.intake, rulebook=book(), engine="reference")
    return formulation, " ".join(formulation.formulation_text().split())


@FEW
@given(CASES)
def test_the_formulation_names_onset_event_area_and_asks(case: Case) -> None:
    """The disorder, when it began, the event or relationship, the area, and the question whether this fits."""
    formulation, text = _proposed(case)
    words = book().words
    place = formulation.focus.primary
    assert place is not None
    known = case.intake.episode.diagnosis.value
    assert words["diagnoses"][known] in text if known else "Which disorder it is was not recorded" in text
    assert ("When it began was not told" in text) == (not case.intake.episode.onset.known)
    assert _area(place.area) in text
    assert _label(formulation) in text
    assert words["phrases"]["does_it_fit"] in text


@FEW
@given(CASES)
def test_the_formulation_names_its_precipitant(case: Case) -> None:
    """The event in focus stands in the text, and where nobody asked what came before, the advice says so."""
    formulation, text = _proposed(case)
    assert f"What it seems tied to: {_label(formulation)}".lower() in text.lower()
    episode = case.intake.episode
    asked = episode.happened_before.known or episode.happened_before_links.known
    advised = any(each.rule == "advice.name-the-precipitant" for each in formulation.advice)
    assert advised == (not asked)
    assert any(each.rule == "advice.offer-the-formulation" for each in formulation.advice)


def _label(formulation: Formulation) -> str:
    place = formulation.focus.primary
    assert place is not None
    named = [each for each in formulation.candidates if (each.area, each.situation) == (place.area, place.situation)]
    return " ".join(named[0].label.split())


def _area(code: str) -> str:
    label: str = book().words["areas"][code]["label"]
    return label

"""What is said about a club, on studies that are made by hand from a real one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from oreacle.coalitions.confirmation import Conclusion, ExpectedValue
from oreacle.engine.clubs.invitations import Invitation
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.question import ClubQuestion
from oreacle.engine.clubs.study import ClubStudy, study_club
from oreacle.engine.clubs.terms import club_terms
from oreacle.present.coalition_mending import (
    invitation_sentences,
    repair_sentences,
    stability_sentences,
)
from oreacle.present.coalition_tables import OPEN, member_view, purpose_view, rule_view
from oreacle.present.coalition_text import PREFIXES, terms_sentence
from oreacle.present.coalition_words import break_even, money_scale, story, why_nothing
from oreacle.world.load import load_world

NAMES = {"USA": "United States", "JPN": "Japan", "EU": "European Union"}


@cache
def study() -> ClubStudy:
    question = ClubQuestion(
        "gallium",
        ("USA", "JPN", "EU"),
        read_purposes("stockpile"),
        draws=30,
        parameter_draws=0,
        candidates=2,
    )
    return study_club(load_world(), question)


def expected(value: float, half: float) -> ExpectedValue:
    mean, error = np.asarray(value), np.asarray(half / 2.0)
    return ExpectedValue(mean, error, mean - half, mean + half, 30.0)


def changed(
    *, joint: float = 2e6, cost: float = 1e6, verdicts: dict[str, tuple[str, str]] | None = None
) -> ClubStudy:
    """Return the study with another worth, and other verdicts on the club."""
    base, said = study(), verdicts or {}
    sign = "positive" if joint > 0.0 else "negative"
    said = {"joint gain": (sign, sign), **said}
    conclusions = tuple(
        Conclusion(
            one.text_key, one.subject, *said[one.text_key], len(set(said[one.text_key])) == 1
        )
        if one.text_key in said
        else one
        for one in base.conclusions
    )
    first = replace(base.first, joint=expected(joint, 5e5), cost=cost)
    return replace(base, first=first, conclusions=conclusions)


def test_a_sign_is_stated_only_if_both_sets_agree() -> None:
    assert story(changed(), NAMES)[0].startswith("It pays: together the members gain USD 2 (1.5")
    torn = story(changed(verdicts={"joint gain": ("positive", "unclear")}), NAMES)[0]
    assert torn.startswith("Whether it pays is open")
    assert "not settled by the draws: on the second set they" in torn


def test_a_club_that_loses_is_told_with_the_point_at_which_it_would_pay() -> None:
    lines = story(changed(joint=-2e6, cost=3e6), NAMES)
    assert lines[0].startswith("It does not pay on average: together the members lose USD 2 (1.5")
    text = " ".join(lines)
    assert "pay at less than 33 % of its cost, or if disruptions were 3 times as likely" in text
    assert "leaves out fear of the worst years" in text
    assert "Even without its costs it would lose" in " ".join(story(changed(joint=-2e6), NAMES))


def test_likelier_disruptions_are_no_cure_for_what_gains_in_calm_years_too() -> None:
    base = changed(joint=-2e6, cost=3e6)
    other = replace(base, question=replace(base.question, purposes=read_purposes("research")))
    assert "times as likely" not in " ".join(story(other, NAMES))


@pytest.mark.parametrize(
    ("joint", "cost", "factor"), [(-2.0, 3.0, 3.0), (-1.0, 1.0, None), (-1.0, 0.0, None)]
)
def test_breaking_even_takes_costs_over_what_is_gained_before_them(
    joint: float, cost: float, factor: float | None
) -> None:
    assert break_even(joint, cost) == factor


def test_stability_that_differs_between_the_sets_is_no_conclusion() -> None:
    one = changed(verdicts={"core is empty": ("yes", "no")})
    assert "no conclusion" in stability_sentences(one, NAMES)[-1]
    two = changed(verdicts={"core is empty": ("yes", "yes")})
    assert "The core is empty" in stability_sentences(two, NAMES)[-1]
    three = changed(verdicts={"internally stable": ("yes", "no")})
    assert "differs between the two sets of draws: no conclusion" in " ".join(story(three, NAMES))


def test_a_repair_that_fails_on_other_draws_is_said_to_fail() -> None:
    base = study()
    mended = replace(
        base.repairs[0],
        status="repaired",
        payments=np.array([2000.0, -3000.0, 1000.0]),
        volume=3000.0,
    )
    lost = replace(base, repairs=(mended,), repairs_hold=(False,))
    line = repair_sentences(lost, NAMES)[0]
    assert "USD 3 thousand a year (United States +2, Japan -3, European Union +1)" in line
    assert line.endswith("does NOT hold on the second set.")
    held = replace(lost, repairs_hold=(True,))
    assert repair_sentences(held, NAMES)[0].endswith("holds on the second set too.")
    none = replace(mended, status="not reachable", payments=None, missing=5e6)
    line = repair_sentences(replace(lost, repairs=(none,), repairs_hold=(None,)), NAMES)[0]
    assert "there are none; it would take USD 5 million a year from outside" in line
    quiet = replace(mended, status="not needed")
    line = repair_sentences(replace(lost, repairs=(quiet,), repairs_hold=(None,)), NAMES)[0]
    assert line.startswith("Nothing to mend")


def test_candidates_are_sorted_by_who_gains_on_both_sets_with_a_warning() -> None:
    asked = (
        Invitation("TWN", (3e6, 2e6), (1e6, 2e6), 0.0),
        Invitation("CHN", (2e6, 1e6), (1e6, 1e6), 0.06),
        Invitation("RUS", (-2e6, -1e6), (1e6, 1e6), 0.0),
        Invitation("GBR", (2e6, 1e6), (-1e6, -1e6), 0.0),
        Invitation("IND", (2e6, -1e6), (1e6, 1e6), 0.0),
        Invitation("BRA", (0.0, 0.0), (0.0, 0.0), 0.0),
    )
    lines = invitation_sentences(replace(study(), invitations=asked), {})
    assert lines == (
        "Both sides gain (USD million a year, members and itself): TWN +3 and +1; CHN +2 and +1 "
        "(but restricts the mineral itself in 6 % of years).",
        "Members would lose by (USD million a year, members and itself): RUS -2 and +1.",
        "Members would gain, but it would not join: GBR.",
        "Not settled by the draws: IND.",
        "Would change nothing: BRA.",
    )


def test_a_number_whose_sign_is_open_is_marked_in_the_tables() -> None:
    view = member_view(study(), NAMES)
    at = [column.title for column in view.columns].index("By leaving")
    for member, row in zip(("USA", "JPN", "EU"), view.rows, strict=True):
        settled = study().holds("gain from leaving under need", member) is not None
        assert row[at].text.endswith(OPEN) != settled
    lines = tuple(replace(one, agrees=False) for one in study().instruments)
    torn = purpose_view(replace(study(), instruments=lines), NAMES)
    joint = [row[1].text for row in torn.rows if row[1].order]
    assert all(text.endswith(OPEN) for text in joint)


def test_rules_stand_best_first_and_the_one_asked_for_is_marked() -> None:
    found = study()
    names = [row[0].text.removesuffix(" (asked)") for row in rule_view(found).rows]
    assert tuple(names) == found.comparison.rules
    assert sum(row[0].text.endswith("(asked)") for row in rule_view(found).rows) == 1


def test_a_purpose_that_does_nothing_has_a_reason() -> None:
    bare = replace(study(), mined_share=np.zeros(3), refined_share=np.zeros(3))
    assert why_nothing("refining", bare) == "no member refines it"
    assert why_nothing("floor", bare) == "no member mines or refines it"
    assert why_nothing("certification", bare) == "no member mines it"
    assert why_nothing("insurance", bare) == "no member loses by the disruptions"
    assert why_nothing("stockpile", bare) == "it changes nothing in any draw"


def test_a_mix_shows_what_each_purpose_adds() -> None:
    mixed = replace(study().question, purposes=read_purposes("stockpile+research"))
    titles = [c.title for c in purpose_view(replace(study(), question=mixed), NAMES).columns]
    assert "Adds to the mix" in titles
    assert "Adds to the mix" not in [c.title for c in purpose_view(study(), NAMES).columns]


def test_every_term_belongs_to_a_purpose_or_to_all() -> None:
    said = " ".join(
        terms_sentence(replace(study().question, purposes=read_purposes(name))) for name in PREFIXES
    )
    assert not [name for name in club_terms().names() if f"{name} " not in said]


def test_money_in_a_column_keeps_two_digits_before_the_point() -> None:
    assert money_scale([9e6]) == (1e3, "USD k")
    assert money_scale([1e7, float("nan")]) == (1e6, "USD m")
    assert money_scale([]) == (1.0, "USD")

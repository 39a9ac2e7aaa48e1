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
from oreacle.engine.clubs.search import Cover, CoverOfSize
from oreacle.engine.clubs.study import ClubStudy, study_club
from oreacle.engine.clubs.terms import club_terms
from oreacle.present.coalition_mending import (
    invitation_sentences,
    repair_sentences,
    stability_sentences,
)
from oreacle.present.coalition_search_text import cover_story
from oreacle.present.coalition_tables import DASH, OPEN, member_view, purpose_view, rule_view
from oreacle.present.coalition_text import PREFIXES, caveats, terms_sentence
from oreacle.present.coalition_words import (
    break_even,
    is_break_up_settled,
    money_scale,
    story,
    why_nothing,
)
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
    second = replace(base.second, joint=expected(joint, 5e5), cost=cost)
    return replace(base, first=first, second=second, conclusions=conclusions)


def shocked(
    one: ClubStudy,
    *,
    gains: tuple[list[list[float]], list[list[float]]] | None = None,
    broken: tuple[list[float], list[float]] = ([0.0, 0.0], [0.0, 0.0]),
    likely: tuple[float, float] = (0.5, 0.5),
    walkers: tuple[str, ...] = (),
) -> ClubStudy:
    """Return a study with two shocks, and who is tempted and walks out on each set."""
    sets = []
    for k, found in enumerate((one.first, one.second)):
        under = found.by_rule["need"]
        size = len(under.lines.members)
        walks = np.zeros((100, size), dtype=bool)
        walks[0] = [name in walkers for name in under.lines.members]
        lines = replace(
            under.lines,
            causes=("outage of mines in CHN", "outage of refineries in CHN"),
            cause_probability=np.array(likely),
            gain_by_cause=np.array(gains[k] if gains else [[-1.0, -1.0]] * size),
            break_up_by_cause=np.array(broken[k]),
            walks=walks,
            break_up=(0.1, 0.3)[k],
            break_up_interval=(0.06, 0.16),
        )
        rules = {**found.by_rule, "need": replace(under, lines=lines)}
        sets.append(replace(found, by_rule=rules))
    return replace(one, first=sets[0], second=sets[1])


def leaving(one: ClubStudy, **signs: str) -> ClubStudy:
    """Return a study with these signs of the gain from leaving by need, on both sets."""
    return replace(
        one,
        conclusions=tuple(
            replace(
                line,
                first=signs[line.subject],
                second=signs[line.subject],
                holds=signs[line.subject] != "unclear",
            )
            if line.text_key == "gain from leaving under need" and line.subject in signs
            else line
            for line in one.conclusions
        ),
    )


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
    open_signs = {"gain from leaving under need": ("positive", "negative")}
    three = changed(verdicts={"internally stable": ("yes", "no"), **open_signs})
    assert "not settled alike by the two sets of draws: no conclusion" in " ".join(
        story(three, NAMES)
    )


def test_a_shock_is_named_only_if_it_tempts_most_on_both_sets() -> None:
    same, other, none = [1.0, 2.0], [2.0, 1.0], [-1.0, -1.0]
    one = shocked(changed(), gains=([same, same, none], [same, other, none]))
    said = " ".join(stability_sentences(one, NAMES))
    assert "Leaving tempts most after: outage of refineries in CHN (United States)." in said
    assert "The shock that tempts most differs between the two sets: Japan." in said
    assert "European Union" not in said


def test_a_shock_behind_few_draws_is_not_named() -> None:
    same = [[1.0, 2.0]] * 3
    rare = shocked(changed(), gains=(same, same), likely=(0.9, 0.04))
    said = " ".join(stability_sentences(rare, NAMES))
    assert "Leaving tempts most after: outage of mines in CHN" in said
    assert "refineries" not in said
    few = shocked(changed(), broken=([0.04, 0.0], [0.04, 0.0]))
    assert "breaks" not in " ".join(stability_sentences(few, NAMES))


def test_a_shock_that_breaks_is_named_only_if_both_sets_rank_it_alike() -> None:
    alike = shocked(changed(), broken=([0.2, 0.1], [0.3, 0.1]))
    said = " ".join(stability_sentences(alike, NAMES))
    assert "It breaks most often after: outage of mines in CHN (20 to 30 % of years); " in said
    torn = shocked(changed(), broken=([0.2, 0.1], [0.1, 0.2]))
    said = " ".join(stability_sentences(torn, NAMES))
    assert "After which shock it breaks most often differs between the two sets." in said
    assert "outage" not in said


def test_a_break_up_has_an_interval_only_if_the_value_of_staying_has_a_sign() -> None:
    open_one = leaving(shocked(changed(), walkers=("JPN",)), JPN="unclear")
    text = " ".join(story(open_one, NAMES))
    assert "it breaks up in between 10 % and 30 % of years on the two sets" in text
    assert "6 to 16 %" not in text
    asked = next(row for row in rule_view(open_one).rows if row[0].text == "need (asked)")
    assert asked[2].text == DASH
    sure = leaving(open_one, JPN="negative")
    assert "in 10 % of years (6 to 16 %; on the second set 30 %)" in " ".join(story(sure, NAMES))
    idle = leaving(shocked(changed()), JPN="unclear")
    assert is_break_up_settled(idle, "need")
    assert not is_break_up_settled(open_one, "need")


def apart(one: ClubStudy, *, pooling: float, alone: tuple[float, float]) -> ClubStudy:
    """Return a study in which acting together adds so much, and USA alone has so much."""
    sets = [
        replace(
            found,
            pooling=expected(pooling, abs(pooling) / 10.0),
            each_alone=replace(found.each_alone, value=np.array([usa, 1.0, 1.0])),
        )
        for found, usa in zip((one.first, one.second), alone, strict=True)
    ]
    return replace(one, first=sets[0], second=sets[1])


def test_members_that_lose_alone_would_not_act_side_by_side() -> None:
    said = {"gain over apart": ("positive", "positive")}
    base = changed(verdicts=said)
    shy = " ".join(story(apart(base, pooling=1.0, alone=(-1e5, -1e5)), NAMES))
    assert "though some of them would not act by themselves: alone they lose" in shy
    assert "needs no club" not in shy
    torn = " ".join(story(apart(base, pooling=1.0, alone=(-1e5, 1e5)), NAMES))
    assert "some of them might not act by themselves" in torn
    bold = " ".join(story(apart(base, pooling=1.0, alone=(1e5, 1e5)), NAMES))
    assert "by themselves" not in bold
    assert "Nearly all of the gain needs no club." in bold


def test_a_joint_form_that_adds_nothing_is_no_open_sign() -> None:
    said = {"gain over apart": ("unclear", "unclear")}
    text = " ".join(story(apart(changed(verdicts=said), pooling=0.0, alone=(1.0, 1.0)), NAMES))
    assert "Acting together adds nothing to the same members side by side." in text
    assert "USD 0 " not in text


def test_nothing_is_divided_in_a_club_that_loses() -> None:
    verdicts = {"core is empty": ("yes", "yes"), "internally stable": ("yes", "yes")}
    lost = changed(joint=-2e6, verdicts=verdicts)
    said = " ".join((*stability_sentences(lost, NAMES), *story(lost, NAMES)))
    for word in ("core", "Shapley", "nucleolus", "Nobody expects to gain by leaving"):
        assert word not in said
    assert "Nobody gains by being the only one that leaves; all together do better" in said
    view = member_view(lost, NAMES)
    at = [column.title for column in view.columns].index("Shapley value")
    assert {row[k].text for row in view.rows for k in (at, at + 1)} == {DASH}
    paid = member_view(changed(), NAMES)
    assert DASH not in {row[at].text for row in paid.rows}


def test_a_pool_is_compared_with_capital_that_each_holds_itself() -> None:
    base = changed()
    pool = replace(base, question=replace(base.question, purposes=read_purposes("insurance")))
    assert "over each holding capital for its own losses" in story(pool, NAMES)[0]
    assert "capital for its own losses" in member_view(pool, NAMES).caption
    mix = read_purposes("insurance+stockpile")
    mixed = replace(base, question=replace(base.question, purposes=mix))
    assert "over doing nothing" in story(mixed, NAMES)[0]


def test_the_worth_of_a_certificate_is_said_to_be_assumed() -> None:
    base, world = study(), load_world()
    word = "certified_worth, 3 % of the delivered price"
    asked = replace(base.question, purposes=read_purposes("certification"))
    assert word in " ".join(caveats(replace(base, question=asked), world, NAMES))
    assert word not in " ".join(caveats(base, world, NAMES))
    none = replace(asked, terms=club_terms(certified_worth=0.0))
    assert "is most of what" not in " ".join(caveats(replace(base, question=none), world, NAMES))


def test_partners_that_add_next_to_nothing_to_a_cover_are_said_to() -> None:
    question = study().question
    alone, club = CoverOfSize(("USA",), 0.3, 1e5), CoverOfSize(("USA", "JPN"), 0.305, 1e5)
    found = Cover("USA", ("outage of mines in CHN",), 1e8, 0.9, (alone, club), ("JPN",))
    said = cover_story(found, question, NAMES)[-1]
    assert said.startswith("Partners add next to nothing to the 30 % that United States covers")
    assert "a stock sells only while the price is above its trigger" in said
    other = replace(question, purposes=read_purposes("research"))
    assert "trigger" not in cover_story(found, other, NAMES)[-1]
    more = replace(found, sizes=(alone, replace(club, covered=0.4)))
    assert "Partners" not in " ".join(cover_story(more, question, NAMES))
    by_itself = replace(found, asked=0.2)
    assert "Partners" not in " ".join(cover_story(by_itself, question, NAMES))


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

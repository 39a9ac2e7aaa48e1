"""Every kind of the chronicle has its place, and every class all that a run needs of it.

Who adds a class of acts reads here what is missing, and where it goes.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from tests.engine.acts.made import book_of, made_inputs, open_book

from oreacle.core.errors import RelationsError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.acts.actor_features import ACTOR_FEATURES
from oreacle.engine.acts.classes import (
    ACTOR,
    CLASSES,
    DYAD,
    EVENT_CLASSES,
    HOLDER,
    NO_DECISION,
    PAIR,
    PARTNER,
    PRIOR_ONLY,
    SCOPE_TERMS,
    SUPPLIER,
    TARGET,
    TRADER,
    EventClass,
)
from oreacle.engine.acts.feature import OTHER, OWN
from oreacle.engine.acts.link_features import LINK_FEATURES
from oreacle.engine.acts.pair_features import PAIR_FEATURES
from oreacle.engine.acts.risk import at_risk
from oreacle.engine.acts.units import class_columns, class_features, feature_of, is_market
from oreacle.engine.draws import ACT_PURPOSE

HERE = "src/oreacle/engine/acts"
STEPS = f"""
To add a class of acts:
 1. give it an EventClass at the END of EVENT_CLASSES in {HERE}/classes.py (a class put between
    others would take their random streams), with kinds of data/assumed/event_kinds.csv of one sign;
 2. take each of its kinds out of PRIOR_ONLY or NO_DECISION in the same file;
 3. define terms that are new in {HERE}/actor_features.py (of one actor) or pair_features.py (of
    two); `own.x` and `other.x` are the actor feature x of either party of a pair;
 4. choose `at_risk` among the rules of {HERE}/risk.py, or add a rule there and here;
 5. fit it with `oreacle data build`, and describe it in docs/relations.md."""
UNITS_OF_RULE = {SUPPLIER: ACTOR, TRADER: ACTOR, HOLDER: ACTOR, PARTNER: PAIR, TARGET: DYAD}
STREAMS = (
    "restriction",
    "control",
    "trade_barrier",
    "investment_block",
    "dispute",
    "lifting",
    "agreement",
    "venture",
    "club",
    "certification",
)
"""Classes in the order of their random streams: new ones follow."""
each_class = pytest.mark.parametrize("one", EVENT_CLASSES, ids=lambda one: one.name)


def signs() -> dict[str, str]:
    """Return the sign of each kind of the chronicle."""
    table = read_assumed("event_kinds")
    return dict(zip(table["kind"], table["sign"], strict=True))


def test_every_kind_of_the_chronicle_has_exactly_one_place() -> None:
    places = Counter(kind for one in EVENT_CLASSES for kind in one.kinds)
    places.update(PRIOR_ONLY)
    places.update(NO_DECISION)
    homeless = sorted(set(signs()) - set(places))
    assert not homeless, (
        f"the kinds {homeless} of event_kinds.csv are in no class. Put each into the `kinds` of a "
        f"class, into PRIOR_ONLY or into NO_DECISION in {HERE}/classes.py.{STEPS}"
    )
    twice = sorted(kind for kind, count in places.items() if count > 1)
    assert not twice, f"the kinds {twice} have two places in {HERE}/classes.py: leave one.{STEPS}"
    strange = sorted(set(places) - set(signs()))
    assert not strange, (
        f"the kinds {strange} of {HERE}/classes.py are not in data/assumed/event_kinds.csv: no "
        f"event can have them. Correct the name, or add the kind with its sign there.{STEPS}"
    )


@each_class
def test_a_class_has_the_sign_of_its_kinds(one: EventClass) -> None:
    other = {kind: signs()[kind] for kind in one.kinds if signs()[kind] != one.sign}
    assert not other, (
        f"'{one.name}' is of {one.sign}, and event_kinds.csv says {other}: correct the `sign` of "
        f"the class in {HERE}/classes.py, or move these kinds to a class of their sign.{STEPS}"
    )


@each_class
def test_every_term_of_a_class_has_a_definition_of_its_kind(one: EventClass) -> None:
    for term in one.terms:
        side = term.startswith((OWN, OTHER))
        bare = term.removeprefix(OWN).removeprefix(OTHER)
        of_actor = one.unit == ACTOR or side
        where = "actor_features.py" if of_actor else "pair_features.py"
        known = ACTOR_FEATURES if of_actor else PAIR_FEATURES
        assert bare in known, f"'{one.name}' has the term '{term}': define it in {HERE}/{where}."
        assert not (one.unit == ACTOR and side), (
            f"'{one.name}' is an act of one actor: its term '{term}' has no first or second party."
        )
    assert len(set(one.terms)) == len(one.terms), f"'{one.name}' has a term twice"


def test_every_feature_says_what_it_is_in_words_and_its_name_stands_for_nothing_else() -> None:
    tables = (ACTOR_FEATURES, PAIR_FEATURES, LINK_FEATURES)
    for name, feature in (item for table in tables for item in table.items()):
        words = (feature.definition, feature.high, feature.low)
        assert all(words), f"say what '{name}' is, and what a high and a low one are, in words"
        assert feature.high != feature.low, name
        assert feature_of(name) is feature, f"'{name}' names a feature of two kinds: rename one"


def test_every_feature_is_used() -> None:
    terms = {term for one in EVENT_CLASSES for term in one.terms} | set(SCOPE_TERMS)
    used = {term.removeprefix(OWN).removeprefix(OTHER) for term in terms}
    idle = sorted({*ACTOR_FEATURES, *PAIR_FEATURES, *LINK_FEATURES} - used)
    assert not idle, f"no class uses the features {idle}: take them out of {HERE}."
    assert set(SCOPE_TERMS) == set(LINK_FEATURES)


def test_no_term_means_one_thing_in_the_act_and_another_in_its_scope() -> None:
    assert not set(CLASSES["restriction"].terms) & set(SCOPE_TERMS)


@each_class
def test_a_class_has_a_unit_that_its_rule_of_risk_is_made_for(one: EventClass) -> None:
    assert one.at_risk in UNITS_OF_RULE, (
        f"'{one.name}' has an unknown rule of risk '{one.at_risk}': add it to {HERE}/risk.py and "
        f"to UNITS_OF_RULE here.{STEPS}"
    )
    assert UNITS_OF_RULE[one.at_risk] == one.unit, (
        f"'{one.name}': the rule '{one.at_risk}' is of units '{UNITS_OF_RULE[one.at_risk]}', the "
        f"class of units '{one.unit}'. Correct {HERE}/classes.py.{STEPS}"
    )


@each_class
@pytest.mark.parametrize("members", [1, 5])
def test_a_class_has_a_column_for_each_term_and_unit_and_none_is_missing_at_risk(
    one: EventClass, members: int
) -> None:
    inputs = made_inputs(2, members)
    book = book_of(inputs)
    units = (4,) if one.unit == ACTOR else (len(book.first[one.unit]), 4)
    features = class_features(book, one)
    assert features.shape == (members, *units, len(one.terms)), (
        f"'{one.name}': a feature has not the shape that {HERE}/feature.py says of `compute`"
    )
    risk = at_risk(inputs, one, dict(book.first))
    assert risk.shape == (members, *units), f"'{one.name}': correct its rule in {HERE}/risk.py"
    assert risk.any(), f"nobody in the made-up world can take an act of '{one.name}'"
    missing = [
        term for k, term in enumerate(one.terms) if not np.isfinite(features[risk][:, k]).all()
    ]
    assert not missing, f"'{one.name}': units at risk lack the features {missing}"


@each_class
def test_every_feature_of_a_class_tells_some_units_apart(one: EventClass) -> None:
    columns = class_columns(open_book(made_inputs(3, 50)), one)
    flat = [term for term, column in zip(one.terms, columns, strict=True) if np.ptp(column) == 0.0]
    assert not flat, f"'{one.name}': the features {flat} are the same for everybody"


def test_each_class_keeps_its_random_stream() -> None:
    assert tuple(ACT_PURPOSE)[: len(STREAMS)] == STREAMS, (
        "a class that is moved or put between others takes their random numbers: runs of the same "
        f"seed would differ in classes that nobody touched.{STEPS}"
    )
    assert list(ACT_PURPOSE.values()) == list(range(5, 5 + len(ACT_PURPOSE)))


def test_an_undefined_term_is_refused_by_name() -> None:
    book, wrong = open_book(made_inputs()), "largest_shore"
    with pytest.raises(RelationsError) as of_actor:
        book.actor(wrong)
    with pytest.raises(RelationsError) as of_side:
        book.pair(f"own.{wrong}", "agreement", PAIR)
    with pytest.raises(RelationsError) as of_pair:
        book.pair(wrong, "agreement", PAIR)
    for caught in (of_actor, of_side, of_pair):
        assert caught.value.code == "ORE-REL-041"
        assert f"'{wrong}'" in caught.value.what


def test_market_features_are_told_from_others() -> None:
    terms = ("own.log_gdp", "other.largest_share", "pair_acts", "own.restricted_supply")
    assert is_market(terms).tolist() == [False, True, False, True]
    assert all(is_market(one.terms).any() for one in EVENT_CLASSES)

"""The words of escalation: what was measured, what it says, and what is not identified.

Does      Writes the sentences that stand before the tables.
Units     In the text.
Method    A claim is "shown" where its 90 % interval leaves zero (or one) on the side of the claim,
          "the opposite is shown" where it leaves it on the other side, "not shown" otherwise.
Assumes   Numbers are those of `oreacle.forecasting.escalation.parameters`.
Not here  Tables: see `oreacle.present.escalation_text`.
"""

from __future__ import annotations

from oreacle.forecasting.escalation.pair import PairOutlook, SideOutlook
from oreacle.forecasting.escalation.parameters import BRANCHING, Escalation, Measured
from oreacle.present import words
from oreacle.present.power_words import Names, label
from oreacle.relations.escalation import ladder
from oreacle.relations.retaliation import Estimate

CLAIMS = {"mutual": False, "one_sided": True}
"""Whether each term of dependence is claimed to raise acts."""
SHOWN, OPPOSITE, NOT_SHOWN = "shown", "the opposite is shown", "not shown"


def verdict(one: Measured, *, above: bool, line: float = 0.0) -> str:
    """Return whether a claim is shown.

    Parameters
    ----------
    one
        Number with interval.
    above
        True if the claim is that it lies above the line.
    line
        Value of no effect.

    Examples
    --------
    >>> one = Measured(0.2, 0.1, 0.3, 100, "1", "measured", "")
    >>> verdict(one, above=True), verdict(one, above=False)
    ('shown', 'the opposite is shown')
    """
    if not one.has_interval or one.low <= line <= one.high:
        return NOT_SHOWN
    return SHOWN if (one.low > line) == above else OPPOSITE


def band(one: Measured | Estimate) -> str:
    """Return a number with its interval."""
    return f"{words.number(one.value)} ({words.number(one.low)} to {words.number(one.high)})"


def percent_band(one: Measured | Estimate) -> str:
    """Return a share with its interval in per cent."""
    return f"{words.percent(one.value)} ({words.percent(one.low)} to {words.percent(one.high)})"


def overview_story(found: Escalation) -> tuple[str, ...]:
    """Return what was measured, in sentences; intervals are 90 %."""
    year, other = found.of("retaliation_12", "answered"), found.of("retaliation_12", "own base")
    ratio, alone = (found.of(f"retaliation_12{x}", "own ratio") for x in ("", "_without_usa_chn"))
    cross, bare = found.of(BRANCHING, "cross"), found.of("branching_no_hostility", "own")
    rest = found.of("branching_without_usa_chn", "cross")
    expected = ladder(found.branching())
    return (
        f"Within 12 months {percent_band(year)} of acts on a named target were answered by it; in "
        f"months without such an act it acted in {percent_band(other)}. Ratio {band(ratio)}: "
        f"{verdict(ratio, above=True, line=1.0)}; without USA and CHN {band(alone)}: "
        f"{verdict(alone, above=True, line=1.0)}.",
        f"Branching: one act calls forth {band(cross)} answers by the target, without USA and CHN "
        f"{band(rest)}, and {band(found.of(BRANCHING, 'own'))} further acts of the same side. "
        f"Expected follow-up acts of one act in all: {words.number(expected.total)}.",
        "Long ladders are mostly lasting hostility, not excitation: with hostility left out, own "
        f"branching would seem to be {words.number(bare.value)}.",
        *(_dependence(found, name, above=above) for name, above in CLAIMS.items()),
    )


def _dependence(found: Escalation, name: str, *, above: bool) -> str:
    claim = "One-sided dependence tempts" if above else "Mutual dependence restrains"
    main = found.of("leverage_any_main", name)
    others = {
        "beside log trade": "leverage_any_trade",
        "without USA and CHN": "leverage_any_without_usa_chn",
        "on exports alone": "leverage_export_main",
    }
    rest = "; ".join(
        f"{words_of} {verdict(found.of(group, name), above=above)}"
        for words_of, group in others.items()
    )
    return (
        f"{claim}: {verdict(main, above=above)} ({band(main)} log-odds per standard deviation); "
        f"{rest}."
    )


def overview_gaps(found: Escalation) -> tuple[str, ...]:
    """Return what is not identified, and what it rests on then."""
    half = found.of(BRANCHING, "half_life")
    test = found.of(BRANCHING, "cross_p")
    settled, shared = (
        found.of("calming", f"{name}: share left") for name in ("settlement", "institution")
    )
    return (
        f"Half-life of excitation: {half.status}; {words.number(half.value)} months fit best, "
        f"{words.number(half.low)} to {words.number(half.high)} fit about as well.",
        f"Cross branching against none: p = {words.number(test.value)} at least; a test that also "
        "searches the half-life is too sure of itself.",
        _calming("Settlements between states", settled),
        _calming("Common institutions with rules", shared),
        "How many acts the chronicle misses: acts that were never coded cannot be counted. "
        "Nothing here is causal.",
    )


def _calming(name: str, one: Measured) -> str:
    count = one.cases if one.cases is not None else 0
    return (
        f"{name}: cases: {count}, {one.status}. The share of answers that is left is "
        f"{words.number(one.value)} ({words.number(one.low)} to {words.number(one.high)}), a "
        "prior without information."
        if one.status != "measured"
        else f"{name}: cases: {count}; {one.reason}."
    )


def pair_story(found: PairOutlook, names: Names) -> tuple[str, ...]:
    """Return what stands between two actors, in sentences."""
    return (
        *(_side(one, names) for one in found.sides),
        "One act of any dyad calls forth, in expectation, "
        f"{band(_estimate(found.expected.other, found.expected.other_interval))} acts of the other "
        f"side and {band(_estimate(found.expected.same, found.expected.same_interval))} more of "
        "the same side.",
    )


def _estimate(value: float, ends: tuple[float, float]) -> Estimate:
    return Estimate(value, *ends)


def _side(one: SideOutlook, names: Names) -> str:
    imposer, target = label(one.imposer, names), label(one.target, names)
    answer = one.answers[0]
    return (
        f"If {imposer} acts on {target} now, {target} acts on it within {answer.months} months "
        f"with probability {percent_band(answer.after)}; without that act "
        f"{percent_band(answer.without)}. The act adds {percent_band(answer.added)}."
    )


PAIR_CAVEATS = (
    "Branching is the same for every dyad: what is special about a pair enters through its own "
    "acts, its class and its lasting hostility alone.",
    "The interval of what an act adds is that of cross branching, the one without it that of "
    "hostility, the one after it both at once; levels, spreads and half-life are taken as known.",
    "Dependence does not move these numbers: its effect on answers is not identified.",
    "Only acts on minerals count, and only those on a named target: answers in other fields, and "
    "measures on everyone that are meant for one, are not seen.",
)

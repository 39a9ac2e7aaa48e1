"""Rules by which a club divides what it has: tonnes in a shortage, money and costs.

Does      Names the rules and reads them from text.
Units     None.
Method    By need: tonnes go where use is lost and are sold at the base price; costs follow use.
          By contribution: tonnes go by what members put in, up to what they lack, at the base
          price; each bears its own costs. By price: tonnes go to
          whoever bids most, at one price, whose gain belongs to the contributors; costs follow
          gains. Allies first: the need of favoured members before that of the others.
Assumes   One rule holds for tonnes and money alike.
Not here  The division itself: see `oreacle.coalitions.rule_shares`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion

NEED, CONTRIBUTION, PRICE, ALLIES_FIRST = "need", "contribution", "price", "allies first"
RULES = (NEED, CONTRIBUTION, PRICE, ALLIES_FIRST)
SAID = {
    NEED: "where use is lost, at base prices; costs by use",
    CONTRIBUTION: "by what members put in, up to what they lack, at base prices; costs likewise",
    PRICE: "to whoever bids most, gains to contributors; costs by gains",
    ALLIES_FIRST: "to favoured members first, at base prices; costs by use",
}


@dataclass(frozen=True)
class Rule:
    """One rule of a club.

    Attributes
    ----------
    name
        One of `RULES`.
    first
        Favoured members of ``allies first``; empty under the other rules.
    """

    name: str = NEED
    first: tuple[str, ...] = ()


def read_rule(text: str, first: tuple[str, ...] = ()) -> Rule:
    """Return the rule of that name.

    Raises
    ------
    ScenarioError
        ORE-SCN-062 if there is no such rule, or if favoured members are missing or not asked for.

    Examples
    --------
    >>> read_rule("Allies_first", ("JPN",)).name
    'allies first'
    """
    name = text.strip().lower().replace("_", " ").replace("-", " ")
    if name not in RULES:
        raise ScenarioError(
            "ORE-SCN-062",
            f"unknown rule of a club '{text}'.",
            why="it would not be known how members share.",
            fix=f"{suggestion(name, RULES)} Rules are {', '.join(RULES)}.".strip(),
        )
    if bool(first) != (name == ALLIES_FIRST):
        raise ScenarioError(
            "ORE-SCN-062",
            f"favoured members are {'named' if first else 'missing'} under the rule '{name}'.",
            why="only the rule 'allies first' asks who comes first, and it needs to know.",
            fix="name them with 'allies first', and leave them out otherwise.",
        )
    return Rule(name, tuple(first))

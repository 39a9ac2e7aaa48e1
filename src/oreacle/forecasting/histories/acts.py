"""Acts of a year of one member, told with their reasons and effects.

Does      Turns what was drawn into sentences: who did what, how likely it was, why, and what it
          did to the market.
Units     Probabilities [1]; prices over the same year without new measures; USD/yr.
Method    Reasons are the largest Shapley shares of the log-odds with what governments knew in that
          year (`oreacle.forecasting.events.drivers`), at the point estimate.
Assumes   An effect on a mineral is that of all its new measures in force together, so that it is
          told of the mineral and of no act.
Not here  Prices that moved for other reasons: see `.markets`.
"""

from __future__ import annotations

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import ACTOR, CLASSES
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.setting import Setting
from oreacle.engine.state import YearRecord
from oreacle.forecasting.events.drivers import drivers
from oreacle.forecasting.events.explained import class_shares
from oreacle.forecasting.histories.records import ActTold

REASONS = 2
LEAST_RISE = 0.001
"""Rise of the world price, or share of use lost, below which an effect is told as none [1]."""
LOSERS = 3
NO_MEASURE = "on nothing that the model holds"
"""Detail of a restriction that starts no measure."""
INSTRUMENT_WORDS = {
    "export_ban": "ban",
    "export_quota": "quota",
    "export_tax": "tax",
    "export_licensing": "licensing",
}


def acts_told(setting: Setting, record: YearRecord) -> tuple[ActTold, ...]:
    """Return the acts of a year, restrictions first, then by class and actor."""
    told = [
        _act(setting, record, name, cell)
        for name, drawn in record.drawn.items()
        for cell in (tuple(int(i) for i in at) for at in np.argwhere(drawn[0]))
    ]
    order = list(record.drawn)
    return tuple(sorted(told, key=lambda act: (order.index(act.kind), -act.probability)))


def _act(setting: Setting, record: YearRecord, name: str, cell: tuple[int, ...]) -> ActTold:
    event_class = CLASSES[name]
    if event_class.unit == ACTOR:
        actor, partner = setting.acting[cell[0]], ""
    else:
        actor = setting.acting[setting.first[event_class.unit][cell[0]]]
        partner = setting.acting[cell[1]]
    shares = class_shares(setting, name, cell, record.inputs)
    own = [m for m in record.started[0] if m.actor == actor] if name == "restriction" else []
    return ActTold(
        kind=name,
        title=event_class.title,
        actor=actor,
        partner=partner,
        probability=float(record.probability[name][(0, *cell)]),
        reasons=tuple(one.words for one in drivers(shares, count=REASONS)),
        details=tuple(measure_words(measure) for measure in own) or _nothing(name),
    )


def _nothing(name: str) -> tuple[str, ...]:
    return (NO_MEASURE,) if name == "restriction" else ()


def measure_words(measure: ActiveMeasure) -> str:
    """Return a measure in words.

    Examples
    --------
    >>> measure_words(ActiveMeasure("CHN", "tin", "refined", "export_tax", 0.1, (), 2027))
    'tax of 10 % on exports of refined tin'
    >>> measure_words(ActiveMeasure("IDN", "tin", "ore", "export_ban", 0.9, ("USA",), 2027))
    'ban (90 % enforced) on exports of tin ore to the United States'
    """
    kind = INSTRUMENT_WORDS[measure.instrument]
    size = {
        "ban": f"ban ({measure.strength:.0%} enforced)",
        "quota": f"quota at {measure.strength:.0%} of the year's exports at base prices",
        "tax": f"tax of {measure.strength:.0%}",
        "licensing": f"licensing (cost {measure.strength:.0%} of the price)",
    }[kind].replace("%", " %")
    good = f"{measure.mineral} ore" if measure.link == "ore" else f"refined {measure.mineral}"
    to = ", ".join(actor_phrase(target) for target in measure.targets)
    return f"{size} on exports of {good}" + (f" to {to}" if to else "")


def actor_phrase(actor: str) -> str:
    """Return the name of an actor as it stands in a sentence.

    Examples
    --------
    >>> actor_phrase("USA"), actor_phrase("CHN"), actor_phrase("EU")
    ('the United States', 'China', 'the European Union')
    """
    name = actor_name(actor)
    starts = ("United", "European Union", "Netherlands", "Philippines", "rest of", "Democratic")
    return f"the {name}" if name.startswith(starts) else name


def effects_told(setting: Setting, record: YearRecord) -> tuple[str, ...]:
    """Return what new measures do to each mineral on which one starts in the year, once each."""
    since = setting.world.base_year
    minerals = dict.fromkeys(measure.mineral for measure in record.started[0])
    return tuple(
        f"All measures on {mineral} that are new since {since}: {_effect(setting, record, mineral)}"
        for mineral in minerals
    )


def _effect(setting: Setting, record: YearRecord, mineral: str) -> str:
    k = setting.space.minerals.index(mineral)
    if not record.solved[0, k]:
        return "the market did not solve"
    rise = float(record.price_delivered[0, k] / record.price_reference[0, k] - 1.0)
    lost = float(record.shortage[0, k])
    if abs(rise) < LEAST_RISE and lost < LEAST_RISE:
        return f"no price moves by {LEAST_RISE:.1%}".replace("%", " %")
    words = f"{rise:+.1%}".replace("%", " %") + " in the world"
    if lost >= LEAST_RISE:
        words += f", {lost:.1%} of use lost".replace("%", " %")
    return words + _losers(setting, record.loss[0, :, k])


def _losers(setting: Setting, loss: np.ndarray) -> str:
    """Return who pays most, in million dollars a year; "" if nobody loses a million."""
    order = np.argsort(-loss)[:LOSERS]
    named = [
        f"{actor_phrase(setting.space.actors[at])} {loss[at] / 1e6:,.0f}"
        for at in order
        if loss[at] >= 1e6
    ]
    return f"; users lose (M$): {', '.join(named)}" if named else ""

"""An exposure in sentences.

Does      Says what stands out for one mineral, or among all; names places.
Units     Percent of the buyer's use unless said otherwise.
Method    Fixed sentences that hold for the figures shown; thresholds are named here.
Assumes   Names of countries come from the table of the world.
Not here  The figures: see `oreacle.app.exposure_records`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from oreacle.data.codes import BLOC_NAMES
from oreacle.present.words import short_name
from oreacle.world.exposure_summary import Exposure
from oreacle.world.snapshot import World

NEAR_ALL = 0.95
"""Share from which a sentence says that nearly all comes from one place [1]."""
HARDLY_COVERED = 0.25
"""Supply left over demand below which a mineral counts as hardly covered [1]."""
THROUGH_OTHERS = 0.1
"""Share of the use bought through third countries from which a sentence says so [1]."""
TOP_SELLERS = 4
LEAST_SUPPLIER_PERCENT = 0.5
"""Part of the use from which a sentence names the largest supplier abroad [%]."""
NO_TRADE_DATA = "C"
NO_ORE = "N"


def mineral_words(world: World, item: Exposure, row: Mapping[str, Any]) -> list[str]:
    """Return what stands out for one mineral, in sentences that hold for the figures shown.

    Parameters
    ----------
    world, item
        The world, and an exposure in it.
    row
        Its figures in percent, as shown beside the sentences.
    """
    name = short_name(world.chain(item.mineral).name)
    words = [
        f"{place_name(world, item.buyer.name)}: {row['use_percent_of_world']:g} % of world use of "
        f"{name[0].lower()}{name[1:]}; {_part_words(100 * item.dependence.home_throughout)} of "
        "it is mined or recycled, and refined, at home."
    ]
    words += _withheld_words(world, item)
    if row["top_refiner"] and row["top_refiner_percent"] >= LEAST_SUPPLIER_PERCENT:
        words.append(_supplier_words(world, row, item))
    through_others = item.customs.loc[item.customs["seller"] != item.customs["origin"], "share"]
    if float(through_others.sum()) >= THROUGH_OTHERS:
        words.append(_seller_words(world, item))
    if item.worst.supplier:
        words.append(
            f"If {_seller_name(world, item, item.worst.supplier)} stopped, "
            f"{_part_words(row['left_percent'])} of the use would be covered "
            "(no re-allocation, no stocks)."
        )
    if NO_TRADE_DATA in (item.grade_ore, item.grade_refined):
        words.append("There are no trade data for a link: its pairs of countries are estimates.")
    return words


def _withheld_words(world: World, item: Exposure) -> list[str]:
    """Return a sentence if the buyer's own output is withheld by the publisher, hence absent."""
    forms = world.minerals.set_index("mineral").loc[item.mineral, ["mined_form", "refined_form"]]
    note = f"{place_name(world, item.buyer.name)} withheld by the source"
    stages = [
        stage for stage, form in zip(("mined", "refined"), forms, strict=True) if note in form
    ]
    if not stages:
        return []
    return [
        f"Its own {' and '.join(stages)} output is withheld by the source, and not counted here."
    ]


def _supplier_words(world: World, row: Mapping[str, Any], item: Exposure) -> str:
    refiner = _seller_name(world, item, row["top_refiner"])
    verb = "makes" if item.grade_ore == NO_ORE else "refines"
    text = (
        f"The largest supplier abroad is {refiner}: it {verb} "
        f"{_part_words(row['top_refiner_percent'])} of the use"
    )
    if item.grade_ore == NO_ORE or not row["top_origin"]:
        return f"{text}."
    mined = f"{_part_words(row['top_origin_percent'])} comes from mines"
    is_same = row["top_origin"] == row["top_refiner"]
    where = "there" if is_same else f"in {place_name(world, row['top_origin'])}"
    return f"{text}; {mined} {where}."


def _seller_name(world: World, item: Exposure, code: str) -> str:
    """Return a supplier's name; a bloc that the buyer belongs to is its other members."""
    bloc = world.territory.actor_of.get(item.buyer.name, item.buyer.name)
    name = place_name(world, code)
    return f"other members of the {name}" if code == bloc != item.buyer.name else name


def _seller_words(world: World, item: Exposure) -> str:
    shares = item.customs.groupby("seller").agg(share=("share", "sum"))["share"]
    top = shares.sort_values(ascending=False, kind="stable").head(TOP_SELLERS)
    sellers = [f"{place_name(world, str(k))} ({_part_words(100 * v)})" for k, v in top.items()]
    return f"By customs it buys most from {', '.join(sellers)}."


def _part_words(percent: float | None) -> str:
    if percent is None:
        return "an unknown part"
    if percent >= 100 * NEAR_ALL:
        return "all" if percent >= 99.95 else f"nearly all ({percent:.3g} %)"
    return "none" if percent < 0.05 else f"{percent:.3g} %"


def overview_words(world: World, found: Sequence[Exposure]) -> list[str]:
    """Return what stands out among all minerals of a buyer."""
    if not found:
        return ["No chain shows this buyer's use apart from the rest of the world."]
    hard = [item for item in found if item.worst.left < HARDLY_COVERED]
    counts = pd.Series([item.worst.supplier for item in found if item.worst.supplier])
    words = [
        f"{len(hard)} of {len(found)} minerals would have less than {100 * HARDLY_COVERED:.0f} % "
        "of the use covered if the worst supplier abroad stopped."
    ]
    if len(counts):
        top = counts.value_counts()
        words.append(
            f"The worst supplier is {place_name(world, str(top.index[0]))} for {int(top.iloc[0])} "
            f"of {len(found)}."
        )
    blind = [
        item.mineral for item in found if NO_TRADE_DATA in (item.grade_ore, item.grade_refined)
    ]
    if blind:
        words.append(f"No trade data for a link of: {', '.join(blind)}.")
    return words


def place_name(world: World, code: str) -> str:
    """Return the name of a country or bloc; an unknown code stays as it is."""
    table = world.countries
    found = table.loc[table["country"] == code, "name"]
    return str(found.iloc[0]) if len(found) else BLOC_NAMES.get(code, code)

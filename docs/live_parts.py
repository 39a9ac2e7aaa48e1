"""The parts of pages that are made from the program and its tables.

Does      Rewrites what stands between `<!-- live: KIND ... -->` and `<!-- end -->`; finds pages in
          which such a part is stale.
Units     As in the tables.
Method    A part is a function of its kind and words. The build and a test refuse stale pages;
          `python docs/live_parts.py` mends them.
Assumes   The embedded tables, whatever OREACLE_DATA says; help texts 80 columns wide.
Not here  What surrounds the parts: see the pages.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for a call as a script

from docs.live_events import EVENT_PARTS
from docs.live_scores import SCORE_PARTS
from docs.live_table import table_of

from oreacle.app.cli import main
from oreacle.data.assumptions import ASSUMED_DIRECTORY, read_assumed
from oreacle.data.elasticities.instruments import Fit
from oreacle.data.elasticities.substitution import Specification, disagreement
from oreacle.data.history.coverage import COVERAGE
from oreacle.data.schema import table_names, table_spec
from oreacle.data.store import TABLES_DIRECTORY, read_table
from oreacle.engine.demand import MIN_CHANGES, price_changes
from oreacle.engine.setting import make_setting
from oreacle.forecasting.preset import baseline
from oreacle.market.apply.table import WORKS
from oreacle.market.policies.catalogue import INSTRUMENTS
from oreacle.scenario.causes import shock_causes
from oreacle.scenario.composition import composed
from oreacle.scenario.sentence_forms import FORMS
from oreacle.scenario.sources import preset_names
from oreacle.scenario.spec_assumptions import SECTIONS

DOCS = Path(__file__).resolve().parent
PART = re.compile(
    r"(?P<code>```python\n(?P<source>(?:(?!```).)*)```\n+)?"
    r"(?P<head><!-- live: (?P<words>[^\n]+?) -->\n).*?(?P<tail><!-- end -->)",
    re.DOTALL,
)


def _tables() -> str:
    """Return every table with its columns."""
    catalogue = read_table("catalogue", TABLES_DIRECTORY).set_index("table")
    parts = []
    for name in table_names():
        columns = table_spec(name).columns
        keys = ", ".join(f"`{c.name}`" for c in columns if c.kind == "key")
        origin = ""
        if name in catalogue.index:
            row = catalogue.loc[name]
            origin = f" Years: {row['years']}. Sources: {str(row['sources']).replace(';', ', ')}."
        rows = [
            (f"`{c.name}`", c.kind, c.unit, "yes" if c.required else "no", c.description)
            for c in columns
        ]
        heads = ("column", "kind", "unit", "required", "holds")
        parts.append(f"## {name}\n\nKey: {keys}.{origin}\n\n{table_of(heads, rows)}")
    return "\n\n".join(parts)


def _assumed() -> str:
    """Return every table of assumptions with what is made from it."""
    listing = read_assumed("table_inputs").astype(str)
    rows = []
    for path in sorted(ASSUMED_DIRECTORY.glob("*.csv")):
        used = listing.loc[listing["input"] == f"assumed/{path.name}", "tables"]
        names = sorted({name for text in used for name in text.split(";")})
        rows.append((f"`{path.stem}`", len(read_assumed(path.stem)), ", ".join(names)))
    return table_of(("assumed table", "rows", "enters the embedded tables"), rows)


def _parameters(name: str) -> str:
    """Return a table of assumed parameters with ranges and reasons."""
    table = read_assumed(name)
    rows = [
        (f"`{row.parameter}`", row.value, row.low, row.high, row.unit, row.reason)
        for row in table.itertuples()
    ]
    return table_of(("parameter", "value", "low", "high", "unit", "reason"), rows)


def _records(table: pd.DataFrame) -> list[Any]:
    """Return the rows as records whose fields are attributes."""
    return list(table.itertuples())


def _elasticities(*parameters: str) -> str:
    """Return prior, estimate and value used of some parameters by mineral."""
    table = read_table("elasticities", TABLES_DIRECTORY)
    rows = []
    for row in _records(table[table["parameter"].isin(parameters)]):
        at = "1/s " if row.scale == "inverse" else ""
        own = "" if np.isnan(row.estimate) else f"{at}{row.estimate:.3g} ({row.se:.2g})"
        prior = f"{row.prior:.3g} ({row.prior_low:.2g} to {row.prior_high:.2g})"
        used = f"{row.used:.3g} ({row.low:.2g} to {row.high:.2g})"
        order = parameters.index(row.parameter)
        count = row.observations or ""
        found = (f"`{row.parameter}`", row.mineral, prior, own, count, f"**{used}**", row.basis)
        rows.append((order, found))
    heads = ("parameter", "mineral", "prior", "data (se)", "rows", "used", "basis")
    return table_of(heads, (found for _, found in sorted(rows, key=lambda pair: pair[0])))


def _elasticity_rivals() -> str:
    """Return s by three estimators over all codes, by gap and trim."""
    table = read_table("elasticity_checks", TABLES_DIRECTORY)
    table = table[table["mineral"] == "all"]
    rows = []
    keys = ["parameter", "instrument", "sample"]
    for (parameter, instrument, sample), part in table.groupby(keys, sort=False):
        by_gap = {int(row["gap_years"]): row for row in part.to_dict("records")}
        rows.append(
            (f"`{parameter}`", instrument, sample, *(_rival(by_gap[gap]) for gap in (1, 3, 5)))
        )
    rows.sort(key=lambda row: (row[0], row[2]))
    heads = ("parameter", "estimator", "sample", "s over 1 year", "3 years", "5 years")
    bias = ", ".join(
        f"{disagreement(_rivals(part)):.2f} for `{name}`"
        for name, part in table.groupby("parameter")
    )
    return f"{table_of(heads, rows)}\n\nShared bias `v`: {bias}."


def _rivals(rows: pd.DataFrame) -> list[Specification]:
    """Return rows over all codes as the specifications that they were."""
    return [
        Specification(
            "",
            int(row["gap_years"]),
            0.0,
            str(row["instrument"]),
            Fit(float(row["estimate"]), 0.0, 0.0, 0, 0),
        )
        for row in rows.to_dict("records")
    ]


def _rival(row: Mapping[Any, Any]) -> str:
    """Return an estimate of s, with its error on the scale on which it was made."""
    inverse = row["scale"] == "inverse"
    value = 1.0 / row["estimate"] if inverse else row["estimate"]
    if np.isnan(row["se"]):
        return f"{value:.3g}"
    error = f"1/s {row['estimate']:.2g}, se {row['se']:.1g}" if inverse else f"se {row['se']:.2g}"
    return f"{value:.3g} ({error})"


def _absent_weights() -> str:
    """Return the weights of absent links in calm years and after a loss."""
    table = read_table("elasticities", TABLES_DIRECTORY)
    first = table[table["parameter"].str.startswith("absent_")].drop_duplicates("parameter")
    after = {
        row["link"]: row for row in read_table("openings", TABLES_DIRECTORY).to_dict("records")
    }
    rows = [
        (
            f"`{row.parameter}`",
            f"**{row.used:.3g}** ({row.low:.3g} to {row.high:.3g})",
            f"{row.estimate:.3g} ({row.se:.1g})",
            row.observations,
            f"{loss['per_supplier_weight']:.3g} ({loss['se']:.1g})",
            int(loss["shocks"]),
        )
        for row in _records(first)
        for loss in [after[row.parameter.split("_")[1]]]
    ]
    heads = ("parameter", "used", "calm years (se)", "rows", "after a loss (se)", "losses")
    return table_of(heads, rows)


def _help(*words: str) -> str:
    """Return the help text of a command."""
    width, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), "80"
    stream = io.StringIO()
    try:
        with redirect_stdout(stream):
            main([*words, "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if width is not None:
            os.environ["COLUMNS"] = width
    return _block("\n".join(line.rstrip() for line in stream.getvalue().strip().splitlines()))


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


def _grades() -> str:
    """Return minerals by data grade."""
    table = read_table("minerals", TABLES_DIRECTORY)
    words = {"A": "A, observed", "B": "B, partly observed", "C": "C, no trade data", "N": "N, none"}
    rows = []
    for grade, text in words.items():
        named = [
            ", ".join(table.loc[table[column] == grade, "mineral"]) or "none"
            for column in ("grade_ore", "grade_refined")
        ]
        rows.append((text, *named))
    return table_of(("grade", "ore link", "refined link"), rows)


def _assumed_prices() -> str:
    """Return minerals whose base price is assumed."""
    table = read_table("minerals", TABLES_DIRECTORY)
    return ", ".join(table.loc[table["price_refined_basis"] == "assumed", "mineral"]) + "."


def _short_series() -> str:
    """Return minerals whose price series is too short to measure volatility."""
    prices = read_table("price_history", TABLES_DIRECTORY)
    minerals = read_table("minerals", TABLES_DIRECTORY)["mineral"]
    return ", ".join(m for m in minerals if price_changes(prices, str(m)).size < MIN_CHANGES) + "."


def _drift() -> str:
    """Return the measured drift of shares."""
    drift = make_setting(baseline(TABLES_DIRECTORY), TABLES_DIRECTORY).drift
    return f"In the embedded data it is {drift:.3f} log points a year."


def _register() -> str:
    """Return the size of the register, and how many of its strengths are assumed."""
    table = read_table("register", TABLES_DIRECTORY)
    basis = table["strength_basis"]
    return (
        f"{len(table)} measures; the strength of {(basis == 'assumed').sum()} is assumed and of "
        f"{(basis == 'reported').sum()} reported; {(table['in_base'] == 1).sum()} shaped the base "
        "year."
    )


def _coverage(name: str) -> str:
    """Return a count of what the chronicle covers."""
    table = COVERAGE[name](read_table(name, TABLES_DIRECTORY))
    return table_of([str(head).replace("_", " ") for head in table], table.to_numpy().tolist())


def _output(source: str) -> str:
    """Return what the code block before the part prints, with the embedded tables."""
    stream, own = io.StringIO(), os.environ.pop("OREACLE_DATA", None)
    try:
        with redirect_stdout(stream):
            exec(compile(source, "example", "exec"), {})  # noqa: S102 - an example of our own pages
    finally:
        if own is not None:
            os.environ["OREACLE_DATA"] = own
    return _block(stream.getvalue().rstrip())


def _instruments() -> str:
    """Return every instrument with its slot."""
    rows = [
        (
            f"`{one.kind.__name__}`",
            f"`{one.slug}`",
            one.called,
            f"{slot.value} {slot.name.lower().replace('_', ' ')}",
        )
        for one in INSTRUMENTS
        for slot in [WORKS[one.kind].slot]
    ]
    return table_of(("type", "in scenario files", "what it is", "slot"), rows)


def _fields(kind: str) -> str:
    """Return the fields of an instrument with their defaults and ranges."""
    (found,) = (one.kind for one in INSTRUMENTS if one.kind.__name__ == kind)
    rows = []
    for field in fields(found):
        bounds = found.RANGES.get(field.name)
        limits = "" if bounds is None else f"{bounds.low:g} to {bounds.high:g}"
        unit = "" if bounds is None else bounds.unit
        rows.append((f"`{field.name}`", _default(field.default), limits, unit))
    return table_of(("field", "default", "range", "unit"), rows)


def _default(value: object) -> str:
    if value is MISSING:
        return "must be given"
    return "none" if value in (None, (), []) else str(value)


def _sentences() -> str:
    """Return an example of every form of a what-if sentence."""
    return _block("\n".join(form.example for form in FORMS))


def _presets() -> str:
    """Return every preset with the sentence of what it assumes."""
    values = [composed(name).document.values for name in preset_names()]
    return table_of(("preset", "assumes"), [(f"`{v['name']}`", v["description"]) for v in values])


def _entry_keys(section: str) -> str:
    """Return the keys of an entry of a list of a scenario file."""
    rows = []
    for name, field in SECTIONS[section].model_fields.items():
        key, needed = field.alias or name, "must be given" if field.is_required() else ""
        rows.append((f"`{key}`", needed or _default(field.get_default())))
    return table_of(("key", "default"), rows)


def _causes() -> str:
    """Return every cause of disruption."""
    return table_of(("cause", "holds"), [(f"`{k}`", v) for k, v in shock_causes().items()])


KINDS: dict[str, Callable[..., str]] = {
    "tables": _tables,
    "assumed": _assumed,
    "parameters": _parameters,
    "elasticities": _elasticities,
    "elasticity-rivals": _elasticity_rivals,
    "absent-weights": _absent_weights,
    "help": _help,
    **EVENT_PARTS,
    **SCORE_PARTS,
    "grades": _grades,
    "assumed-prices": _assumed_prices,
    "short-series": _short_series,
    "drift": _drift,
    "register": _register,
    "coverage": _coverage,
    "instruments": _instruments,
    "fields": _fields,
    "sentences": _sentences,
    "presets": _presets,
    "entry-keys": _entry_keys,
    "causes": _causes,
}


def renewed(text: str) -> str:
    """Return a page with its live parts as they should be.

    Raises
    ------
    KeyError
        If a page asks for a kind that does not exist.
    """

    def part(match: re.Match[str]) -> str:
        kind, *words = match["words"].split()
        made = _output(match["source"]) if kind == "output" else KINDS[kind](*words)
        return f"{match['code'] or ''}{match['head']}{made}\n{match['tail']}"

    return PART.sub(part, text)


def stale_pages() -> list[Path]:
    """Return the pages with a part that is not as it should be."""
    pages = sorted(DOCS.rglob("*.md"))
    chosen = [page for page in pages if "_build" not in page.parts]
    texts = {page: page.read_text(encoding="utf-8") for page in chosen}
    return [page for page, text in texts.items() if "<!-- live:" in text and renewed(text) != text]


if __name__ == "__main__":
    for page in stale_pages():
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        sys.stdout.write(f"renewed {page.name}\n")

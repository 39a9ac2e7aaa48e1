"""The kinds of values that a scenario file holds, each with its check.

Does      Says for each field of a policy what may stand in a file, and looks names up.
Units     Strengths as in `oreacle.market.policies`; calendar years.
Method    The name of a field says its kind, as in `oreacle.market.policies.checks`; bounds of
          numbers are those of the policy type.
Assumes   Validation runs with the names of a world in its context.
Not here  Which fields an entry has: see `oreacle.scenario.spec_entries`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import EVERYONE, SECTORS
from oreacle.market.policies.checks import Range, check_number
from oreacle.scenario.names import EVERYONE_WORDS, NameBook, fold

FAULT = "oreacle"
"""Type of pydantic errors that carry code, what, why and fix in their context."""


def fault(error: ScenarioError) -> PydanticCustomError:
    """Return an error as pydantic collects it."""
    return PydanticCustomError(FAULT, "{what}", dict(error.as_dict()))


def names_of(info: ValidationInfo) -> NameBook:
    """Return the names of the world from the context of a validation."""
    book = (info.context or {})["names"]
    if not isinstance(book, NameBook):
        raise TypeError("validation needs the names of a world in its context")
    return book


def _looked_up(find: Callable[[NameBook, str], str]) -> AfterValidator:
    """Return a validator that replaces a written name by its code."""

    def check(value: str, info: ValidationInfo) -> str:
        try:
            return find(names_of(info), value)
        except ScenarioError as error:
            raise fault(error) from None

    return AfterValidator(check)


def checked_by(check: Callable[[str], str]) -> AfterValidator:
    """Return a validator of text by a function that raises `ScenarioError`."""
    return _looked_up(lambda _book, value: check(value))


def club_field() -> AfterValidator:
    """Return a validator that turns the name of a known club into its code."""
    return _looked_up(lambda book, value: book.clubs().find(value) or value)


def number_within(name: str, bounds: Range) -> Any:  # noqa: ANN401 - an annotation
    """Return the annotation of a number with the bounds of its policy type."""

    def check(value: float) -> float:
        try:
            return check_number(name, value, bounds)
        except ScenarioError as error:
            raise fault(error) from None

    return Annotated[float, AfterValidator(check)]


def _check_year(value: int, info: ValidationInfo) -> int:
    book = names_of(info)
    if not book.first_year <= value <= book.last_year:
        raise fault(year_error(value, book))
    return value


def ends_after_start(value: int | None, info: ValidationInfo) -> int | None:
    """Refuse a last year before the first; with a wrong first year there is nothing to compare."""
    first = info.data.get("first_year")
    if value is not None and first is not None and value < first:
        raise fault(
            ScenarioError(
                "ORE-SCN-019",
                f"an entry ends in {value}, before it starts in {first}.",
                why="it would never hold.",
                fix="give a last year at or after the first, or none for an open end.",
            )
        )
    return value


def year_error(year: int, names: NameBook) -> ScenarioError:
    """Return the error for a year that cannot be simulated."""
    return ScenarioError(
        "ORE-SCN-019",
        f"{year} is outside {names.first_year} to {names.last_year}.",
        why="there is no demand path for it, or it lies in the past.",
        fix=f"use a year from {names.first_year} to {names.last_year}.",
    )


def _everyone_is_empty(values: list[str]) -> list[str]:
    return [] if EVERYONE in values else once(values)


def once(values: list[str]) -> list[str]:
    """Return a list without repetitions, in its order."""
    return list(dict.fromkeys(values))


def _target(book: NameBook, name: str) -> str:
    return EVERYONE if fold(name) in EVERYONE_WORDS else book.target(name)


Name = Annotated[str, Field(min_length=1, max_length=100)]
Year = Annotated[int, AfterValidator(_check_year)]
LastYear = Annotated[Year | None, AfterValidator(ends_after_start)]
Actor = Annotated[Name, _looked_up(NameBook.actor)]
Place = Annotated[Name, _looked_up(NameBook.place)]
_Open = Annotated[
    list[Annotated[Name, _looked_up(_target)]],
    Field(max_length=100),
    AfterValidator(_everyone_is_empty),
]
_Actors = Annotated[list[Actor], Field(min_length=1, max_length=100), AfterValidator(once)]
_Places = Annotated[list[Place], Field(min_length=1, max_length=100), AfterValidator(once)]
FIELD_KINDS: dict[str, Any] = {
    "actor": Actor,
    "mineral": Annotated[Name, _looked_up(NameBook.mineral)],
    "place": Place,
    "buyer": Place,
    "seller": Place,
    "target": Annotated[Name, _looked_up(NameBook.target)],
    "measure_id": Name,
    "route": Annotated[Name, _looked_up(NameBook.route)],
    "corridor": Annotated[Name, _looked_up(NameBook.route)],
    "targets": _Open,
    "origins": _Open,
    "senders": _Actors,
    "places": _Places,
    "users": _Places,
    "link": Literal["ore", "refined"],
    "stage": Literal["mined", "refined"],
    "sector": Literal[SECTORS],
    "extraterritorial": bool,
    "rules_of_origin": bool,
}
"""What may stand in a file, by the name of the field of a policy."""

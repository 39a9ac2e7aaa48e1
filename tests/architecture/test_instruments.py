"""Every policy type is complete: table, market, sentence, file, words, page, export, sample."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import pytest
from tests.architecture.source import PROJECT
from tests.market.test_apply import WRITES
from tests.market.traders import SAMPLES

import oreacle
from oreacle.market.apply import PolicyDesk
from oreacle.market.apply.table import WORKS
from oreacle.market.clear import market
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import INSTRUMENTS
from oreacle.scenario.names import name_book
from oreacle.scenario.sentence import parse_sentence, policy_sentence
from oreacle.scenario.sentence_forms import FORMS
from oreacle.scenario.sentence_words import WRITERS
from oreacle.scenario.spec import ENTRIES
from oreacle.world.load import load_world

PAGE = (PROJECT / "docs" / "policies.md").read_text(encoding="utf-8")
ERRORS = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")
KINDS = sorted(Policy.__subclasses__(), key=lambda kind: kind.__name__)
KNOWN = {one.kind: one for one in INSTRUMENTS}
PLACEHOLDER = "lift MEASURE on gallium"


def bites(policy: Policy) -> bool:
    """Return True if a policy touches something in the embedded world."""
    world = load_world()
    desk = PolicyDesk.of(world, policy.mineral)
    return desk.bites(policy, market(world, policy.mineral))


@pytest.mark.parametrize("kind", KINDS)
def test_an_instrument_is_complete(kind: type[Policy]) -> None:
    name = kind.__name__
    assert is_dataclass(kind), f"make {name} a frozen dataclass"
    assert kind in KNOWN, f"add {name} to oreacle.market.policies.catalogue"
    assert kind in WORKS, f"add {name} to oreacle.market.apply.table"
    assert kind in WRITERS, f"add {name} to oreacle.scenario.sentence_words"
    assert kind in {form.kind for form in FORMS}, f"add {name} to sentence_forms"
    assert KNOWN[kind].slug in ENTRIES
    assert getattr(oreacle, name) is kind, f"export {name} from oreacle"
    assert kind in {type(policy) for policy in SAMPLES}, f"add a {name} to tests/market/traders.py"
    assert KNOWN[kind].slug in WRITES, f"say in tests/market/test_apply.py what {name} writes"


@pytest.mark.parametrize("kind", KINDS)
def test_an_instrument_has_its_section_on_the_page(kind: type[Policy]) -> None:
    _, found, section = PAGE.partition(f"### {kind.__name__}\n")
    assert found, f"add a section on {kind.__name__} to docs/policies.md"
    section = section.partition("\n#")[0]
    missing = [field.name for field in fields(kind) if f"`{field.name}`" not in section]
    assert not missing, f"run `python docs/live_parts.py`: {missing}"
    ranges = [f"{r.low:g} to {r.high:g}" for r in kind.RANGES.values()]
    assert all(text in section for text in ranges)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_an_instrument_has_a_range_and_a_unit(kind: type[Policy]) -> None:
    numbers = {f.name for f in fields(kind) if str(f.type).startswith("float")}
    assert numbers == set(kind.RANGES)
    assert all(bounds.low < bounds.high and bounds.unit for bounds in kind.RANGES.values())


def test_sentences_on_the_page_are_read_and_written_back_the_same() -> None:
    names = name_book(load_world())
    sections = PAGE.partition("## Exports")[2].partition("## Sentences")[0]
    paragraphs = [part for part in sections.split("\n\n") if part.startswith("Said: ")]
    said = [text for part in paragraphs for text in re.findall("`([^`]+)`", part)]
    assert len(said) >= len(INSTRUMENTS)
    read = {text: parse_sentence(text, names) for text in said}
    idle = [policy for policies in read.values() for policy in policies if not bites(policy)]
    assert not idle, f"say something that touches the embedded world: {idle}"
    for text, policies in read.items():
        assert parse_sentence(policy_sentence(policies[0]), names) == policies, text
    assert {type(p) for policies in read.values() for p in policies} == set(KINDS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind.__name__)
def test_a_form_has_an_example_that_fits_it_and_stands_among_the_errors(form: object) -> None:
    example, pattern = form.example, form.pattern  # type: ignore[attr-defined]
    assert f"- `{example}`" in ERRORS
    if example != PLACEHOLDER:
        assert all(bites(policy) for policy in parse_sentence(example, name_book(load_world())))
    assert pattern.fullmatch(example.partition(" with enforcement")[0])

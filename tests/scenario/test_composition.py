"""Files that stand on others: what wins, what is added, what is refused, and where faults are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.core.spelling import shown
from oreacle.scenario.composition import DEEPEST_CHAIN, composed
from oreacle.scenario.layers import laid
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import baseline, load_scenario
from oreacle.scenario.reading import Document
from oreacle.scenario.scenario import Scenario

NAMES = name_book(small_world())
BAN = "{instrument: export_ban, actor: CHN, mineral: gallium, link: refined, from: 2027, to: 2029}"
TAX = "{instrument: export_tax, actor: AUS, mineral: gallium, rate: 0.1, from: 2027}"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"oreacle: 1\nname: {Path(name).stem}\n{text}", encoding="utf-8")
    return path


def load(path: Path, *overlays: Path | str) -> Scenario:
    return load_scenario(path, NAMES, overlays)


def test_a_child_replaces_values_and_adds_to_lists(tmp_path: Path) -> None:
    write(
        tmp_path, "low", f"extends: baseline\nuntil: 2035\ndescription: Low.\npolicies: [{BAN}]\n"
    )
    top = write(tmp_path, "top", f"extends: low.yaml\nuntil: 2038\npolicies: [{TAX}]\n")
    made = load(top)
    assert (made.name, made.description, made.until) == ("top", "", 2038)
    assert made.demand_scenario == baseline().demand_scenario
    assert [item.policy.mineral for item in made.policies] == ["gallium", "gallium"]
    assert [type(item.policy).__name__ for item in made.policies] == ["ExportBan", "ExportTax"]


def test_replace_starts_a_list_anew(tmp_path: Path) -> None:
    write(tmp_path, "low", f"extends: baseline\npolicies: [{BAN}]\noff: [ventures]\n")
    top = write(tmp_path, "top", f"extends: low.yaml\nreplace: [policies]\npolicies: [{TAX}]\n")
    made = load(top)
    assert [type(item.policy).__name__ for item in made.policies] == ["ExportTax"]
    assert made.off == ("ventures",)
    emptied = write(tmp_path, "empty", "extends: low.yaml\nreplace: [policies, off]\n")
    assert load(emptied).policies == ()
    assert load(emptied).off == ()


def test_overlays_of_a_file_lie_between_its_parent_and_its_own_values(tmp_path: Path) -> None:
    write(tmp_path, "low", "extends: baseline\nuntil: 2030\n")
    write(tmp_path, "first", "until: 2031\ndemand_scenario: APS\n")
    write(tmp_path, "second", "until: 2032\n")
    top = write(tmp_path, "top", "extends: low.yaml\noverlays: [first.yaml, second.yaml]\n")
    assert (load(top).until, load(top).demand_scenario) == (2032, "APS")
    own = write(tmp_path, "own", "extends: low.yaml\noverlays: [first.yaml]\nuntil: 2033\n")
    assert load(own).until == 2033


def test_overlays_of_the_user_come_last_in_order_and_add_to_name_and_sentence(
    tmp_path: Path,
) -> None:
    one = write(tmp_path, "one", "until: 2031\ndescription: First.\n")
    two = write(tmp_path, "two", "until: 2032\ndescription: Second.\n")
    made = load_scenario("net-zero", NAMES, [one, two])
    assert made.name == "net-zero-one-two"
    assert made.until == 2032
    assert made.description.endswith("outside. First. Second.")
    assert load_scenario("net-zero", NAMES, [two, one]).until == 2031


def test_an_overlay_does_not_bring_the_baseline_back(tmp_path: Path) -> None:
    made = load_scenario("net-zero", NAMES, ["gallium-ban"])
    assert made.demand_scenario == "NZE"
    assert len(made.policies) == 1


def test_parameters_are_merged_key_by_key() -> None:
    low = Document("low", {"parameters": {"a.x": 1.0, "a.y": 2.0}}, {})
    high = Document("high", {"parameters": {"a.y": 3.0}}, {})
    assert laid(low, high, ()).values["parameters"] == {"a.x": 1.0, "a.y": 3.0}
    assert laid(low, high, ["parameters"]).values["parameters"] == {"a.y": 3.0}


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "until": st.integers(2030, 2040),
        "off": st.lists(st.sampled_from("abc"), max_size=3),
        "parameters": st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9), max_size=2),
    },
)


@given(VALUES, VALUES, VALUES)
def test_laying_is_associative_and_nothing_laid_on_something_changes_nothing(
    one: dict[str, object], two: dict[str, object], three: dict[str, object]
) -> None:
    first, second, third = (Document("x", values, {}) for values in (one, two, three))
    left = laid(laid(first, second, ()), third, ())
    right = laid(first, laid(second, third, ()), ())
    assert left.values == right.values
    nothing = Document("x", {}, {})
    assert laid(first, nothing, ()).values == laid(nothing, first, ()).values == one


def test_a_fault_is_named_with_the_file_and_line_that_it_comes_from(tmp_path: Path) -> None:
    write(tmp_path, "low", "extends: baseline\npolicies:\n  - {instrument: export_bann}\n")
    top = write(
        tmp_path,
        "top",
        "extends: low.yaml\npolicies:\n"
        "  - {instrument: export_ban, actor: CHN, mineral: galium, from: 2027}\n",
    )
    with pytest.raises(ScenarioError) as caught:
        load(top)
    assert "policies[0].instrument (low.yaml, line 5)" in caught.value.what
    assert f"policies[1].mineral ({shown(top)}, line 5)" in caught.value.what


def test_what_only_contradicts_when_joined_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "low", f"extends: baseline\npolicies: [{BAN}]\n")
    top = write(tmp_path, "top", f"extends: low.yaml\npolicies: [{BAN}]\n")
    with pytest.raises(ScenarioError, match="ORE-SCN-020"):
        load(top)


@pytest.mark.parametrize(
    ("text", "code", "in_what"),
    [
        ("extends: ../low.yaml\n", "ORE-SCN-077", "extends"),
        ("extends: /etc/passwd.yaml\n", "ORE-SCN-077", "extends"),
        ("extends: 'C:\\low.yaml'\n", "ORE-SCN-077", "extends"),
        ("extends: below/../../low.yaml\n", "ORE-SCN-077", "extends"),
        ("extends: below/link.yaml\n", "ORE-SCN-077", "extends"),
        ("overlays: [net-zero, ../low.yaml]\n", "ORE-SCN-077", "overlays[1]"),
        ("extends: baselin\n", "ORE-SCN-001", "extends"),
        ("extends: missing.yaml\n", "ORE-SCN-012", "missing.yaml"),
        ("extends: low/txt\n", "ORE-SCN-012", "extends"),
        ("extends: [baseline]\n", "ORE-SCN-018", "extends"),
        ("extends:\n", "ORE-SCN-018", "extends"),
        ("extends: top.yaml\n", "ORE-SCN-078", "stands on itself"),
        ("extends: baseline\noverlays: net-zero\n", "ORE-SCN-018", "overlays"),
        ("extends: baseline\nreplace: policies\n", "ORE-SCN-018", "replace"),
        ("extends: baseline\nreplace: [until]\n", "ORE-SCN-079", "replace[0]"),
        ("extends: below/bare.yaml\n", "ORE-SCN-017", "name"),
        ("extends: below/tagged.yaml\n", "ORE-SCN-013", "tag"),
        ("extends: below/words.yaml\n", "ORE-SCN-018", "words.yaml"),
    ],
)
def test_a_file_that_cannot_be_stood_on_is_refused(
    tmp_path: Path, text: str, code: str, in_what: str
) -> None:
    write(tmp_path, "low", "extends: baseline\n")
    inner = tmp_path / "inner"
    write(inner, "below/low", "extends: baseline\n")
    (inner / "below/bare.yaml").write_text("oreacle: 1\ndemand_scenario: APS\n")
    (inner / "below/tagged.yaml").write_text("name: !!python/name:os.system x\n")
    (inner / "below/words.yaml").write_text("words\n")
    (inner / "below/link.yaml").symlink_to(tmp_path / "low.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(inner, "top", text))
    assert caught.value.code == code
    assert in_what in caught.value.what


def test_a_file_below_the_folder_may_be_named(tmp_path: Path) -> None:
    write(tmp_path, "below/low", "extends: baseline\nuntil: 2031\n")
    assert load(write(tmp_path, "top", "extends: below/low.yaml\n")).until == 2031


def test_a_circle_of_files_a_long_chain_and_too_many_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a", "extends: b.yaml\n")
    write(tmp_path, "b", "extends: a.yaml\n")
    with pytest.raises(ScenarioError, match="ORE-SCN-078"):
        load(tmp_path / "a.yaml")
    write(tmp_path, "c0", "extends: baseline\n")
    for k in range(1, DEEPEST_CHAIN + 1):
        write(tmp_path, f"c{k}", f"extends: c{k - 1}.yaml\n")
    assert load(tmp_path / f"c{DEEPEST_CHAIN - 2}.yaml").name == f"c{DEEPEST_CHAIN - 2}"
    with pytest.raises(ScenarioError, match="ORE-SCN-078"):
        load(tmp_path / f"c{DEEPEST_CHAIN}.yaml")
    write(tmp_path, "d0", "extends: baseline\n")
    for k in range(1, 7):  # each stands on the one below many times: 4 to the power of 6 files
        write(tmp_path, f"d{k}", f"overlays: [{', '.join([f'd{k - 1}.yaml'] * 4)}]\n")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "d6.yaml")
    assert "more than 32 files" in caught.value.what


def test_files_are_named_in_the_order_in_which_they_are_laid(tmp_path: Path) -> None:
    write(tmp_path, "low", "extends: baseline\n")
    write(tmp_path, "over", "until: 2031\n")
    top = write(tmp_path, "top", "extends: low.yaml\noverlays: [over.yaml]\n")
    assert composed(top).files == ("baseline", "low.yaml", "over.yaml", shown(top))

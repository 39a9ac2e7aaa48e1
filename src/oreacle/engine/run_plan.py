"""The plan of a run: what was asked for, written before anything is computed.

Does      Writes the plan, reads it back, and refuses to go on under other conditions.
Units     None.
Method    The plan has no clock field: two runs with the same settings have the same plan.
Assumes   Version, tables and size of blocks decide the numbers, with the plan itself.
Not here  What was finished so far: see `oreacle.engine.store`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path

from oreacle.core.errors import OreacleError, RunError
from oreacle.engine.block import BLOCK_SIZE
from oreacle.engine.kernels import NUMPY, refuse_other_kernel
from oreacle.engine.run_files import FORMAT, PLAN, is_count, is_sum, is_text, read_json, write_json
from oreacle.scenario.record import scenario_from_dict
from oreacle.scenario.scenario import Scenario


@dataclass(frozen=True)
class RunPlan:
    """What a run was asked for.

    Attributes
    ----------
    format
        Version of the folder's layout.
    version
        Version of the package.
    scenario
        The scenario as plain values.
    as_of
        Last day that the data cover.
    members, seed, block_size
        Size, root seed, and members of a block.
    data_sha256
        Checksum over all tables.
    kernel
        What clears markets, as `oreacle.market.compiled.kinds` names it.
    """

    format: int
    version: str
    scenario: dict[str, object]
    as_of: str
    members: int
    seed: int
    block_size: int
    data_sha256: str
    kernel: str

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.members // self.block_size)

    def settings(self) -> Scenario:
        """Return the scenario.

        Raises
        ------
        ScenarioError
            ORE-SCN-080 or that of a policy, if the values describe none.
        """
        return scenario_from_dict(self.scenario)


def write_plan(folder: Path, plan: RunPlan) -> None:
    """Write the plan; raises ORE-RUN-003 if the folder cannot be written."""
    write_json(folder / PLAN, asdict(plan))


def read_plan(folder: Path) -> RunPlan:
    """Return the plan of a run folder.

    Raises
    ------
    RunError
        ORE-RUN-158 if there is none, or none that can be read.
    """
    path = folder / PLAN
    if not path.is_file():
        raise _no_plan(folder, f"it holds no {PLAN}")
    try:
        content = read_json(path)
    except RunError as fault:
        raise _no_plan(folder, f"{PLAN} is not JSON") from fault
    content.setdefault("kernel", NUMPY)  # a run from before there was another one
    names = {field.name for field in fields(RunPlan)}
    if content.get("format") != FORMAT:
        raise _no_plan(folder, f"format {content.get('format')} of {PLAN} is not {FORMAT}")
    if set(content) != names:
        raise _no_plan(folder, f"fields of {PLAN}: {', '.join(sorted(names ^ set(content)))}")
    wrong = [name for name in sorted(names) if not _is_sound(name, content[name])]
    if wrong:
        raise _no_plan(folder, f"wrong type or value in {PLAN}: {', '.join(wrong)}")
    plan = RunPlan(**content)  # type: ignore[arg-type]  # checked above
    try:
        is_same = plan.settings().as_dict() == plan.scenario
    except OreacleError as fault:
        raise _no_plan(folder, f"the scenario in {PLAN}: {fault.what}") from fault
    if not is_same:
        raise _no_plan(folder, f"the scenario in {PLAN} would read back differently")
    return plan


def refuse_other_conditions(plan: RunPlan, version: str, data_sha256: str) -> None:
    """Refuse to go on with a plan that would give other numbers now.

    Raises
    ------
    RunError
        ORE-RUN-159 naming everything that differs; ORE-RUN-241 if the kernel of the run is none
        that works here.
    """
    same = {
        f"version {plan.version}, now {version}": plan.version == version,
        "other tables than the ones in use": plan.data_sha256 == data_sha256,
        f"{plan.block_size} members in a block, now {BLOCK_SIZE}": plan.block_size == BLOCK_SIZE,
    }
    other = [what for what, is_same in same.items() if not is_same]
    if other:
        raise RunError(
            "ORE-RUN-159",
            f"the run was begun under other conditions: {'; '.join(other)}.",
            why="the members that are still to be run would not belong to those that are there.",
            fix="point --data or OREACLE_DATA at the tables of the run and use its version, or "
            "start a new run.",
        )
    refuse_other_kernel(plan.kernel)


def _is_sound(name: str, value: object) -> bool:
    """Return True if a value can stand in a field of the plan."""
    if name in {"format", "members", "block_size"}:
        return is_count(value, least=1)
    if name == "seed":
        return is_count(value, least=0)
    if name == "scenario":
        return isinstance(value, dict) and is_text(value.get("name"))
    return is_sum(value) if name == "data_sha256" else is_text(value)


def _no_plan(folder: Path, reason: str) -> RunError:
    return RunError(
        "ORE-RUN-158",
        f"'{folder}' cannot be gone on with: {reason}.",
        why="the settings of the run are not known.",
        fix="name a folder that `oreacle forecast` began with this version, or start a new run.",
    )

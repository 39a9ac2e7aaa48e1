"""The command line: all commands under one name.

Does      Joins the commands, and turns every error into a message and an exit code.
Units     None.
Method    A command imports what it needs when it runs, so that help is quick.
Assumes   None.
Not here  Each command: see the modules beside this one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, cast

import typer
from typer.main import get_command

from oreacle.app.backtest import app as backtest_commands
from oreacle.app.coalition import coalition
from oreacle.app.compare import compare
from oreacle.app.data import app as data_commands
from oreacle.app.escalation import escalation
from oreacle.app.explain import explain, version
from oreacle.app.faults import BAD_INPUT, FAILED, OK, show_error, usage_error
from oreacle.app.forecast import forecast
from oreacle.app.output import talk
from oreacle.app.power import power
from oreacle.app.query import query
from oreacle.app.relations import relations
from oreacle.app.report import report
from oreacle.app.restrain import restrain
from oreacle.app.scenario import scenario
from oreacle.app.shock import shock
from oreacle.app.simulate import simulate
from oreacle.app.world import app as world_commands
from oreacle.core.errors import OreacleError

# The library has no public name for it; `BadParameter` is its best known kind.
UsageFault = cast("type[Exception]", typer.BadParameter.__base__)

INTERRUPTED = 130
"""What the library returns after Ctrl-C; our codes are 0, 1 and 2."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Forecast how scarcity of critical minerals turns into cooperation and rivalry.\n\n"
    'Example: oreacle shock "CHN bans exports of gallium to USA"',
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        version()
        raise typer.Exit(OK)


@app.callback()
def options(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Take what stands before the command."""


COMMANDS = (
    forecast,
    simulate,
    scenario,
    report,
    compare,
    query,
    shock,
    power,
    coalition,
    relations,
    escalation,
    restrain,
    explain,
    version,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(world_commands, name="world")
app.add_typer(data_commands, name="data")
app.add_typer(backtest_commands, name="backtest")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 ok, 1 failed, 2 bad input.

    Parameters
    ----------
    arguments
        Words after the program's name; None for those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        code = get_command(app).main(args=words, prog_name="oreacle", standalone_mode=False)
    except UsageFault as error:
        if str(error).startswith("Usage:"):  # no command was named: the message is the help
            talk(str(error))
            return BAD_INPUT
        return show_error(usage_error(error), as_json=as_json)
    except OreacleError as error:
        return show_error(error, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    if code == INTERRUPTED:
        return _stopped()
    return code if isinstance(code, int) else OK


def _stopped() -> int:
    talk("stopped before the end.")
    return FAILED

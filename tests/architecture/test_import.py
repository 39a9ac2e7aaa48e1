"""Importing the package is fast and touches nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import oreacle

MOST_SECONDS = 0.3
HEAVY = ("scipy", "pandas", "xarray", "plotly", "numpy", "pydantic", "typer", "h5py")
PROBE = """
import sys, time
opened = []
def watch(event, arguments):
    if event.startswith("socket.") or event.startswith("subprocess."):
        opened.append(event)
    elif event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        opened.append(str(arguments[0]))
import json, logging
handlers = len(logging.root.handlers)
sys.addaudithook(watch)
start = time.perf_counter()
import oreacle
seconds = time.perf_counter() - start
touched = list(opened)
print(json.dumps({"seconds": seconds, "opened": touched,
                  "logging": len(logging.root.handlers) - handlers,
                  "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def _probe() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == 1, "importing must print nothing"
    result: dict[str, Any] = json.loads(lines[0])
    return result


def test_import_takes_less_than_300_ms() -> None:
    best = min(_probe()["seconds"] for _ in range(5))
    assert best < MOST_SECONDS


def test_import_loads_no_heavy_library() -> None:
    loaded = set(_probe()["modules"]) & set(HEAVY)
    assert not loaded, f"import on use: {sorted(loaded)}"


def test_import_reads_no_file_opens_no_socket_and_sets_no_logging() -> None:
    result = _probe()
    assert result["opened"] == []
    assert result["logging"] == 0


def test_exports_agree_with_their_homes_and_all_load() -> None:
    homes = vars(oreacle)["_HOME"]
    assert sorted(homes) == sorted(set(oreacle.__all__) - {"__version__"})
    for name in oreacle.__all__:
        assert getattr(oreacle, name) is not None
    assert set(oreacle.__all__) <= set(dir(oreacle))


def test_an_unknown_name_is_an_attribute_error() -> None:
    missing = "no_such_name"
    assert not hasattr(oreacle, missing)

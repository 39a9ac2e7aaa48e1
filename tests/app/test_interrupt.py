"""Ctrl-C: quick, one line on what is left, exit code 1, no worker and no useless folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from oreacle.app.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups")
# A shell may start tests with the signal ignored; a terminal does not.
PROBE = (
    "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from oreacle.app.cli import main\nsys.exit(main(sys.argv[1:]))"
)
RUN = Path("runs", "baseline-s1-n500")
MOST_SECONDS = 3.0


@contextmanager
def started(folder: Path, workers: int) -> Iterator[subprocess.Popen[str]]:
    words = ("forecast", "-n", "500", "--until", "2025", "--workers", str(workers))
    with subprocess.Popen(
        [sys.executable, "-c", PROBE, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)


def interrupt(process: subprocess.Popen[str]) -> tuple[str, float]:
    """Interrupt all processes, as a terminal does; return stderr and the seconds it took."""
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert out == ""
    # Python itself reports an exception that a callback of a library has swallowed.
    assert "Traceback" not in err or "Exception ignored" in err, err
    return err, time.monotonic() - start


def living(group: int) -> list[str]:
    """Return the processes of a group that still run, where the system lists them as files."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, owner = path.read_text().rpartition(")")[2].split()[:3]
            if int(owner) == group and state != "Z":
                found.append(path.parent.name)
    return found


def assert_no_process_left(group: int) -> None:
    end = time.monotonic() + 2
    while living(group) and time.monotonic() < end:  # the tracker of resources ends by itself
        time.sleep(0.05)
    assert not living(group)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("later", [0.0, 0.5, 1.5, 2.5])
def test_ctrl_c_ends_a_run_at_once(tmp_path: Path, workers: int, later: float) -> None:
    with started(tmp_path, workers) as process:
        wait_for(tmp_path / RUN, process)
        time.sleep(later)
        err, seconds = interrupt(process)
    assert process.returncode == 1
    assert seconds < MOST_SECONDS
    kept = list((tmp_path / RUN).glob("block-*.json"))
    says = "finished blocks are kept" if kept else "stopped: nothing was written."
    assert says in err.splitlines()[-1]
    assert (tmp_path / RUN).exists() == bool(kept)
    assert_no_process_left(process.pid)


@pytest.mark.slow
def test_ctrl_c_keeps_finished_blocks_and_says_so(tmp_path: Path) -> None:
    with started(tmp_path, 2) as process:
        wait_for(tmp_path / RUN / "block-0000.json", process)
        err, seconds = interrupt(process)
    assert process.returncode == 1
    assert seconds < MOST_SECONDS
    kept = len(list((tmp_path / RUN).glob("block-*.json")))
    last = err.splitlines()[-1]
    assert f"{kept} finished blocks are kept in {RUN}" in last
    assert not list((tmp_path / RUN).glob("*.part"))
    assert not (tmp_path / RUN / "run.json").exists()
    assert_no_process_left(process.pid)


def test_ctrl_c_in_any_command_exits_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_data: Path | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("oreacle.world.load.load_world", stop)
    assert main(["world", "info"]) == 1
    assert capsys.readouterr().err == "stopped before the end.\n"

"""What must not stand in a committed file."""

from __future__ import annotations

import re

from tests.architecture.source import PROJECT, project_files, text_of

LARGEST_BYTES = 5_000_000
# In parts, so that this file does not name them either.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.",
    "yarn" + "pkg.com",
    "crates" + ".io",
    "ana" + "conda.org",
    "rubygems" + ".org",
    "proxy.go" + "lang.org",
    "repo.maven." + "apache.org",
)
FOLDERS = ("work", "root", "home", "Users", "opt", "tmp", "mnt")
MACHINE_PATH = re.compile(r"(?<![\w.~*)}/])/(?:" + "|".join(FOLDERS) + r")/[\w.]")


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {host}"
        for path in project_files()
        for host in HOSTS
        if host in text_of(path)
    ]
    assert not found, "\n".join(found)


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in project_files()
        if (match := MACHINE_PATH.search(text_of(path)))
    ]
    assert not found, "\n".join(found)


def test_files_stay_small() -> None:
    large = [
        f"{path.relative_to(PROJECT)}: {size} bytes"
        for path in project_files()
        if (size := path.stat().st_size) > LARGEST_BYTES
    ]
    assert not large, "\n".join(large)


def test_constraints_pin_by_name_and_version_only() -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    odd = [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][\w.+]*", pin)]
    assert pins
    assert not odd

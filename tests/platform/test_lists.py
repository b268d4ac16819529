"""Lists and locks pin by hash and name no host."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", [*LISTS, ROOT / "package-lock.json"], ids=lambda path: str(path.name))
def test_a_list_names_no_host(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LISTS, ids=lambda path: str(path.name))
def test_every_python_package_is_pinned_by_hash(path: Path) -> None:
    pins = re.findall(
        r"^([a-z0-9].*?)(?=^[a-z0-9]|\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)


def test_every_front_end_package_is_pinned_by_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)

"""What the SANE test device says about itself: one option of every type and constraint."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from app.kernel.errors import Transient
from scanner.api import Capabilities, OptionDescription
from scanner.bridge import HostedScanner


@pytest.fixture
def found(sane_environment: dict[str, str]) -> Capabilities:
    settings = Path(sane_environment["SANE_CONFIG_DIR"]) / "test.conf"
    with settings.open("a") as stream:
        stream.write("enable-test-options true\n")
    return HostedScanner("sane", environment=sane_environment).capabilities("test:0")


def by_name(found: Capabilities) -> dict[str, OptionDescription]:
    return {option.name: option for option in found.options}


def test_the_sources_of_the_test_device(found: Capabilities) -> None:
    flatbed, feeder = found.sources
    assert (flatbed.kind, flatbed.name) == ("flatbed", "Flatbed")
    assert (feeder.kind, feeder.name) == ("feeder", "Automatic Document Feeder")
    for source in found.sources:
        assert not source.duplex
        assert source.modes == ("color", "gray", "lineart")
        assert (source.minimum_resolution, source.maximum_resolution) == (1, 1200)
        assert source.resolutions == ()
        assert (source.width_mm, source.height_mm) == (300.0, 300.0)


def test_what_it_lacks_is_not_claimed(found: Capabilities) -> None:
    flags = (found.brightness, found.contrast, found.multifeed, found.imprinter)
    assert flags == (False, False, False, False)
    assert not found.long_paper
    assert not found.dual_stream


def test_looking_at_the_sources_leaves_the_settings_as_they_were(found: Capabilities) -> None:
    options = by_name(found)
    assert options["source"].value == "Flatbed"
    assert options["br-y"].value == 297.0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bool-soft-select-soft-detect", {"type": "bool", "value": False, "settable": True}),
        ("bool-hard-select-soft-detect", {"type": "bool", "value": False, "settable": False}),
        ("bool-hard-select", {"type": "bool", "value": None, "settable": False}),
        ("bool-soft-detect", {"type": "bool", "value": False, "settable": False}),
        ("int", {"type": "int", "value": 42, "minimum": None, "choices": ()}),
        (
            "int-constraint-range",
            {"unit": "pixel", "minimum": 4.0, "maximum": 192.0, "step": 2.0, "value": 26},
        ),
        ("int-constraint-word-list", {"unit": "bit", "value": 42, "minimum": None}),
        ("int-constraint-array", {"type": "int", "unit": "mm", "value": None, "settable": False}),
        ("int-constraint-array-constraint-range", {"unit": "dpi", "settable": False}),
        ("int-constraint-array-constraint-word-list", {"unit": "percent", "settable": False}),
        ("gamma-table", {"type": "int", "settable": False, "maximum": 255.0, "advanced": True}),
        ("fixed", {"type": "float", "value": 42.0, "unit": ""}),
        (
            "fixed-constraint-range",
            {"unit": "microsecond", "minimum": -42.17, "maximum": 32767.9999, "value": 41.83},
        ),
        ("fixed-constraint-word-list", {"choices": (-32.7, 12.1, 42.0, 129.5), "value": 42.0}),
        ("string", {"type": "text", "choices": (), "settable": True}),
        ("button", {"type": "button", "value": None, "settable": True}),
        ("three-pass-order", {"active": False, "value": None, "settable": True}),
        ("resolution", {"unit": "dpi", "type": "float", "group": "Scan Mode", "value": 300.0}),
        ("string-constraint-string-list", {"group": "String test options"}),
    ],
)
def test_every_kind_of_option(found: Capabilities, name: str, expected: dict[str, object]) -> None:
    option = by_name(found)[name]
    assert {key: getattr(option, key) for key in expected} == expected
    assert option.title
    assert option.description


def test_a_list_of_words_keeps_its_values(found: Capabilities) -> None:
    options = by_name(found)
    numbers = options["int-constraint-word-list"].choices
    assert numbers == (-42, -8, 0, 17, 42, 256, 65536, 16777216, 1073741824)
    assert options["string-constraint-string-list"].choices[:2] == ("First entry", "Second entry")
    assert len(options["string-constraint-long-string-list"].choices) == 46


def test_every_option_of_scanimage_is_described(
    found: Capabilities, sane_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        ["scanimage", "-d", "test:0", "-A"],
        env=os.environ | sane_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = {
        line.split()[0].lstrip("-").partition("=")[0].partition("[")[0]
        for line in done.stdout.splitlines()
        if line.startswith("    --")
    }
    assert len(listed) > 40
    assert listed <= set(by_name(found)) | {"l", "t", "x", "y"}


def test_the_capabilities_of_a_device_that_is_not_there(sane_environment: dict[str, str]) -> None:
    driver = HostedScanner("sane", environment=sane_environment)
    with pytest.raises(Transient) as caught:
        driver.capabilities("test:9")
    assert (caught.value.code, caught.value.parameters) == ("SCN-102", {"name": "test:9"})

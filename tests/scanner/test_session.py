"""Sources, the list of devices, and the counting of sheets and sides."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanner
from app.kernel.errors import BadInput, Transient
from app.kernel.fault_texts import describe, fault_tables
from scanner.api import DeviceInfo, ScannedSide, ScanWarning
from scanner.bridge import HostedScanner
from scanner.feeder import BatchTally, FeederCount, check_complete
from scanner.registry import known_schemes
from scanner.session import list_devices, open_source


@pytest.mark.parametrize(
    ("source", "scheme", "name"),
    [
        ("folder:/scans/卷 1", "folder", "/scans/卷 1"),
        ("folder:C:\\scans", "folder", "C:\\scans"),
        ("sane:test:0", "sane", "test:0"),
        ("SANE:net:127.0.0.1:test:0", "sane", "net:127.0.0.1:test:0"),
        ("simulated:demo?jam_at=7", "simulated", "demo?jam_at=7"),
        ("escl:http://127.0.0.1/eSCL", "escl", "http://127.0.0.1/eSCL"),
    ],
)
def test_a_source_is_a_scheme_and_a_name(source: str, scheme: str, name: str) -> None:
    driver, rest = open_source(source)
    assert (driver.scheme, rest) == (scheme, name)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("fax:1", "SCN-201"),
        ("/scans", "SCN-203"),
        ("folder:", "SCN-203"),
        ("sane: ", "SCN-203"),
        ("", "SCN-203"),
    ],
)
def test_a_source_that_is_none(source: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_source(source)
    assert caught.value.code == code
    assert caught.value.parameters["known"] == ", ".join(known_schemes())


def test_devices_of_all_drivers(
    sane_environment: dict[str, str], host_command: Callable[..., list[str]]
) -> None:
    devices, warnings = list_devices(environment=sane_environment, command=host_command())
    assert warnings == []
    assert [device.source for device in devices] == [
        "sane:test:0",
        "sane:test:1",
        "simulated:demo",
    ]
    assert devices[0] == DeviceInfo(
        source="sane:test:0",
        maker="Noname",
        model="frontend-tester",
        feeder=True,
        duplex=False,
    )


def test_a_driver_that_fails_is_a_warning_and_the_others_answer(
    sane_environment: dict[str, str], host_command: Callable[..., list[str]]
) -> None:
    command = host_command("del build.build_bundled")
    devices, warnings = list_devices(environment=sane_environment, command=command)
    assert [device.source for device in devices] == ["sane:test:0", "sane:test:1"]
    assert [warning.code for warning in warnings] == ["SCN-116"]
    assert warnings[0].parameters["scheme"] == "simulated"


class OneWithoutPatience(HostedScanner):
    """Whoever never answers is waited for a sixtieth of the time; the others have all of it."""

    def __init__(self, scheme: str, *, device_seconds: float, **options: Any) -> None:
        share = 1 / 60 if scheme == "simulated" else 1.0
        super().__init__(scheme, device_seconds=device_seconds * share, **options)


def test_a_search_that_takes_too_long_is_a_warning(
    sane_environment: dict[str, str],
    host_command: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scanner.session.HostedScanner", OneWithoutPatience)
    wait = "import threading; build.bundled_names = lambda: threading.Event().wait()"
    command = host_command(wait)
    devices, warnings = list_devices(environment=sane_environment, command=command, seconds=60)
    assert [device.source for device in devices] == ["sane:test:0", "sane:test:1"]
    assert [warning.code for warning in warnings] == ["SCN-113"]
    assert (warnings[0].parameters["scheme"], warnings[0].parameters["seconds"]) == ("simulated", 1)


@given(sides=st.integers(0, 60), first=st.integers(1, 9), pairs=st.booleans())
def test_sheets_and_sides_add_up(sides: int, first: int, pairs: bool) -> None:
    count = FeederCount(pairs=pairs, first_sheet=first)
    seen = [count.advance() for _ in range(sides)]
    assert len(set(seen)) == sides
    sheets = [sheet for sheet, _ in seen]
    assert sheets == sorted(sheets)
    expected = (sides + 1) // 2 if pairs else sides
    assert len(set(sheets)) == expected
    assert not seen or (sheets[0], sheets[-1]) == (first, first + expected - 1)
    assert bool(count.closing_warnings()) == (pairs and sides % 2 == 1)


@given(lines=st.integers(1, 50), width=st.integers(1, 50), missing=st.integers(1, 2500))
def test_a_page_with_missing_bytes_is_never_accepted(lines: int, width: int, missing: int) -> None:
    whole = lines * width
    assert check_complete(received=whole, bytes_per_line=width, lines=lines, sheet=1) == lines
    with pytest.raises(Transient, match="SCN-111"):
        check_complete(received=max(0, whole - missing), bytes_per_line=width, lines=lines, sheet=1)


def test_unknown_height_takes_what_came_but_no_broken_line() -> None:
    assert check_complete(received=30, bytes_per_line=10, lines=-1, sheet=1) == 3
    for received in (0, 31):
        with pytest.raises(Transient, match="SCN-111"):
            check_complete(received=received, bytes_per_line=10, lines=-1, sheet=1)


def test_the_tally_counts_what_passed() -> None:
    tally = BatchTally()
    for number, face in ((1, "front"), (1, "back"), (2, "front")):
        tally.add(
            ScannedSide(
                path=Path("x"),
                frame=0,
                sheet=number,
                face=face,
                media_type="image/jpeg",
                source_name="x",
                fault="IMG-101" if number == 2 else "",
            )
        )
    tally.add(ScanWarning(code="SCN-211", parameters={"sheet": 2}))
    assert (tally.sheets, tally.sides, tally.faulty, len(tally.warnings)) == (2, 3, 1, 1)


def test_every_code_that_is_used_has_its_texts_and_no_other() -> None:
    package = Path(next(iter(scanner.__path__)))
    sources = [
        path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if "paper" not in path.relative_to(package).parts
    ]
    text = "\n".join(line for source in sources for line in source.splitlines())
    own = tomllib.loads(
        (package.parent / "resources" / "faults" / "scanner.toml").read_text(encoding="utf-8")
    )
    missing = [code for code in own if f'"{code}"' not in text]
    assert missing == []
    used = {part[:7] for part in text.split('"') if part[:4] in ("SCN-", "IMG-")}
    assert {code for code in used if len(code) == 7} <= set(fault_tables())
    for code in own:
        for language in ("zh_CN", "en"):
            shown = describe({"code": code, "parameters": {}}, language)
            assert shown.message
            assert shown.remedy

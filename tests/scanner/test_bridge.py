"""Drivers that crash, hang, chatter or vanish cost no page and leave nothing behind."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.kernel.errors import Broken, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner import wire
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner, default_command
from scanner.spool import delivered

Simulated = Callable[..., HostedScanner]


def run(
    driver: HostedScanner, name: str, spool: Path, token: CancelToken | None = None
) -> tuple[list[ScanEvent], BaseException | None]:
    events: list[ScanEvent] = []
    try:
        for event in driver.scan(ScanRequest(name=name, spool=spool), token or CancelToken()):
            events.append(event)
    except (Transient, Broken, Cancelled) as error:
        return events, error
    return events, None


def test_a_crash_is_a_fault_and_the_sides_before_it_stay(
    simulated: Simulated, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    events, error = run(simulated(), "demo?crash_at=3", tmp_path / "spool")
    assert isinstance(error, Transient)
    assert error.code == "SCN-112"
    assert error.parameters == {"scheme": "simulated", "reason": "SIGSEGV", "sides": 4}
    assert [event.sheet for event in events if isinstance(event, ScannedSide)] == [1, 1, 2, 2]
    # The half-written side of the crash is gone, the four before it are there with their notes.
    sides, bare = delivered(tmp_path / "spool")
    assert (len(sides), bare) == (4, [])
    assert sides == [event for event in events if isinstance(event, ScannedSide)]
    assert not list((tmp_path / "spool").glob(".*.part"))
    assert "Segmentation fault" in caplog.text


def test_after_a_crash_the_next_batch_goes_on(simulated: Simulated, tmp_path: Path) -> None:
    run(simulated(), "demo?crash_at=3", tmp_path / "spool")
    events, error = run(simulated(), "demo?start_sheet=3", tmp_path / "spool")
    assert error is None
    assert [event.sheet for event in events if isinstance(event, ScannedSide)] == [3, 3, 4, 4]
    sides, bare = delivered(tmp_path / "spool")
    assert (len(sides), bare) == (8, [])


def test_a_hung_driver_is_stopped(
    simulated: Simulated, tmp_path: Path, children: list[int]
) -> None:
    driver = simulated(stall_seconds=2.0, first_side_seconds=30.0)
    events, error = run(driver, "demo?hang_at=2", tmp_path / "spool")
    assert isinstance(error, Transient)
    assert (error.code, error.parameters["sides"]) == ("SCN-113", 2)
    assert len(events) == 2
    assert not Path(f"/proc/{children[0]}").exists()


def test_a_stopped_process_counts_as_hung(
    simulated: Simulated, tmp_path: Path, children: list[int]
) -> None:
    driver = simulated(stall_seconds=1.0, first_side_seconds=30.0)
    request = ScanRequest(name="demo?sides_per_second=5", spool=tmp_path / "spool")
    events = iter(driver.scan(request, CancelToken()))
    next(events)
    os.kill(children[0], signal.SIGSTOP)
    with pytest.raises(Transient, match="SCN-113"):
        list(events)
    assert not Path(f"/proc/{children[0]}").exists()


def test_kill_9_in_mid_batch(simulated: Simulated, tmp_path: Path, children: list[int]) -> None:
    request = ScanRequest(name="demo?sides_per_second=5", spool=tmp_path / "spool")
    events = iter(simulated().scan(request, CancelToken()))
    kept = [next(events), next(events)]
    os.kill(children[0], signal.SIGKILL)
    with pytest.raises(Transient) as caught:
        kept.extend(events)
    assert caught.value.code == "SCN-112"
    assert caught.value.parameters["reason"] == "SIGKILL"
    assert 2 <= len(kept) < 8
    for event in kept:
        assert isinstance(event, ScannedSide)
        assert event.path.stat().st_size > 0


def test_an_exit_without_a_closing_record_is_a_crash(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit(7)"]
    _, error = run(HostedScanner("folder", command=command), "x", tmp_path / "spool")
    assert isinstance(error, Transient)
    assert (error.code, error.parameters["reason"]) == ("SCN-112", "exit status 7")


def test_a_helper_that_outlives_its_driver_does_not_hold_the_batch(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; sys.stdin.readline();"
        "subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()']);"
        "sys.exit(5)"
    )
    driver = HostedScanner("folder", command=[sys.executable, "-c", script])
    _, error = run(driver, "x", tmp_path / "spool")
    assert isinstance(error, Transient)
    assert error.code == "SCN-112"


def test_a_host_that_cannot_be_started(tmp_path: Path) -> None:
    driver = HostedScanner("folder", command=[str(tmp_path / "no such program")])
    _, error = run(driver, "x", tmp_path / "spool")
    assert isinstance(error, Broken)
    assert error.code == "SCN-119"


def test_cancel_is_obeyed_between_sides(simulated: Simulated, tmp_path: Path) -> None:
    token = CancelToken()
    request = ScanRequest(name="demo?sides_per_second=5", spool=tmp_path / "spool")
    kept = []
    with pytest.raises(Cancelled):
        for event in simulated().scan(request, token):
            kept.append(event)
            token.cancel()
    assert 1 <= len(kept) < 8


def test_cancelling_a_hung_driver_kills_it(
    simulated: Simulated, tmp_path: Path, children: list[int]
) -> None:
    token = CancelToken()
    driver = simulated(stall_seconds=60.0, cancel_seconds=0.5)
    kept = []
    with pytest.raises(Cancelled):
        for event in driver.scan(ScanRequest(name="demo?hang_at=2", spool=tmp_path / "s"), token):
            kept.append(event)
            if len(kept) == 2:
                token.cancel()
    assert len(kept) == 2
    assert not Path(f"/proc/{children[0]}").exists()


def test_a_slow_reader_is_not_taken_for_a_hung_driver(simulated: Simulated, tmp_path: Path) -> None:
    request = ScanRequest(name="demo?sides_per_second=8", spool=tmp_path / "spool")
    sides = 0
    driver = simulated(stall_seconds=2.0, first_side_seconds=30.0)
    for _ in driver.scan(request, CancelToken()):
        sides += 1
        if sides == 1:
            threading.Event().wait(2.4)
    assert sides == 8


def test_chatter_goes_to_the_log_and_never_into_the_events(
    simulated: Simulated, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="scanner.host"):
        events, error = run(simulated(), "demo", tmp_path / "spool")
    assert error is None
    assert len(events) == 8
    assert "chatter of a driver" in caplog.text
    assert "wrote no event" not in caplog.text


def test_lines_that_are_no_events_are_logged_and_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = """import sys; sys.stdin.readline(); print('oops\\n[1]\\n{"event": "end"}')"""
    command = [sys.executable, "-c", script]
    events, error = run(HostedScanner("folder", command=command), "x", tmp_path / "spool")
    assert (events, error) == ([], None)
    assert caplog.text.count("wrote no event") == 2


def test_an_unexpected_error_inside_a_driver_is_a_fault_with_its_trace_in_the_log(
    simulated: Simulated, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    driver = simulated("build.build_bundled = lambda name, folder: 1 / 0")
    _, error = run(driver, "demo", tmp_path / "spool")
    assert isinstance(error, Broken)
    assert error.code == "SCN-117"
    assert "ZeroDivisionError" in error.parameters["reason"]
    assert "Traceback" in caplog.text


def test_a_driver_that_fails_to_load_is_a_fault(simulated: Simulated, tmp_path: Path) -> None:
    driver = simulated("del build.build_bundled")
    _, error = run(driver, "demo", tmp_path / "spool")
    assert isinstance(error, Broken)
    assert (error.code, error.parameters["scheme"]) == ("SCN-116", "simulated")


def test_the_host_ends_when_its_program_is_gone(simulated: Simulated, tmp_path: Path) -> None:
    request = ScanRequest(
        name="demo?hang_at=1",
        spool=tmp_path / "spool",
        options={"cache": str(tmp_path / "bundles")},
    )
    with subprocess.Popen(
        simulated()._command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(wire.__file__).parents[1],
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(wire.to_line(wire.request_record("simulated", request)))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["event"] == "heartbeat"
        process.stdin.close()
        assert process.wait(20) == 3


def test_a_device_that_does_not_let_go_does_not_hide_how_the_batch_ended(
    simulated: Simulated, tmp_path: Path, children: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.bridge._RELEASE_SECONDS", 0.5)
    stuck = (
        "import threading; import scanner.drivers.simulated as driver; "
        "driver.SimulatedDriver.release = lambda self: threading.Event().wait()"
    )
    events, error = run(simulated(stuck), "demo?jam_at=2", tmp_path / "spool")
    assert len(events) == 2
    assert isinstance(error, Transient)
    assert error.code == "SCN-104"
    assert not Path(f"/proc/{children[0]}").exists()


def test_a_path_among_the_options_is_understood(
    simulated: Simulated, host_command: Callable[..., list[str]], tiny_dossier: Path, tmp_path: Path
) -> None:
    driver = HostedScanner("simulated", command=host_command())
    request = ScanRequest(name="demo", spool=tmp_path / "s", options={"cache": tiny_dossier})
    assert len(list(driver.scan(request, CancelToken()))) == 8


def test_stale_parts_of_a_lost_program_are_tidied(simulated: Simulated, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    old, fresh = spool / ".1.scan_a.jpg.part", spool / ".1.scan_b.jpg.part"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (1, 1))
    run(simulated(), "demo", spool)
    assert not old.exists()
    assert fresh.exists()


def test_a_spool_that_cannot_be_made(simulated: Simulated, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    _, error = run(simulated(), "demo", tmp_path / "file" / "spool")
    assert isinstance(error, Broken)
    assert error.code == "SCN-118"


def test_a_full_disk(simulated: Simulated, tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    events, error = run(simulated(limit + ignore), "demo", tmp_path / "spool")
    assert events == []
    assert isinstance(error, Broken)
    assert error.code == "SCN-118"
    assert list((tmp_path / "spool").iterdir()) == []


def test_the_command_of_a_frozen_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_command() == [sys.executable, "-m", "scanner.host"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert default_command() == [sys.executable, "--scanner-host"]


def test_the_host_starts_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, picture: Callable[..., bytes]
) -> None:
    # A folder that happens to hold something called `scanner` must not be imported.
    (tmp_path / "scanner").mkdir()
    (tmp_path / "scanner" / "__init__.py").write_text("raise RuntimeError")
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "1.jpg").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    events, error = run(HostedScanner("folder"), "scans", tmp_path / "spool")
    assert error is None
    assert [event.path for event in events if isinstance(event, ScannedSide)] == [
        tmp_path / "scans" / "1.jpg"
    ]


def test_wire_keeps_events_and_names_that_are_no_text() -> None:
    side = ScannedSide(
        path=Path("/scans/\udcb5\udcda1.jpg"),
        frame=2,
        sheet=3,
        face="back",
        media_type="image/tiff",
        source_name="第1.jpg",
        fault="IMG-101",
    )
    warning = ScanWarning(code="SCN-210", parameters={"file": "备注.txt"})
    for event in (side, warning):
        line = wire.to_line(wire.event_record(event))
        assert line.count(b"\n") == 1
        assert wire.event_from(wire.from_line(line)) == event

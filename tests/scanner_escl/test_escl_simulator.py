"""The simulated scanner as a program, and the answers it owes to any client."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.simulators.escl_mishaps import parse_mishaps
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Any]

SETTINGS = """<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"
 xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"><pwg:InputSource>{source}</pwg:InputSource>
 <scan:ColorMode>{mode}</scan:ColorMode><scan:XResolution>{dpi}</scan:XResolution>
 </scan:ScanSettings>"""


def ask(simulator: EsclSimulator, method: str, path: str, body: str = "") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=5)
    try:
        connection.request(method, path, body=body.encode() or None)
        response = connection.getresponse()
        return response.status, response.headers.get("Location", ""), response.read()
    finally:
        connection.close()


def post(
    simulator: EsclSimulator, source: str = "Feeder", mode: str = "RGB24", dpi: int = 100
) -> Any:
    body = SETTINGS.format(source=source, mode=mode, dpi=dpi)
    return ask(simulator, "POST", "/eSCL/ScanJobs", body)


def test_the_program_serves_a_folder_until_it_is_stopped(stack: list[Path], scan: Scan) -> None:
    command = [sys.executable, "-m", "scanner.simulators.escl", "--sides", str(stack[0].parent)]
    with subprocess.Popen([*command, "--mishap", "jam_at=2"], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            record = json.loads(process.stdout.readline())
            batch = scan(record["source"].removeprefix("escl:"))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert record["sides"] == 8
    assert (batch.fault.code, len(batch.sides)) == ("SCN-104", 2)


@pytest.mark.parametrize(
    "arguments",
    [["--dossier", "small", "--mishap", "flood=1"], ["--sides", "."], ["--mishap", "style=odd"]],
)
def test_the_program_refuses_what_makes_no_sense(arguments: list[str], tmp_path: Path) -> None:
    from scanner.simulators.escl import main

    arguments = [str(tmp_path) if argument == "." else argument for argument in arguments]
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--cache", str(tmp_path)])
    assert caught.value.code == 2


def test_mishaps_by_word() -> None:
    made = parse_mishaps(["jam_at=3", "chunked", "sides_per_second=2.5", "location=relative"])
    assert (made.jam_at, made.chunked, made.sides_per_second) == (3, True, 2.5)
    for word in ("location=nowhere", "jam_at=soon", "flood=1"):
        with pytest.raises(ValueError, match=r"known|location|invalid"):
            parse_mishaps([word])


def test_one_job_at_a_time(simulate: Simulate) -> None:
    simulator = simulate(location="relative")
    status, location, _ = post(simulator)
    assert (status, location.startswith("/eSCL/ScanJobs/")) == (201, True)
    assert post(simulator)[0] == 503
    assert ask(simulator, "DELETE", location)[0] == 200
    assert ask(simulator, "GET", f"{location}/NextDocument")[0] == 404
    assert (
        b"<pwg:JobState>Canceled</pwg:JobState>" in ask(simulator, "GET", "/eSCL/ScannerStatus")[2]
    )
    assert post(simulator)[0] == 201


@pytest.mark.parametrize(
    ("wishes", "status"),
    [
        ({"source": "Kitchen"}, 409),
        ({"mode": "Sepia"}, 409),
        ({"dpi": 101}, 409),
        ({"dpi": "x"}, 400),
    ],
)
def test_settings_that_no_device_takes(
    simulate: Simulate, wishes: dict[str, Any], status: int
) -> None:
    assert post(simulate(), **wishes)[0] == status


def test_requests_that_mean_nothing(simulate: Simulate) -> None:
    simulator = simulate()
    assert ask(simulator, "POST", "/eSCL/ScanJobs", "<no xml")[0] == 400
    assert ask(simulator, "POST", "/eSCL/ScanJobs", "<Other/>")[0] == 400
    for method, path in (
        ("GET", "/"),
        ("GET", "/eSCL/Nothing"),
        ("GET", "/eSCL/ScanJobs/1/NextDocument"),
        ("POST", "/eSCL/Other"),
        ("DELETE", "/eSCL/ScanJobs/1"),
        ("DELETE", "/eSCL/ScannerStatus"),
    ):
        assert ask(simulator, method, path)[0] == 404


def test_a_pace_is_kept_and_the_feeder_is_loaded_again(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate(sides_per_second=20.0, reload_seconds=0.0)
    for _ in range(2):
        batch = scan(simulator)
        assert (batch.fault, len(batch.sides)) == (None, 8)

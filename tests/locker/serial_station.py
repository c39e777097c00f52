"""Simulated lock boards on a pseudo-terminal, and programs of their own at them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.adapters.plugins import Cabinet
from cloud_locker.drivers.kerong import KerongBoard
from cloud_locker.drivers.wkly import WklyBoard
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.serial_boards import SerialBoards
from cloud_locker.simulators.serial_wires import PtyLine

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Station:
    """Simulated boards on a pseudo-terminal, the folder of the cabinet, and programs at it."""

    def __init__(self, scheme: str, folder: Path) -> None:
        family = {"kerong": KerongBoard, "wkly": WklyBoard}[scheme]
        self.hardware = CabinetHardware(6)
        self.boards = SerialBoards(family.codec, self.hardware)
        self.line = PtyLine(self.boards, folder / "tty")
        self.name = f"{scheme}:hall"
        self.folder = folder / "cabinets"
        self.folder.mkdir()
        self.settings: dict[str, Any] = {"address": self.line.address, "cells": 6}
        self.children: list[subprocess.Popen[str]] = []

    def cabinet(self) -> Cabinet:
        return Cabinet(self.name, self.folder, self.settings)

    def child(self, act: str, cell: int, *, stop: str = "", reference: str = "handoff-1") -> Any:
        order = {
            "name": self.name,
            "folder": str(self.folder),
            "settings": self.settings,
            "act": act,
            "cell": cell,
            "reference": reference,
            "stop": stop,
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.locker.cabinet_child", json.dumps(order)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.children.append(child)
        return child

    def pulses(self) -> int:
        return self.hardware.total_pulses()

    def end(self) -> None:
        for child in self.children:
            kill(child)
            assert child.stdout is not None
            child.stdout.close()
        self.line.stop()


def kill(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.wait(PATIENCE)


def heard(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()

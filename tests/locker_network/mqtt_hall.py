"""A cabinet behind a real broker: controller, board and the hands at its doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.drivers.mqtt_controllers import MqttBoard
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.mqtt_controller import MqttController
from tests.mqtt_broker import CONTROLLER, CONTROLLER_PASSWORD, PASSWORD, USER, Broker

CELLS = 8
DEVICE = "W751-0001"
PATIENCE = 20.0


class MqttHall:
    """`CELLS` cells on two boards, of which the second has the address 3."""

    def __init__(self, broker: Broker, folder: Path, **options: Any) -> None:
        self.broker = broker
        self.folder = folder
        self.hardware = CabinetHardware(CELLS)
        self.controller = MqttController(
            self.hardware,
            host="127.0.0.1",
            port=broker.port,
            device=DEVICE,
            user=CONTROLLER,
            password=CONTROLLER_PASSWORD,
            boards=(0, 3),
            cells_per_board=5,
            **options,
        )
        self._boards: list[MqttBoard] = []
        assert self.controller.listening.wait(PATIENCE)

    def options(self, **changed: Any) -> dict[str, Any]:
        """What the settings of this cabinet say."""
        return {
            "address": self.broker.address,
            "device": DEVICE,
            "user": USER,
            "password": PASSWORD,
            "cells": CELLS,
            "boards": (0, 3),
            "cells_per_board": 5,
        } | changed

    def board(self, **changed: Any) -> MqttBoard:
        """A board that is closed with the hall."""
        board = MqttBoard("hall", self.folder, **self.options(**changed))
        self._boards.append(board)
        return board

    def close(self) -> None:
        """Let go of everything."""
        for board in self._boards:
            board.close()
        self.controller.stop()

    # The hands of the contract.

    def close_door(self, number: int) -> None:
        assert self.hardware.close_door(number)

    def cut_the_wire(self) -> None:
        self.controller.pull_cable()

    def jam_lock(self, number: int) -> None:
        self.hardware.mishaps.stuck_shut.add(number)

    def pulses(self, number: int) -> int:
        return self.hardware.door(number).pulses

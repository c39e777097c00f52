"""The controls of a V4L2 camera (exposure, focus, white balance …) as settings with names."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import OptionDescription
from scanner.drivers import camera_v4l2 as v4l2
from scanner.drivers.camera_source import CameraError

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_TYPES = {
    v4l2.CTRL_INTEGER: "int",
    v4l2.CTRL_BOOLEAN: "bool",
    v4l2.CTRL_MENU: "text",
    v4l2.CTRL_INTEGER_MENU: "int",
    v4l2.CTRL_BUTTON: "button",
}
_MENUS = (v4l2.CTRL_MENU, v4l2.CTRL_INTEGER_MENU)
_LOCKED = v4l2.CTRL_FLAG_READ_ONLY | v4l2.CTRL_FLAG_GRABBED
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Control:
    number: int
    title: str
    group: str
    kind: int
    minimum: int
    maximum: int
    step: int
    flags: int
    menu: dict[int, str | int]

    @property
    def name(self) -> str:
        """As other programs for Linux write it: exposure_time_absolute."""
        return _NOT_IN_NAMES.sub("_", self.title.lower()).strip("_")


class Controls:
    """The controls behind one open device; `call` makes a request and raises CameraError."""

    def __init__(self, call: Callable[[int, Any], None]) -> None:
        self._call = call

    def describe(self) -> tuple[OptionDescription, ...]:
        """Every control with its value and its range."""
        return tuple(self._description(control) for control in self._controls())

    def set(self, name: str, value: Any) -> Any:
        """Set one control and give the value that the camera has then.

        Raises BadInput SCN-114 when there is no such control or it does not take the value.
        """
        control = next((entry for entry in self._controls() if entry.name == name), None)
        if control is None or control.flags & v4l2.CTRL_FLAG_READ_ONLY:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="")
        number = _number(control, value)
        try:
            self._call(v4l2.S_CTRL, v4l2.ControlValue(id=control.number, value=number))
        except CameraError as error:
            allowed = _allowed(control)
            raise BadInput("SCN-114", option=name, value=str(value), allowed=allowed) from error
        return self._value(control)

    def _controls(self) -> list[_Control]:
        # Read anew each time: setting one control changes which of the others are active.
        found: list[_Control] = []
        group = ""
        number = v4l2.CTRL_FLAG_NEXT_CTRL
        while True:
            query = v4l2.ControlQuery(id=number)
            try:
                self._call(v4l2.QUERYCTRL, query)
            except CameraError:
                return found  # the end of the list, or a camera without any
            number = query.id | v4l2.CTRL_FLAG_NEXT_CTRL
            title = query.name.decode("utf-8", "replace")
            if query.type == v4l2.CTRL_CLASS:
                group = title
            elif query.type in _TYPES and not query.flags & v4l2.CTRL_FLAG_DISABLED:
                found.append(
                    _Control(
                        number=query.id,
                        title=title,
                        group=group,
                        kind=query.type,
                        minimum=query.minimum,
                        maximum=query.maximum,
                        step=query.step,
                        flags=query.flags,
                        menu=self._menu(query) if query.type in _MENUS else {},
                    )
                )

    def _menu(self, query: v4l2.ControlQuery) -> dict[int, str | int]:
        entries: dict[int, str | int] = {}
        for index in range(query.minimum, min(query.maximum, query.minimum + 256) + 1):
            entry = v4l2.MenuQuery(id=query.id, index=index)
            try:
                self._call(v4l2.QUERYMENU, entry)
            except CameraError:
                continue  # menus have holes: this camera lacks that choice
            if query.type == v4l2.CTRL_MENU:
                entries[index] = entry.name.decode("utf-8", "replace")
            else:
                raw = bytes(entry)[8:16]
                entries[index] = int.from_bytes(raw, sys.byteorder, signed=True)
        return entries

    def _description(self, control: _Control) -> OptionDescription:
        ranged = control.kind == v4l2.CTRL_INTEGER
        return OptionDescription(
            name=control.name,
            title=control.title,
            group=control.group,
            type=_TYPES[control.kind],
            value=self._value(control),
            choices=tuple(control.menu.values()),
            minimum=float(control.minimum) if ranged else None,
            maximum=float(control.maximum) if ranged else None,
            step=float(control.step) if ranged else None,
            settable=not control.flags & _LOCKED,
            active=not control.flags & v4l2.CTRL_FLAG_INACTIVE,
        )

    def _value(self, control: _Control) -> bool | int | str | None:
        if control.kind == v4l2.CTRL_BUTTON or control.flags & v4l2.CTRL_FLAG_WRITE_ONLY:
            return None
        value = v4l2.ControlValue(id=control.number)
        try:
            self._call(v4l2.G_CTRL, value)
        except CameraError:
            return None  # some cameras do not tell a value while they control it themselves
        if control.kind == v4l2.CTRL_BOOLEAN:
            return bool(value.value)
        return control.menu.get(value.value, value.value)


def _number(control: _Control, value: Any) -> int:
    text = str(value).strip()
    if control.kind == v4l2.CTRL_BOOLEAN and text.lower() in _TRUE | _FALSE:
        return int(text.lower() in _TRUE)
    for index, entry in control.menu.items():
        if str(entry).lower() == text.lower():
            return index
    if control.kind == v4l2.CTRL_BUTTON:
        return 0
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        number = control.minimum - 1
    known = not control.menu or number in control.menu
    if not (known and control.minimum <= number <= control.maximum):
        allowed = _allowed(control)
        raise BadInput("SCN-114", option=control.name, value=text, allowed=allowed)
    return number


def _allowed(control: _Control) -> str:
    if control.menu:
        return ", ".join(str(entry) for entry in control.menu.values())
    return f"{control.minimum} - {control.maximum}"

"""The one entry of the program: window, terminals, worker, driver host or command line."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main(arguments: list[str]) -> int:
    """Run the face that the arguments ask for; gives the exit status."""
    if arguments[:1] == ["--scanner-host"]:
        from scanner.host import main as host

        return host(arguments[1:])
    if arguments[:1] == ["kiosk-reader"]:
        from app.gui.reader.application import run as reader

        return reader(arguments[1:])
    from app.cli.entry import Faces, run

    faces = Faces(desktop=_desktop, kiosk=_kiosk, cabinet=_cabinet, screenshots=_screenshots)
    return run(arguments, faces)


def _check_display() -> None:
    """Raises Broken SYS-402 before Qt would end the process without a word a person can use."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        from app.kernel.errors import Broken

        raise Broken("SYS-402", reason="DISPLAY")


def _desktop(workstation: object, arguments: list[str]) -> int:
    _check_display()
    from app.gui.application import run

    return run(workstation, arguments)  # type: ignore[arg-type]


def _kiosk(room: object, arguments: list[str]) -> int:
    _check_display()
    from app.gui.kiosk.application import run

    return run(room, arguments)  # type: ignore[arg-type]


def _cabinet(desk: object, **options: object) -> int:
    _check_display()
    from app.gui.cabinet.application import run

    return run(desk, **options)  # type: ignore[arg-type]


def _screenshots(arguments: list[str]) -> int:
    from app.gui.screenshots import main as take

    return take(arguments)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))

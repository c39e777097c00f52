"""`python -m scanner.simulators.escl`: an eSCL scanner without hardware, until it is stopped."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.kernel.errors import Fault
from scanner.paper.build import build_bundled, bundled_names
from scanner.simulators.escl_announcement import Announcement
from scanner.simulators.escl_mishaps import parse_mishaps
from scanner.simulators.escl_server import EsclSimulator

_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
_STATUS_BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; prints its address as a line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m scanner.simulators.escl", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    paper = parser.add_mutually_exclusive_group(required=True)
    paper.add_argument("--dossier", choices=bundled_names(), help="a bundled dossier as paper")
    paper.add_argument("--sides", type=Path, help="folder of pictures as paper, in order of name")
    parser.add_argument("--cache", type=Path, help="folder that keeps drawn dossiers")
    parser.add_argument("--certificate", type=Path, help="PEM file; turns TLS on")
    parser.add_argument("--key", type=Path, help="PEM file of its key")
    parser.add_argument("--announce", action="store_true", help="by multicast DNS, on --host")
    parser.add_argument("--mishap", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    options = parser.parse_args(arguments)
    if (options.certificate is None) != (options.key is None):
        parser.error("--certificate and --key go together")
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    with ExitStack() as stack:
        try:
            mishaps = parse_mishaps(options.mishap)
            sides = _sides(options, stack)
        except ValueError as error:
            parser.error(str(error))
        except Fault as fault:
            sys.stderr.write(json.dumps(fault.as_record(), ensure_ascii=False) + "\n")
            return fault.exit_status
        simulator = EsclSimulator(
            sides,
            mishaps=mishaps,
            host=options.host,
            port=options.port,
            certificate=(options.certificate, options.key) if options.certificate else None,
        )
        stack.enter_context(simulator)
        if options.announce:
            stack.enter_context(
                Announcement(simulator, address=options.host, interfaces=[options.host])
            )
        record = {"source": f"escl:{simulator.url}", "sides": len(sides)}
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()
        _wait_for_the_end()
    return 0


def _sides(options: argparse.Namespace, stack: ExitStack) -> list[Path]:
    if options.sides is not None:
        pictures = [
            path for path in sorted(options.sides.iterdir()) if path.suffix.lower() in _PICTURES
        ]
        if not pictures:
            raise ValueError(f"no pictures in {options.sides}")
        return pictures
    cache = options.cache or Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return sorted((build_bundled(options.dossier, cache) / "sides").iterdir())


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


if __name__ == "__main__":
    sys.exit(main())

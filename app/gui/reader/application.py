"""The program of one reader: nothing but a pipe to the shell, which ends it with its memory.

It knows no data folder and no file of a page. It is started ahead, with its window made but not
shown, so that the first page comes at once when a visit begins.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from app.gui.i18n import _
from app.gui.kiosk.application import make_application, show_alone
from app.gui.reader.looks import dress_reader
from app.gui.reader.window import ReaderWindow
from app.gui.reading_pipe.client import Connection
from app.gui.reading_pipe.link import ReaderLink
from app.gui.reading_pipe.reader_end import keep_memory_private, take_pipe
from app.kernel.translation import set_language


def run(arguments: Sequence[str]) -> int:
    """Show the visit that comes over stdin and stdout, until the shell ends this process or its
    end of the pipe. `--lang` is the language, `--windowed` shows an ordinary window."""
    parser = argparse.ArgumentParser(prog="kiosk-reader", add_help=False)
    parser.add_argument("--windowed", action="store_true")
    parser.add_argument("--lang", default="")
    options, rest = parser.parse_known_args(list(arguments))
    keep_memory_private()
    source, sink = take_pipe()
    if options.lang:
        set_language(options.lang)
    application = make_application(rest)
    application.setApplicationDisplayName(_("Reading terminal"))
    dress_reader(application)
    link = ReaderLink(Connection(source, sink))
    window = ReaderWindow(link.desk)

    def begin() -> None:
        show_alone(window, windowed=options.windowed)
        window.begin()

    link.begun.connect(begin)
    link.warned.connect(window.warn)
    link.resumed.connect(window.resume)
    link.ended.connect(application.quit)
    window.ended.connect(link.leave)
    link.start()
    status = application.exec()
    window.wipe()
    return status

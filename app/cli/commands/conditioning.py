"""`condition`: recipes of sides, shown and changed; `derivatives`: what they give."""

from __future__ import annotations

from typing import Any

from app.cli.commands.station import chosen_sides
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.conditioning import Change, Conditioned, Proposal, cleanup_of
from app.services.views import SideRow
from app.services.workstation import Workstation

_ASKS = ("deskew", "crop", "border", "holes", "clean", "colour")


def changes_recipes(arguments: Any) -> bool:
    """Whether the command changes anything."""
    asked = any(getattr(arguments, name) for name in _ASKS)
    return bool(asked or arguments.clear or arguments.proposed or arguments.like is not None)


def run_condition(call: Call, workstation: Workstation) -> Answer:
    """`condition CASE_NO (--sides 1-5 | --select WHAT) --deskew auto …`; without a step, shows
    recipes and proposals."""
    arguments = call.arguments
    case_no, actor = arguments.case_no, call.actor
    named = bool(arguments.sides or arguments.select)
    chosen = chosen_sides(workstation, case_no, arguments) if named else None
    done: Conditioned | None = None
    if changes_recipes(arguments):
        # A side must have been measured before anything can be settled for it.
        workstation.process(actor, case_no, report=call.report, cancel=call.cancel)
    if arguments.proposed:
        done = workstation.condition_proposed(
            actor, case_no, chosen, report=call.report, cancel=call.cancel
        )
    elif changes_recipes(arguments):
        if chosen is None:
            raise BadInput("SYS-203", reason=_("name the sides with --sides or --select"))
        change = _like(workstation, arguments) if arguments.like is not None else _change(arguments)
        done = workstation.condition_sides(
            actor, case_no, chosen, change, report=call.report, cancel=call.cancel
        )
    sides = [row for row in workstation.sides(case_no) if chosen is None or row.id in chosen]
    proposals = {row.side_id: row for row in workstation.proposals(case_no)}
    record: dict[str, Any] = {"sides": [_brief(side, proposals.get(side.id)) for side in sides]}
    lines = []
    if done is not None:
        record |= {"changed": done.changed, "found": done.found}
        lines.append(
            _("{changed} of {sides} sides changed").format(changed=done.changed, sides=done.sides)
        )
    return Answer(record=record, lines=[*lines, *recipe_lines(sides, proposals)])


def run_derivatives(call: Call, workstation: Workstation) -> Answer:
    """`derivatives CASE_NO --out DIR [--format tiff]`: the pictures in full, as conditioned."""
    arguments = call.arguments
    case_no = arguments.case_no
    named = bool(arguments.sides or arguments.select)
    chosen = chosen_sides(workstation, case_no, arguments) if named else None
    # A side without pictures has not been looked at yet.
    workstation.process(call.actor, case_no, report=call.report, cancel=call.cancel)
    files = workstation.write_derivatives(
        call.actor,
        case_no,
        arguments.out.absolute(),
        arguments.format,
        chosen,
        report=call.report,
        cancel=call.cancel,
    )
    told = _("{count} pictures written: {folder}").format(
        count=len(files), folder=arguments.out.absolute()
    )
    return Answer(record={"files": [str(path) for path in files]}, lines=[told])


def _like(workstation: Workstation, arguments: Any) -> Change:
    position = arguments.like
    rows = workstation.sides(arguments.case_no)
    side = next((row for row in rows if row.position == position), None)
    if side is None:
        raise BadInput("INS-105", position=position)
    return workstation.like_side(arguments.case_no, side.id)


def _change(arguments: Any) -> Change:
    """The change that the options name."""
    if arguments.clear:
        return Change(off=("all",))
    auto: list[str] = []
    off: list[str] = []
    for name in ("deskew", "crop", "border", "holes"):
        value = getattr(arguments, name)
        if value in ("auto", "off"):
            (auto if value == "auto" else off).append(name)
    if arguments.clean:
        (off if arguments.clean == "off" else auto).append(
            "cleanup" if arguments.clean == "off" else arguments.clean
        )
    if arguments.colour:
        (off if arguments.colour == "colour" else auto).append(arguments.colour)
    box = _numbers("--crop", arguments.crop, 4)
    return Change(
        auto=tuple(auto),
        off=tuple(off),
        deskew=None if (tilt := _numbers("--deskew", arguments.deskew, 1)) is None else tilt[0],
        crop=None if box is None else (box[0], box[1], box[2], box[3]),
    )


def _numbers(option: str, text: str | None, count: int) -> list[float] | None:
    if not text or text in ("auto", "off"):
        return None
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != count:
        raise BadInput("SYS-203", reason=f"{option} {text}")
    return values


def _brief(side: SideRow, proposal: Proposal | None) -> dict[str, Any]:
    return {
        "side": side.id,
        "position": side.position,
        "file": side.file,
        "turn": side.turn,
        "recipe": side.recipe,
        "proposed": list(proposal.auto) if proposal else [],
    }


def recipe_lines(sides: list[SideRow], proposals: dict[str, Proposal]) -> list[str]:
    """Recipes for people; sides with neither recipe nor proposal are only counted."""
    rows = []
    for side in sides:
        proposal = proposals.get(side.id)
        if side.recipe or proposal:
            proposed = ", ".join(auto_word(name) for name in proposal.auto) if proposal else ""
            rows.append((side.position, side.file, recipe_text(side.recipe), proposed))
    heads = (_("Side"), _("File"), _("Conditioning"), _("Proposed"))
    total = _("Sides: {sides}").format(sides=len(sides))
    return [*(table(rows, heads) if rows else []), total]


def recipe_text(recipe: dict[str, Any]) -> str:
    """A recipe in words."""
    said = []
    if "deskew" in recipe:
        said.append(_("straightened {degrees}°").format(degrees=f"{recipe['deskew']:.1f}"))
    said += [auto_word(name) for name in ("crop", "border", "holes") if name in recipe]
    if cleanup_of(recipe):
        said.append(auto_word(cleanup_of(recipe)))
    if "colour" in recipe:
        said.append(auto_word(recipe["colour"]["mode"]))
    return ", ".join(said)


def auto_word(name: str) -> str:
    """A step in words."""
    return {
        "deskew": _("straighten"),
        "crop": _("crop to the paper"),
        "border": _("fill the border"),
        "holes": _("fill holes"),
        "archive": _("clean up for the archive"),
        "reading": _("clean up for reading"),
        "gray": _("gray"),
        "bitonal": _("black and white"),
    }.get(name, name)

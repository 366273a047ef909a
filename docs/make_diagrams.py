"""make diagrams: write the Mermaid diagrams of emitted events, reactions and commands, from the firmware's tables."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "host_sim/cpython")]

from firmware import event_text, events  # noqa: E402
from firmware.contexts.availability import Availability  # noqa: E402
from firmware.contexts.cabinet import Cabinet  # noqa: E402
from firmware.contexts.payment import Payment  # noqa: E402
from firmware.contexts.selection import Selection  # noqa: E402
from firmware.coordination import choreography, process  # noqa: E402
from host_sim.emitted import emitted  # noqa: E402

CONTEXTS: dict[str, Any] = {
    "selection": Selection,
    "availability": Availability,
    "payment": Payment,
    "cabinet": Cabinet,
}
FILES = ("docs/diagrams.md",)
Table: TypeAlias = Sequence[tuple[str, int, tuple[str, ...] | str, str]]  # rows (state, event, commands, state after)


def without_check() -> dict[str, Any]:
    return {name: context for name, context in CONTEXTS.items() if name != "availability"}


def choreography_diagram(contexts: Mapping[str, Any]) -> list[str]:
    """The lines of a flow chart: an arrow leads from each context that emits an event to each that reacts to it. Events
    of the hardware are left out."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, event, _ in choreography.subscriptions(contexts):
        for emitter in contexts:
            if event in emitted(emitter):
                arrows.setdefault((emitter, name), []).append(event_text.name(event))
    lines = ["flowchart LR"]
    for emitter, reactor in sorted(arrows):
        label = "<br/>".join(sorted(set(arrows[emitter, reactor])))
        lines.append(f'  {emitter}["{emitter.title()}"] -- "{label}" --> {reactor}["{reactor.title()}"]')
    return lines


def orchestration_diagram(table: Table) -> list[str]:
    """The lines of a state diagram of the process: each arrow shows the event, the commands, and the next state."""
    lines = ["stateDiagram-v2", f"  [*] --> {events.STEPS[events.IDLE]}"]
    for state, event, commands, after in table:
        if commands is process.UNEXPECTED or after == process.SAME:
            continue
        start = _start(table, state, event)
        label = event_text.name(event) + (" / " + ", ".join(commands) if commands else "")
        lines.append(f"  {start} --> {events.STEPS[after]}: {label}")
    return lines


def _start(table: Table, state: str, event: int) -> str:
    """The state at which the arrow of a row begins. A row for any state is drawn from "no_price_held" if the event
    changes nothing while a price is held."""
    if state == process.HELD:
        return "price_held"
    if state != process.ANY:
        return events.STEPS[state]
    held = (process.HELD, events.DELIVERING)
    stays = any(at in held and on == event and after == process.SAME for at, on, _, after in table)
    return "no_price_held" if stays else "any_state"


def sections() -> dict[str, list[str]]:
    """{marker in the document: lines of Mermaid}"""
    return {
        "choreography": choreography_diagram(without_check()),
        "choreography with the check": choreography_diagram(CONTEXTS),
        "orchestration": orchestration_diagram(process.PROCESS),
        "orchestration with the check": orchestration_diagram(process.with_check(process.PROCESS)),
    }


def fill(text: str) -> str:
    """`text` with every marked diagram replaced by the present one."""
    for marker, lines in sections().items():
        begin, end = f"<!-- diagram: {marker} -->\n", "<!-- end of diagram -->"
        if begin in text:
            start = text.index(begin) + len(begin)
            text = text[:start] + "\n".join(["```mermaid", *lines, "```", ""]) + text[text.index(end, start) :]
    return text


if __name__ == "__main__":
    for name in FILES:
        path = ROOT / name
        path.write_text(fill(path.read_text()))

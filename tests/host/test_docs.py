"""The documents match the code."""

import json
import re
from pathlib import Path

from docs import make_machines
from firmware import events
from firmware.config import physical
from firmware.contexts.availability import Availability
from firmware.contexts.cabinet import Cabinet
from firmware.contexts.payment import Payment
from firmware.contexts.selection import Selection
from host_sim.emitted import emitted
from host_sim.panel import lanes

ROOT = Path(__file__).parents[2]
CONTEXTS = {"payment": Payment, "selection": Selection, "cabinet": Cabinet, "availability": Availability}


def _table(path, header):
    """Returns the rows of the table with this header, each a list of cells."""
    lines = (ROOT / path).read_text().split("\n")
    start = lines.index(header) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


def test_the_event_table_is_the_code():
    rows = _table("docs/architecture.md", "| Event | Id | Payload | Emitted by | Subscribers |")
    assert {row[0]: int(row[1]) for row in rows} == {name: number for number, name in events.names().items()}
    for name, _, _, emitters_said, heard in rows:
        event = getattr(events, name)
        emitters = {context for context in CONTEXTS if event in emitted(context)}
        hearers = {context for context in CONTEXTS if event in CONTEXTS[context].REACTS}
        said = set(re.split(r",\s*", emitters_said)) & set(CONTEXTS)
        said_heard = set(re.split(r",\s*", heard)) & set(CONTEXTS)
        assert said == emitters, name
        assert said_heard == hearers, name


def test_the_lanes_of_the_page_are_those_of_the_event_table():
    for name, _, _, emitters, _ in _table(
        "docs/architecture.md", "| Event | Id | Payload | Emitted by | Subscribers |"
    ):
        event = getattr(events, name)
        said = set(re.split(r",\s*", emitters))
        assert {lane for lane, emitted in lanes.EMITTERS.items() if event in emitted} == said, name
        payloads = [reason for reason in range(64)] + [reason << events.REASON_SHIFT for reason in range(64)]
        payloads += [device << events.DEVICE_SHIFT for device in range(64)]
        assert {lanes.emitter(event | payload) for payload in payloads} == said, name


def test_the_wires_of_the_shipped_machines_are_those_of_their_files():
    assert make_machines.PAGE.read_text() == make_machines.page(), "make machines writes it again"


def test_the_wiring_table_is_machine_json():
    config = json.loads((ROOT / "machine.json").read_text())
    wires = {"display." + key: config["display"][key] for key in ("sda", "scl")}
    for group in ("outputs", "inputs"):
        wires.update({name: wire["gpio"] for name, wire in config[group].items()})
    rows = _table("docs/wiring.md", "| Function | GPIO | Direction | Level | Pull | Note |")
    assert {row[0]: int(row[1]) for row in rows} == wires


def test_what_a_device_can_do_is_what_the_document_gives_a_source_for():
    said, group = {}, ""
    for name, value, _, source in _table("docs/faults.md", "| Number | Value | Meaning | Source |"):
        words = name.replace("`", "").split()
        group = words[0] if len(words) == 2 else group
        said[(group, words[-1]) if words[-1].islower() else (words[-1], "")] = int(value)
        assert source
    code = {}
    for name, value in vars(physical).items():
        if name.isupper():
            code.update({(name, key): value[key] for key in value} if isinstance(value, dict) else {(name, ""): value})
    assert said == code


def test_links_in_the_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_key_of_the_configuration_is_documented():
    text = (ROOT / "docs/configuration.md").read_text()

    def keys(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    config = json.loads((ROOT / "machine.json").read_text())
    for group in ("outputs", "inputs"):  # their keys are names
        config[group] = list(config[group].values())
    assert [key for key in set(keys(config)) if f"`{key}`" not in text] == []

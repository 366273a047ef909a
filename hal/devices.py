"""Creates the devices that machine.json describes, for Board.start, which then removes this module from memory. So
nothing that stays may be defined here: a function keeps its whole module in memory.

All constructors in this folder take their arguments in this order:

1. what the driver drives or reads: wires, outputs, pins, other drivers;
2. its configuration: a part of machine.json, or single values;
3. those that it needs of `loop`, `idle`, `guard` and `events`, in this order;
4. what it calls: callbacks, `post`.
"""

from .button import Button
from .buzzer import Buzzer
from .coin_acceptor import CoinAcceptor
from .drop_sensor import DropSensor
from .hopper import Hopper
from .keypad import Keypad
from .pwm_output import PwmOutput
from .relay import Relay
from .servo_column import ServoColumn
from .spiral_column import Home, SpiralColumn
from .switch import DEBOUNCE_MS, Switch
from .timed_column import RotatingServo, TimedColumn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .interfaces import Column, Config, Events, Loop


def create(board: "Board", config: "Config", loop: "Loop", events: "Events") -> None:
    """Give `board` the devices in `config`, a checked machine.json. Raises NoPulseCounter."""
    _create_columns(board, config, loop, events)
    for number, hopper in enumerate(config["hoppers"]):
        board.hoppers.append(
            Hopper(
                Relay(config["outputs"][hopper["motor"]], board.guard),
                config["inputs"][hopper["exit"]],
                hopper,
                loop,
                board.idle,
                events,
                board.report_coins(number),
                board.report_end(events.PAYOUT_STOPPED, number),
                board.report(events.EXIT_TRIED | number),
            )
        )
    if "buzzer" in config:
        output = PwmOutput(config["outputs"][config["buzzer"]["drive"]], False, board.guard)
        board.buzzer = Buzzer(output, config["buzzer"]["tone_hz"], loop)
    acceptor = _acceptor(board, config, events)
    board.accept = acceptor.accept
    board.coin_lines_rest = acceptor.rests
    _create_keys(board, config, loop)
    _create_sensors(board, config, loop, events)


def _create_columns(board: "Board", config: "Config", loop: "Loop", events: "Events") -> None:
    homes = {}  # type: dict[str, Home]
    for number, column in enumerate(config["columns"]):
        board.columns.append(_column(board, number, column["motor"], config, loop, events, homes))


def _column(
    board: "Board",
    number: int,
    motor: "Config",
    config: "Config",
    loop: "Loop",
    events: "Events",
    homes: "dict[str, Home]",
) -> "Column":
    stopped = board.report_end(events.MOTOR_STOPPED, number)
    wire = config["outputs"][motor["drive"]]
    if motor["kind"] == "servo":
        return ServoColumn(PwmOutput(wire, True, board.guard), motor, loop, events, stopped)
    if motor["kind"] == "rotating servo":
        servo = RotatingServo(PwmOutput(wire, True, board.guard), motor["turn_us"])
        return TimedColumn(servo, motor["on_ms"], loop, events, stopped)
    if "home" not in motor:  # a relay, or a spiral without a home switch, which turns for a fixed time
        on_ms = motor["on_ms"] if motor["kind"] == "relay" else motor["turn_ms"]
        return TimedColumn(Relay(wire, board.guard), on_ms, loop, events, stopped)
    name = motor["home"]
    if name not in homes:
        homes[name] = Home(config["inputs"][name], loop, board.idle)
    home = homes[name]
    spiral = SpiralColumn(Relay(wire, board.guard), home.switch, motor, loop, board.idle, events, stopped)
    home.spirals.append(spiral)
    return spiral


def _acceptor(board: "Board", config: "Config", events: "Events") -> CoinAcceptor:
    acceptor = config["coin_acceptor"]
    inputs = config["inputs"]
    if "lines" in acceptor:
        unit = config["money"]["pulse_value"]
        lines = [(inputs[line["pulse"]], line["value"] // unit) for line in acceptor["lines"]]
    else:
        lines = [(inputs[acceptor["pulse"]], 1)]
    inhibit = config["outputs"][acceptor["inhibit"]] if "inhibit" in acceptor else None
    return CoinAcceptor(lines, inhibit, acceptor, board.idle, events, board.post, board.log)


def _create_keys(board: "Board", config: "Config", loop: "Loop") -> None:
    """The keypad and the buttons; `board.idle` keeps them. A button sends the keys of its column's code, or the * that
    cancels."""
    inputs = config["inputs"]
    if "keypad" in config:
        keypad = config["keypad"]
        rows = [config["outputs"][name] for name in keypad["rows"]]
        columns = [inputs[name] for name in keypad["columns"]]
        release_ms = keypad["release_ms"]
        Keypad(rows, columns, keypad["keys"], release_ms, loop, board.idle, board.press, board.hold)
    typed = [(column["button"], column["code"]) for column in config["columns"] if "button" in column]
    if "cancel_button" in config:
        typed.append((config["cancel_button"]["switch"], "*"))
    for name, keys in typed:
        Button(inputs[name], keys, loop, board.idle, board.press)


def _create_sensors(board: "Board", config: "Config", loop: "Loop", events: "Events") -> None:
    idle = board.idle
    inputs = config["inputs"]
    if "drop_sensor" in config:
        sensor = config["drop_sensor"]
        emitter = config["outputs"][sensor["emitter"]] if "emitter" in sensor else None
        dropped = board.report(events.PRODUCT_DROPPED)
        board.drop_sensor = DropSensor(inputs[sensor["beam"]], emitter, sensor, loop, idle, dropped)
        board.beam_clear = board.drop_sensor.clear
    if "door" in config:
        door_ms = config["door"]["debounce_ms"]
        door = Switch(inputs[config["door"]["switch"]], door_ms, door_ms, loop, idle, board.change_door)
        if not door.closed:
            board.change_door(False)
    if "flap" in config:
        Switch(inputs[config["flap"]["switch"]], DEBOUNCE_MS, DEBOUNCE_MS, loop, idle, board.change_flap)

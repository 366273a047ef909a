"""The machine on a board, over the serial port: on an ESP32 with the loop-back wiring or on the virtual board.

They sell from the first column whose code is 11, at a price that a coin of 2.00 pays.
"""

import json
import re

PIN_LEVELS = "from machine import Pin; print('<' + '<' + str([Pin(gpio).value() for gpio in {}]) + '>>')"
RESET_CAUSE = "import machine; print('<' + '<' + str(machine.reset_cause()) + '>>')"
WATCHDOG_RESET = 3  # machine.WDT_RESET on the ESP32
COIN = 200


def actuators(config):
    """Returns {name: output} for all motors, hoppers and the inhibit line."""
    names = [column["motor"]["drive"] for column in config["columns"]]
    names += [hopper["motor"] for hopper in config["hoppers"]]
    names += [config["coin_acceptor"]["inhibit"]]
    return {name: config["outputs"][name] for name in names}


def stop_by_ctrl_c(machine):
    machine.dut.write("\x03")
    machine.expect("stopped: press a key for the prompt")
    machine.dut.write("\r")
    machine.expect("KeyboardInterrupt")
    machine.dut.write("\r\x02")  # leaves raw mode, in which the program was started
    machine.expect(">>> ")


def outputs_are_safe(machine, config):
    wires = actuators(config)
    levels = json.loads(machine.python(PIN_LEVELS.format([wire["gpio"] for wire in wires.values()])))
    wrong = [name for name, level in zip(wires, levels, strict=True) if level != wires[name]["safe"]]
    assert not wrong, wrong


def press(machine, key):
    machine.ask("press " + key)
    machine.expect("KeyPressed " + re.escape(key))
    machine.expect("released")


def await_rest(machine):
    """Wait until the machine is ready and holds no customer's money: a delivery that an earlier test interrupted ends,
    and its money is paid back. Returns the money."""
    machine.expect(r"ready\r?\n")
    machine.ask("trace on")
    money = machine.await_decided("hold")
    if money["credit"] and not money["owed"]:
        press(machine, "*")
        machine.expect("MoneyReturned|ChangeIssued")
    return machine.money()


def pay_and_select(machine):
    machine.ask("coin {}".format(COIN))
    machine.expect("CoinEnded")
    press(machine, "1")
    machine.ask("press 1")
    machine.expect("PaymentReserved")  # and the motor starts


def balanced(before, after):
    """Returns whether the inserted money since `before` was sold for, paid back or is still there."""
    change = {name: after[name] - before[name] for name in after}
    return change["in"] == change["sales"] + change["change"] + change["refunds"] + change["credit"] + change["hold"]


def test_the_board_boots_and_the_machine_is_ready(restarted_board, dut, machine_of):
    machine = machine_of(dut)
    machine.expect(r"ready\r?\n")
    assert "money:" in machine.ask("status")


def test_every_device_is_there_and_at_rest(config, board_with_hands, dut, machine_of):
    machine = machine_of(dut)
    said = machine.expect(r"(?s)(.*?)ready\r?\n")[1].decode()
    assert "display: no answer" not in said
    levels = dict(line.split() for line in machine.ask("levels").splitlines() if line.count(" ") == 1)
    at_rest_active = [config["door"]["switch"], config["flap"]["switch"]]
    at_rest_active += [column["motor"]["home"] for column in config["columns"] if "home" in column["motor"]]
    for name, wire in config["inputs"].items():
        expected = wire["active"] if name in at_rest_active else 1 - wire["active"]
        assert int(levels[name]) == expected, "{} (GPIO {}) is {}".format(name, wire["gpio"], levels[name])
    machine.ask("trace on")
    press(machine, "*")


def test_a_whole_sale(board_with_hands, dut, machine_of):
    machine = machine_of(dut)
    before = await_rest(machine)
    pay_and_select(machine)
    machine.expect("ProductDropped")
    machine.expect("ItemDispatched")
    machine.expect("ChangeIssued")
    after = machine.money()
    assert after["in"] - before["in"] == COIN
    assert after["sales"] > before["sales"]
    assert after["credit"] == after["hold"] == after["owed"] == 0
    assert balanced(before, after)


def test_ctrl_c_in_mid_motor_leaves_every_output_off(config, board_with_hands, dut, machine_of):
    machine = machine_of(dut)
    await_rest(machine)
    pay_and_select(machine)
    stop_by_ctrl_c(machine)
    outputs_are_safe(machine, config)


def test_the_watchdog_ends_a_program_that_hangs(config, board_with_hands, dut, machine_of):
    machine = machine_of(dut)
    await_rest(machine)  # three resets in one delivery would lock its column
    machine.say("hang")
    machine.expect(r"ready\r?\n", 40)
    machine.dut.write("\x03")
    machine.expect(">>> ")
    assert int(machine.python(RESET_CAUSE)) == WATCHDOG_RESET
    outputs_are_safe(machine, config)


def test_power_that_fails_in_mid_vend_costs_nobody_anything(board_with_hands, dut, machine_of):
    machine = machine_of(dut)
    before = await_rest(machine)
    pay_and_select(machine)
    machine.say("cut")
    machine.expect(r"ready\r?\n")
    after = machine.await_decided("hold", "owed")
    assert after["in"] - before["in"] == COIN
    assert balanced(before, after)

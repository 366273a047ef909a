"""make mutants: applies deliberate faults one by one to a copy of the sources. At least one test must fail for each.
Prints the first one that does."""

import functools
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import TypeAlias

ROOT = os.getcwd()
COPIED = (
    "firmware",
    "hal",
    "host_sim",
    "tools",
    "tests",
    "machines",
    "boot.py",
    "main.py",
    "machine.json",
    "pyproject.toml",
)
TESTS = [
    f"tests/shared/test_{name}.py"
    for name in (
        "journal",
        "without_parts",
        "flash_stall",
        "display",
        "power_on",
        "actuators",
        "sale",
        "keypad",
        "change",
        "last_good",
        "slot_files",
        "story",
        "story_on_files",
        "scenarios",
        "faults",
        "drop_sensor_doubts",
        "coin_acceptor",
        "power_cut",
        "cuts_everywhere",
        "joins",
        "pairs",
    )
]

Mutant: TypeAlias = tuple[str, str, str | tuple[str, ...], str | tuple[str, ...]]

# (file, what is wrong, the right code, the wrong code)
MUTANTS: tuple[Mutant, ...] = (
    ("money/recovery.py", "no CRC", "checksum(slot[:28])", 'struct.unpack_from("<I", slot, 28)[0]'),
    (
        "money/journal.py",
        "erase the live sector",
        "sector = (self._sector + 1) % self._sectors\n            self._s",
        "sector = self._sector\n            self._s",
    ),
    (
        "money/journal.py",
        "no stride after a boot",
        "        self.state.seq += 1\n        self.append(BOOT)",
        "        self.append(BOOT)",
    ),
    ("money/recovery.py", "oldest sector wins", "newest is None or state.seq > newest[0].seq", "newest is None"),
    ("money/recovery.py", "a torn drop counts at a later boot", "counters[undo[1]] = undo[2]", "pass"),
    (
        "money/journal.py",
        "boot does not restate the counter",
        "        self.append(BOOT)",
        "        self.state.counter = NO_COUNTER\n        self.append(BOOT)",
    ),
    ("money/recovery.py", "the slot of a torn write is used again", "sector, last + 2", "sector, last + 1"),
    ("money/journal.py", "a new sector without its counters", "if self._write_counters(sector):", "if True:"),
    (
        "money/journal.py",
        "state record before its counters",
        (
            "if self._write_counters(sector):",
            "                        self._slot = slot + 1\n                        return",
        ),
        (
            "if True:",
            "                        self._slot = slot + 1\n                        self._write_counters(sector)\n                        return",
        ),
    ),
    (
        "money/journal.py",
        "a half erased sector is used",
        "            elif not self._erase(sector):",
        "            elif False:",
    ),
    ("money/journal.py", "no read-back", "return self._check == self._buffer", "return True"),
    ("money/recovery.py", "format what cannot be read", "if not readable:", "if False:"),
    (
        "money/ledger.py",
        "forget the hold at recovery",
        "state.paid_out, state.hold, state.op",
        "state.paid_out, 0, state.op",
    ),
    ("money/ledger.py", "a doubt is not recorded", "        self.doubts += 1\n", ""),
    (
        "money/ledger.py",
        "the same coin is in doubt at each boot",
        "            self._set(PAYOUT)  # no place",
        "            pass  # no place",
    ),
    ("money/ledger.py", "coins in the hoppers are not counted", "            self.coins[hopper] -= 1\n", ""),
    (
        "money/ledger.py",
        "the drop leaves the stock",
        "self._journal.counters[self.place] - 1",
        "self._journal.counters[self.place]",
    ),
    ("money/ledger.py", "paid coins are not journalled", "self._write(records.PAID)", "self.check()"),
    ("money/ledger.py", "coins are not journalled", "self._write(records.COIN)", "self.check()"),
    ("money/ledger.py", "the hold is not journalled", "self._write(records.HOLD)", "self.check()"),
    ("money/ledger.py", "the drop is not journalled", "self._write(records.DROP)", "self.check()"),
    (
        "contexts/payment.py",
        "pay before delivery",
        "        self._post(PAYMENT_RESERVED | order)",
        "        self._pay_out(True)\n        self._post(PAYMENT_RESERVED | order)",
    ),
    (
        "contexts/payout.py",
        "a paid coin is not taken off the credit",
        "            self._ledger.pay(value, self.as_change, hopper)",
        "            pass",
    ),
    ("contexts/payment.py", "accept while paying", "obstacles |= PAYING", "pass"),
    ("contexts/payment.py", "accept while delivering", "obstacles |= SELLING", "pass"),
    (
        "contexts/payment.py",
        "a payout that was cut off is forgotten",
        "elif ledger.credit and ledger.op == PAYOUT:",
        "elif False and ledger.op == PAYOUT:",
    ),
    (
        "contexts/payment.py",
        "a delivery that was cut off is forgotten",
        "        if ledger.hold:\n            self._hold_for",
        "        if False:\n            self._hold_for",
    ),
    ("contexts/payment.py", "what was settled by hand is paid again", "            self.ledger.pay(owed, False)\n", ""),
    (
        "contexts/payment.py",
        "sells what it cannot change",
        "if not self._change.can_pay(self.free_credit() - self._price):",
        "if False:",
    ),
    ("contexts/payment.py", "accept what could not be given back", " and self._change.can_give(most)", ""),
    (
        "contexts/payout.py",
        "refund twice",
        "            self.running = False\n            self._timer.stop()",
        "            self.running = False\n            self._timer.stop()\n            self._board.pay(0, 1)",
    ),
    (
        "contexts/payment.py",
        "a door opened does not stop coins",
        "self._slot_suspected | self._door_open | self._paused",
        "self._slot_suspected | self._paused",
    ),
    (
        "money/change.py",
        "largest coin first",
        "while coins and self._other[at - coins * step] + coins != fewest:",
        "while False:",
    ),
    ("money/change.py", "the reserve is not kept", "self._coins[hopper] - reserves[hopper]", "self._coins[hopper]"),
    (
        "money/change.py",
        "a hopper never runs out",
        "    coins = min(coins, len(table) // step)\n",
        "    coins = len(table) // step\n",
    ),
    (
        "config/last_good.py",
        "a damaged file is believed",
        "if text is not None and (text == body or",
        "if text is not None and (True or",
    ),
    ("money/slot_files.py", "always the same file", "self._next = 1 - self._next", "pass"),
    ("contexts/cabinet.py", "a whole turn after a power cut", "how = HOME if", "how = TURN if"),
    (
        "contexts/payment.py",
        "capture gives the price back",
        "self.ledger.capture()",
        "self.ledger.release()",
    ),
    (
        "contexts/payment.py",
        "a failed delivery keeps the price",
        "        self.ledger.release()\n        self._post",
        "        self._post",
    ),
    (
        "contexts/coin_intake.py",
        "a pulse counts twice",
        "self._real(pulses, pulses * self._pulse_value, credit)",
        "self._real(pulses, 2 * pulses * self._pulse_value, credit)",
    ),
    (
        "contexts/cabinet.py",
        "capture before the drop",
        "        self._board.drive(events.column_of(self._order), how)",
        "        self._board.drive(events.column_of(self._order), how)\n        self.see_drop(0)",
    ),
    ("contexts/cabinet.py", "the drop is ignored", "if self._order and not self._dropped:", "if False:"),
    (
        "contexts/cabinet.py",
        "no look at the beam before a vend",
        "if not self._board.beam_clear():\n            self._doubt_sensor(1)\n            return self._fail(",
        "if False:\n            return self._fail(",
    ),
    (
        "contexts/cabinet.py",
        "motors run with the door open",
        "        if self._door_open and not self._failure:",
        "        if False:",
    ),
    ("contexts/cabinet.py", "a half-turn is not stopped by the drop", "if self._driving == HALF_TURN:", "if False:"),
    ("event_loop/ring.py", "what a handler returns is lost", "                if answer:", "                if False:"),
    (
        "coordination/orchestration.py",
        "what a command returns is lost",
        "                if answer:",
        "                if False:",
    ),
    (
        "money/change.py",
        "the table of the change grows stale",
        "coins != self._counted[hopper]",
        "self._counted[hopper] < 0",
    ),
    (
        "contexts/selection.py",
        "a failed column stays on sale",
        "        self.locked[column] = True",
        "        pass",
    ),
    (
        "coordination/orchestration.py",
        "ItemSelected overwrites a held order",
        "        if row[1] != SAME:\n            self.order = order\n",
        "        if True:\n            self.order = order\n",
    ),
    (
        "coordination/orchestration.py",
        "the check accepts that a held order is lost",
        "    return problems or _losses(table, states, names)",
        "    return problems",
    ),
    (
        "coordination/orchestration.py",
        "another sale's events move the process",
        "        elif row[1] != SAME and event in _OF_A_SALE and",
        "        elif False and event in _OF_A_SALE and",
    ),
    (
        "coordination/process.py",
        "a sale that was lost owns the process",
        '    (HELD, PAYMENT_RELEASED, ("selection.end",), IDLE),\n',
        "",
    ),
    (
        "views/monitor.py",
        "a story has no begin",
        "            self.store.tell(event, begins)",
        "            self.store.tell(event, False)",
    ),
    ("views/monitor.py", "every door is a story", "not self._room and kind in _BEGINS", "not self._room"),
    ("vending_machine.py", "a restart ends the story", "                self.monitor.go_on()", "                pass"),
    ("vending_machine.py", "the story is never written", "        self.monitor.end_turn()", "        pass"),
    ("views/monitor.py", "a story never ends", "                self._room = 0\n", "                pass\n"),
    (
        "views/monitor.py",
        "a story ends with its sale",
        "self.step == IDLE and not self._has_money",
        "self.step == IDLE",
    ),
    (
        "views/monitor.py",
        "a story ends with its money",
        "self.step == IDLE and not self._has_money",
        "not self._has_money",
    ),
    (
        "views/monitor.py",
        "the story waits for a step",
        "            self.store.write_story(is_over)",
        "            pass",
    ),
    ("views/monitor.py", "the files lack the end of a story", "write_story(is_over)", "write_story(False)"),
    ("views/monitor.py", "the files are written in each turn", "write_story(is_over)", "write_story(True)"),
    ("views/monitor.py", "a story has no limit", "            self._room -= 1\n", ""),
    (
        "money/journal.py",
        "a story is written twice",
        "            self.untold = 0\n            return",
        "            return",
    ),
    (
        "views/monitor.py",
        "a turn of many events loses some",
        "            self.write_story(True)\n",
        "            pass\n",
    ),
    (
        "views/monitor.py",
        "an event is told after its step is written",
        ("            self._tell(event, kind)\n        if kind ==", "        self._keep(event, kind)\n"),
        ("            pass\n        if kind ==", "        self._keep(event, kind)\n        self._tell(event, kind)\n"),
    ),
    (
        "money/journal.py",
        "the story is lost with a full sector",
        "                self._pack_story()\n                self._write_next()",
        "                pass",
    ),
    (
        "money/journal.py",
        "every record is a story",
        "if self.untold and self.state.kind == COUNT and self.state.counter == STEP:",
        "if self.untold:",
    ),
    (
        "money/recovery.py",
        "a record of the story has no number",
        "state.seq, state.counter, state.count = step.seq, step.counter, step.count",
        "pass",
    ),
    ("money/recovery.py", "the slot of the story is written again", "return state, newest", "return state, at // SLOT"),
    (
        "money/recovery.py",
        "the steps in the story do not count",
        "state = unpack(slot) or unpack_step(slot)",
        "state = unpack(slot)",
    ),
    (
        "money/story.py",
        "a torn record is told",
        "data[0] == STORY_MAGIC and is_whole(data, STORY_MAGIC)",
        "data[0] == STORY_MAGIC",
    ),
    ("money/story.py", "the story ends with the sector", "range(min(sectors, _FAR))", "range(1)"),
    (
        "money/slot_files.py",
        "a restart is not in the story",
        "            self.tell(RESTART, False)",
        "            pass",
    ),
    (
        "money/slot_files.py",
        "the files have the oldest events",
        ")[-self._most_told :]\n            self.untold",
        ")[: self._most_told]\n            self.untold",
    ),
    (
        "money/slot_files.py",
        "what came before the restart makes room",
        " or (self._most_told and RESTART not in self._story)",
        " or self._most_told",
    ),
    (
        "money/slot_files.py",
        "the files forget the story",
        "            self._story = newest[2][-self._most_told :] if self._most_told else []",
        "            pass",
    ),
    ("money/slot_files.py", "a long file gets a block of its own", "max(0, min(_MOST_TOLD, room))", "_MOST_TOLD"),
    (
        "views/story.py",
        "the last but one story is told as well",
        "                return []\n",
        "                pass\n",
    ),
    (
        "views/story.py",
        "every restart interrupts",
        "(told and told[-1] != RESTART and not course.is_over())",
        "(told and told[-1] != RESTART)",
    ),
    (
        "views/story.py",
        "a restart is told again and again",
        "(told and told[-1] != RESTART and not course.is_over())",
        "(told and not course.is_over())",
    ),
    (
        "views/story.py",
        "a restart goes on with the selection",
        "            self._step = events.IDLE  # but",
        "            pass  # but",
    ),
    ("views/story.py", "a story whose begin is lost is not told", "Course(first, True)", "Course(first)"),
    ("views/story.py", "no title for what follows a sale", "        if self._step:\n", "        if True:\n"),
    ("views/monitor.py", "the Monitor lets a held order go", "        if self.step in _HELD:\n", "        if False:\n"),
    (
        "contexts/selection.py",
        "a selection beside a held sale stays",
        "            self._give_up()\n        self._order = order",
        "            pass\n        self._order = order",
    ),
    ("contexts/payment.py", "two prices are held", "        if self.ledger.hold:  # two", "        if False:  # two"),
    (
        "contexts/payment.py",
        "a fault leaves an order for the next customer",
        "        self._close(self._waiting)\n        self._undecided = False",
        "        self._undecided = False",
    ),
    (
        "contexts/cabinet.py",
        "a lost motor is given up once only",
        "        self._motor_timer.start(self._motor_limit_ms)  # again, in case this fails\n",
        "",
    ),
    ("boot.py", "pins stay as the reset left them", "            Pin(gpio, Pin.IN, None)", "            pass"),
    (
        "hal/pwm_output.py",
        "duty in the constructor",
        "freq=freq, duty_u16=0)",
        "freq=freq, duty_ns=duty_ns)",
    ),
    (
        "hal/pwm_output.py",
        "the pin is left to the PWM",
        "            self._pwm = None\n            self._rest()",
        "            self._pwm = None",
    ),
    ("hal/guard.py", "no limit ends", "if limit.running and time", "if False and time"),
    (
        "hal/guard.py",
        "a limit is not set",
        "        self.running = True\n\n    def stop",
        "        self.running = False\n\n    def stop",
    ),
    (
        "hal/coin_acceptor.py",
        "all that the counter counts in a train with a stall is money",
        "min(counted - train.begins, most)",
        "counted - train.begins",
    ),
    ("hal/coin_acceptor.py", "the counter's pull stays", "            self._line.set_pull()  #", "            pass  #"),
    (
        "hal/pulse_train.py",
        "the time since a look is a stall",
        "if stalled >= self._gap_us and not",
        "if late >= self._gap_us and not",
    ),
    ("hal/pcf8574.py", "a held bus is written to", "if not (self._scl.value() and self._sda.value()):", "if False:"),
    ("hal/idle.py", "Ctrl-C in a handler is lost", "self._interrupted = self.stirred = True", "self.stirred = True"),
    ("hal/print_out.py", "every line waits for a reader", "            self._muted_at = after", "            pass"),
    (
        "vending_machine.py",
        "flash is erased while coins come",
        "            self.payment.pause(True)\n            self._erase",
        "            self._erase",
    ),
    (
        "contexts/payment.py",
        "a fault forfeits the credit",
        "        if self._change.values:\n            self._pay_out(False)",
        "        if True:\n            self._pay_out(False)",
    ),
    (
        "contexts/coin_intake.py",
        "a part of a train is money",
        "        if self._taught:\n            return 0\n        self._pulses",
        "        self._pulses",
    ),
    ("contexts/taught.py", "a train that is no coin is one", "or (0, 0)", "or (50, 50)"),
    (
        "contexts/cabinet.py",
        "delivered though the motor failed",
        "if not (self._sees_drops or self._failure or",
        "if not (self._sees_drops or",
    ),
    # Plausibility (issue 17): what a device cannot have done is a suspicion, and never money or a product.
    # The coin line
    (
        "hal/pulse_train.py",
        "a pulse lasts from its begin to its end",
        "time.ticks_diff(now, self._rise) + self._rise_late\n            if",
        "time.ticks_diff(now, self._begin) + self._rise_late\n            if",
    ),
    (
        "contexts/coin_intake.py",
        "coins are under way without end",
        " and self._under_way <= self._longest:",
        ":",
    ),
    (
        "contexts/coin_intake.py",
        "a coin is under way for ever",
        "not self._refusing or waited_ms <= self._window_ms",
        "True",
    ),
    (
        "contexts/coin_intake.py",
        "pulses in step with a motor are money",
        "                self._possible = False",
        "                pass",
    ),
    (
        "contexts/coin_intake.py",
        "credit has no limit",
        "credit + amount <= self._most and ",
        "",
    ),
    (
        "contexts/coin_intake.py",
        "only one taught coin is under way",
        "            self._since_ms = self._ticks_ms()\n            self._window_ms = COIN_PAUSE_MS",
        "            pass",
    ),
    (
        "contexts/coin_intake.py",
        "coins that are accepted are late",
        "self._can_refuse and not accepting",
        "True",
    ),
    (
        "contexts/payment.py",
        "the start of a motor is not noted",
        "self._board.motor_since_ms() < COUPLED_MS",
        "False",
    ),
    (
        "contexts/payment.py",
        "a suspected slot accepts coins",
        "self._line_stuck | self._slot_suspected | ",
        "self._line_stuck | ",
    ),
    (
        "contexts/payment.py",
        "a suspected slot is never tried again",
        "            self._trust_timer.start(_TRUST_MS)",
        "            pass",
    ),
    (
        "contexts/payment.py",
        "a suspected slot is tried again for ever",
        "if self._suspicions <= _TRUSTED_AGAIN:",
        "if True:",
    ),
    (
        "contexts/payment.py",
        "service does not clear the coin slot",
        "        self._suspicions = 0\n        self._trust_slot()\n",
        "",
    ),
    (
        "hal/coin_acceptor.py",
        "a pulse that is too long is not named",
        "if 0 < width_ms < _LONGEST_PULSE_MS and",
        "if False and",
    ),
    (
        "hal/coin_acceptor.py",
        "a pulse that is too long is a short fault",
        "        if train.stuck and not self._stuck:\n            self._stuck = True\n            self._acceptor.stick(True)",
        "        if train.stuck != self._stuck:\n            self._stuck = train.stuck\n            self._acceptor.stick(train.stuck)",
    ),
    # Power and resets
    ("money/ledger.py", "a try of an earlier start does not count", "min(self.tries & _COUNT, _COUNT - 1) + 1", "1"),
    ("money/ledger.py", "the fourth try is the last", "self.tries & _COUNT >= _TRIES", "self.tries & _COUNT > _TRIES"),
    (
        "money/ledger.py",
        "a coin of a payout is in doubt twice",
        "was_doubted = self.tries & DOUBTED",
        "was_doubted = 0",
    ),
    (
        "money/ledger.py",
        "a coin that comes out does not end the tries",
        "        if self.tries & _COUNT:  # it goes on",
        "        if False:  # it goes on",
    ),
    (
        "money/ledger.py",
        "the tries of one sale count for the next",
        "            self._note_tries(0)\n        self._write(records.HOLD)",
        "            pass\n        self._write(records.HOLD)",
    ),
    (
        "money/ledger.py",
        "a coin in doubt is paid from too small a rest",
        "0 < value <= self.credit:",
        "0 < value and self.credit:",
    ),
    ("money/ledger.py", "totals are not carried", "if self.cash_in >> _CARRY_BITS:", "if False:"),
    (
        "contexts/payment.py",
        "what is owed is tried again at each start",
        (
            "(ledger.op == OWED or (ledger.op == PAYOUT and ledger.has_tried_enough()))",
            "elif ledger.credit and ledger.op == PAYOUT:",
        ),
        (
            "(ledger.op == PAYOUT and ledger.has_tried_enough())",
            "elif ledger.credit and ledger.op in (PAYOUT, OWED):",
        ),
    ),
    (
        "contexts/payment.py",
        "a payout is tried at each start",
        " or (ledger.op == PAYOUT and ledger.has_tried_enough()))",
        ")",
    ),
    (
        "contexts/payment.py",
        "a delivery is tried at each start",
        "events.MOTOR_FAULT if ledger.has_tried_enough() else events.POWER_CUT",
        "events.POWER_CUT",
    ),
    (
        "contexts/payment.py",
        "the tries of one payout count for the next",
        "            self.ledger.count(records.TRIES, 0)",
        "            pass",
    ),
    (
        "vending_machine.py",
        "after every reset the coins wait",
        "if self.journal and self.board.was_off():",
        "if self.journal:",
    ),
    ("money/slot_files.py", "two empty files are two blank ones", " or len(found) == len(self._paths):", ":"),
    ("stopped.py", "a stray Ctrl-C stops the machine for good", "        board.restart()", "        pass"),
    (
        "stopped.py",
        "a stopped machine invites",
        '    board.show(0, "Out of service")\n    board.show(1, "Stopped")\n',
        "",
    ),
    # The drop sensor and the columns
    (
        "contexts/cabinet.py",
        "a blind drop sensor is believed",
        "                self._suspect_sensor()\n            self._unseen",
        "                pass\n            self._unseen",
    ),
    (
        "contexts/cabinet.py",
        "a hand in the beam is nobody's fault",
        "            self._doubt_sensor(2)  #",
        "            pass  #",
    ),
    (
        "contexts/cabinet.py",
        "no look at the beam before a half-turn",
        "        if not self._board.beam_clear():\n            self._failure",
        "        if False:\n            self._failure",
    ),
    (
        "contexts/cabinet.py",
        "a sensor that is covered before each delivery is believed",
        "            self._doubt_sensor(1)\n",
        "",
    ),
    (
        "contexts/payment.py",
        "a cancel in a delivery starts the hopper",
        "if not (self._held and self._change.values):",
        "if True:",
    ),
    (
        "contexts/payment.py",
        "a return timer outlives its coin",
        "        self._return_timer.stop()  # until it is complete: see finish_coin\n",
        "",
    ),
    (
        "hal/hopper.py",
        "what lies in the exit is not waited for",
        "elif self._waited_ms < _FREE_MS:",
        "elif False:",
    ),
    (
        "hal/hopper.py",
        "a coin that is just leaving is not counted",
        "            self._coast_timer.start(_POLL_MS)  # a coin is just leaving\n            return\n",
        "",
    ),
    (
        "money/recovery.py",
        "a counter slot in another's place is believed",
        " and slot[1] in (first // IN_A_SLOT, 0xFF)",
        "",
    ),
    (
        "contexts/cabinet.py",
        "a drop does not clear the sensor",
        "            self._dropped = True\n            self._unseen = 0",
        "            self._dropped = True",
    ),
    (
        "contexts/cabinet.py",
        "a suspected sensor sells on",
        "            self._post(OUT_OF_SERVICE | events.SENSOR_FAULT)",
        "            pass",
    ),
    (
        "contexts/cabinet.py",
        "service does not clear the sensor",
        "            return BACK_IN_SERVICE | events.SENSOR_FAULT\n        return None",
        "        return None",
    ),
    (
        "contexts/cabinet.py",
        "a motor that is tried for ever",
        "        if reason == events.MOTOR_FAULT:",
        "        if False:",
    ),
    (
        "contexts/cabinet.py",
        "a dead home switch is not named",
        "        if self._failure == events.MOTOR_FAULT:",
        "        if False:",
    ),
    (
        "contexts/selection.py",
        "a dead home switch does not lock its column",
        "if payload >> events.DEVICE_SHIFT == events.HOME_SWITCH:",
        "if False:",
    ),
    (
        "hal/drop_sensor.py",
        "the motor's start is a product",
        "        self._beam.ignore(self._first_ms)",
        "        pass",
    ),
    (
        "hal/board.py",
        "the drop sensor does not know the motor",
        "            if self.drop_sensor:",
        "            if False:",
    ),
    (
        "hal/drop_sensor.py",
        "a doubt makes a product",
        "PulseInput(beam, config, False, idle",
        "PulseInput(beam, config, True, idle",
    ),
    (
        "hal/drop_sensor.py",
        "a beam that is never dark is good",
        "return sees_dark and not",
        "return not",
    ),
    (
        "hal/pulse_input.py",
        "interference that goes on is a pulse",
        " and not (self._interfering and active):",
        ":",
    ),
    (
        "hal/pulse_input.py",
        "what is in the sensor at the start is lost",
        "self._ignoring = not self.train.open",
        "self._ignoring = True",
    ),
    # Hoppers
    (
        "hal/hopper.py",
        "the motor starts behind a covered exit",
        "        if not self._exit.is_active():\n            self._exit.ignore",
        "        if True:\n            self._exit.ignore",
    ),
    ("hal/hopper.py", "the hopper's own start is a coin", "        self._exit.ignore(self._first_ms)\n", ""),
    (
        "hal/hopper.py",
        "a doubt makes a coin",
        "PulseInput(exit_wire, config, False, idle",
        "PulseInput(exit_wire, config, True, idle",
    ),
    (
        "hal/hopper.py",
        "a hole in a coin makes two",
        "PulseInput(exit_wire, config,",
        "PulseInput(exit_wire, dict(config, gap_ms=1),",
    ),
    (
        "hal/hopper.py",
        "thin coins are not seen",
        "PulseInput(exit_wire, config,",
        "PulseInput(exit_wire, dict(config, min_ms=8),",
    ),
    (
        "hal/hopper.py",
        "nobody can try the exit",
        "            self._works()\n",
        "",
    ),
    (
        "contexts/payment.py",
        "a blind hopper is tried at each closing door",
        "self._change.failed = self._payout.unproven",
        "self._change.failed = 0",
    ),
    (
        "contexts/payment.py",
        "a blind hopper stays unused after refill",
        "        self._payout.trust(hopper)\n        self._try_again()",
        "        self._try_again()",
    ),
    (
        "contexts/payment.py",
        "an exit that works again stays unused",
        "        self._payout.trust(hopper)\n\n    def settle",
        "        pass\n\n    def settle",
    ),
    (
        "contexts/payout.py",
        "a blind exit is an empty hopper",
        "(outcome == events.NO_COIN and not self._came)",
        "False",
    ),
    (
        "contexts/payout.py",
        "an empty hopper is a blind exit",
        "(outcome == events.NO_COIN and not self._came)",
        "outcome == events.NO_COIN",
    ),
    ("contexts/payout.py", "a covered exit is not suspected", "if outcome == events.EXIT_BLOCKED or (", "if ("),
    (
        "contexts/payout.py",
        "a hopper starts with the door open",
        "        if self._is_held_up:\n            self._timer.stop()\n            return\n",
        "",
    ),
    (
        "contexts/payout.py",
        "a hopper runs on with the door open",
        "            self._board.stop_hopper(self._hopper)\n        elif",
        "            pass\n        elif",
    ),
    (
        "contexts/payout.py",
        "each opening of the door is a failed try",
        "        if not self._was_held_up:\n            self._tries",
        "        if True:\n            self._tries",
    ),
    (
        "hal/board.py",
        "a motor that waits is not stopped",
        "        self._cancel_drive()\n        self._cancel_pay()\n",
        "",
    ),
    (
        "hal/board.py",
        "a hopper that waits is not stopped",
        "        self._cancel_pay()\n        self.hoppers",
        "        self.hoppers",
    ),
    ("hal/board.py", "two motors run at once", "if self.guard.moves() or (", "if ("),
    # Display, keys, door
    ("hal/lcd.py", "the display is sent while a motor runs", "        if not self._may_send():", "        if False:"),
    (
        "hal/board.py",
        "a motor leaves the display as it is",
        "        if self._lcd:\n            self._lcd.disturb()",
        "        if False:\n            self._lcd.disturb()",
    ),
    (
        "hal/board.py",
        "a motor starts while the display is drawn",
        "(self._lcd and self._lcd.is_drawing())",
        "False",
    ),
    ("hal/lcd.py", "a display left alone is never sent whole", "self._sent_ms) > _STALE_MS:", "self._sent_ms) < 0:"),
    (
        "hal/lcd.py",
        "a display that fails is asked every second",
        "        self._back_off_ms = min(2 * self._back_off_ms, _LONGEST_MS)\n",
        "",
    ),
    ("hal/pcf8574.py", "a held clock is waited for", "timeout=_STRETCH_US", "timeout=50000"),
    (
        "hal/keypad.py",
        "a key is up as soon as it opens",
        "if self._open_ms < self._release_ms:",
        "if False:",
    ),
    (
        "hal/devices.py",
        "a door's contact rattles",
        'door_ms = config["door"]["debounce_ms"]',
        "door_ms = DEBOUNCE_MS",
    ),
    ("config/physical.py", "a door is a home switch", '"debounce_ms": 50', '"debounce_ms": 12'),
    # machine.json
    ("startup.py", "a changed file is told once only", "    if notes:", "    if False:"),
    (
        "views/front_panel.py",
        "the display is silent on a changed file",
        "        if self._unaccepted:",
        "        if False:",
    ),
    (
        "config/consequences.py",
        "the status is silent on a changed file",
        '    if "unaccepted" in config:',
        "    if False:",
    ),
    (
        "config/machine_file.py",
        "the currency is any text",
        '        self._text("money.currency", money["currency"], 4)\n',
        "",
    ),
    (
        "config/machine_file.py",
        "a huge price is the credit limit's fault",
        "elif price > _HIGHEST_PRICE:",
        "elif False:",
    ),
    ("config/strict_json.py", "a key may be there twice", "        if key in found:", "        if False:"),
    (
        "config/strict_json.py",
        "a comma may be missing",
        '        self._fail(end, "a comma is missing after the value")',
        "        return True",
    ),
    (
        "config/strict_json.py",
        "a byte order mark is not named",
        'if data[:3] == b"\\xef\\xbb\\xbf":',
        "if False:",
    ),
    # What a device can do
    (
        "config/physical.py",
        "a coin may come ten times as late",
        "COIN_UNDER_WAY_MS = const(1500)",
        "COIN_UNDER_WAY_MS = const(15000)",
    ),
    (
        "config/physical.py",
        "fifty coins may be under way",
        "MOST_COINS_UNDER_WAY = const(5)",
        "MOST_COINS_UNDER_WAY = const(50)",
    ),
    ("config/physical.py", "a hopper brings a coin at once", '"first_ms": 50', '"first_ms": 0'),
    ("config/physical.py", "a product falls in no time", '"first_ms": 100', '"first_ms": 0'),
    ("config/physical.py", "no coin has a hole", '"gap_ms": 20', '"gap_ms": 1'),
    ("config/physical.py", "no key is worn", '"release_ms": 50', '"release_ms": 10'),
    (
        "hal/pulse_train.py",
        "a width that was measured late is a product",
        "late if self._doubt_counts else 0",
        "late",
    ),
    (
        "hal/pulse_train.py",
        "a pulse that nobody saw is a product",
        "if self._doubt_counts and late - self._filled_us >=",
        "if late - self._filled_us >=",
    ),
    (
        "hal/keypad.py",
        "the times that a key is open add up",
        "_SCAN_MS if opened else 0\n",
        "(_SCAN_MS if opened else 0)\n",
    ),
    (
        "hal/keypad.py",
        "a key waits for the release of another",
        "seen |= opened",
        "seen = self._down if opened else seen",
    ),
    ("hal/coin_acceptor.py", "each long pulse is a line", " and self._logged < _LOGS:", ":"),
    ("stopped.py", "somebody at the prompt is thrown out", "if not board.typed_within(_SILENCE_MS):", "if True:"),
    (
        "views/front_panel.py",
        "a suspected slot invites",
        "elif self._line_stuck or self._slot_suspected:",
        "elif self._line_stuck:",
    ),
    (
        "money/ledger.py",
        "the tries are forgotten at a start",
        "self.tries = journal.counters[records.TRIES]",
        "self.tries = 0",
    ),
    (
        "money/ledger.py",
        "a delivery is not counted as a try",
        "        if self.hold:\n            self._count_try()",
        "        if self.hold:\n            pass",
    ),
    (
        "contexts/payment.py",
        "a refill at the prompt pays nothing",
        "            self.ledger.pay_at_next_start()",
        "            pass",
    ),
    (
        "contexts/payment.py",
        "a closed door leaves a payout held up",
        "        self._payout.hold_up(False)\n",
        "",
    ),
    (
        "contexts/payment.py",
        "the rest of a refund stays on the display as change",
        'is not known."""\n        self._pay_out(False)',
        'is not known."""\n        self._pay_out(self._resumes)',
    ),
    (
        "hal/lcd.py",
        "a display that comes back is half drawn",
        "        self._forget()\n        was_missing",
        "        was_missing",
    ),
)


def copy(source: str, folder: str) -> None:
    for name in COPIED:
        path = os.path.join(source, name)
        (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, os.path.join(folder, name))


def _path(file: str) -> str:
    """The path of a file in MUTANTS: of hal/, boot.py, else of firmware/."""
    return file if file.startswith("hal/") or file == "boot.py" else "firmware/" + file


def changes(right: str | tuple[str, ...], wrong: str | tuple[str, ...]) -> list[tuple[str, str]]:
    if isinstance(right, str) and isinstance(wrong, str):
        return [(right, wrong)]
    return list(zip(right, wrong))


def stale() -> list[str]:
    """A line for each mutant whose right code does not occur exactly once in its file."""
    lines = []
    for file, name, right, wrong in MUTANTS:
        with open(os.path.join(ROOT, _path(file))) as source:
            text = source.read()
        for old, _ in changes(right, wrong):
            if text.count(old) != 1:
                lines.append(f"{file}: {name}: its code is there {text.count(old)} times: {old!r}")
    return lines


def kill(source: str, mutant: Mutant) -> str | None:
    """The first test that fails with this fault in a copy of the folder `source`. None when all pass."""
    file, _, right, wrong = mutant
    with tempfile.TemporaryDirectory() as folder:
        copy(source, folder)
        path = os.path.join(folder, _path(file))
        with open(path) as original:
            text = original.read()
        for old, new in changes(right, wrong):
            text = text.replace(old, new)
        with open(path, "w") as changed:
            changed.write(text)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-cov", "-p", "no:cacheprovider", *TESTS]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return "(hangs: the tests' time limit)"
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
    return found.group(1) if found else None


def main() -> int:
    problems = stale()
    if problems:
        print("\n".join(problems))
        return 2
    survivors = 0
    with tempfile.TemporaryDirectory() as source, multiprocessing.Pool() as pool:
        copy(ROOT, source)
        killers = pool.imap(functools.partial(kill, source), MUTANTS)
        for mutant, killer in zip(MUTANTS, killers):
            survivors += killer is None
            print(f"{mutant[0]:<26}{mutant[1]:<48}{killer or 'SURVIVES'}", flush=True)
    print(f"{len(MUTANTS)} mutants, {survivors} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())

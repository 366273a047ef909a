"""make mutants: deliberate faults, applied one by one to a copy; each must be killed by a test. Prints which one."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.getcwd()
COPIED = ("firmware", "hal", "host_sim", "tests", "boot.py", "main.py", "machine.json", "pyproject.toml")
TESTS = ("tests/test_power_cut.py", "tests/test_sale.py", "tests/test_scenarios.py", "tests/test_coin_acceptor.py")

# (file, what is wrong, the right code, the wrong code)
MUTANTS = (
    ("journal.py", "no CRC", 'struct.unpack_from("<I", slot, 28)[0] == crc32(slot[:28]) & 0xFFFFFFFF', "True"),
    (
        "journal.py",
        "erase the live sector",
        "sector = (self._sector + 1) % self._sectors\n            self._s",
        "sector = self._sector\n            self._s",
    ),
    (
        "journal.py",
        "no stride after a boot",
        "        state.seq += 1\n        self.append(BOOT",
        "        self.append(BOOT",
    ),
    ("journal.py", "oldest sector wins", "newest is None or state.seq > newest[0].seq", "newest is None"),
    ("journal.py", "a torn drop counts at a later boot", "self.stock[undo[1]] = undo[2]", "pass"),
    ("journal.py", "boot does not restate the stock", "if state.kind not in _OF_STOCK or", "if True or"),
    ("journal.py", "no read-back", "return self._check == self._buffer", "return True"),
    ("journal.py", "a sector's state is taken for a drop", "self.state.kind = SECTOR_STATE", "pass"),
    ("journal.py", "format what cannot be read", "if not readable:", "if False:"),
    ("ledger.py", "forget the hold at recovery", "state.paid_out, state.hold, state.op", "state.paid_out, 0, state.op"),
    ("ledger.py", "paid coins are not journalled", "self._write(records.PAID)", "self.check()"),
    ("ledger.py", "coins are not journalled", "self._write(records.COIN)", "self.check()"),
    ("ledger.py", "the hold is not journalled", "self._write(records.HOLD, column)", "self.check()"),
    ("ledger.py", "the drop is not journalled", "self._write(records.DROP, column)", "self.check()"),
    (
        "payment.py",
        "pay before delivery",
        "        self._post(PAYMENT_RESERVED | order)",
        "        self._pay_out(True)\n        self._post(PAYMENT_RESERVED | order)",
    ),
    (
        "payment.py",
        "a paid coin is not taken off the credit",
        "            self.ledger.pay(value, self._as_change)",
        "            pass",
    ),
    ("payment.py", "accept while paying", "            and not self._paying\n", ""),
    ("payment.py", "accept while delivering", "            and not self._held\n", ""),
    (
        "payment.py",
        "capture gives the price back",
        "self.ledger.capture(events.column_of(order))",
        "self.ledger.release()",
    ),
    (
        "payment.py",
        "a failed delivery keeps the price",
        "        self.ledger.release()\n        self._post",
        "        self._post",
    ),
    (
        "payment.py",
        "a pulse counts twice",
        "pulses = (total - self._pulses) & 0xFFFFFF",
        "pulses = 2 * ((total - self._pulses) & 0xFFFFFF)",
    ),
    (
        "cabinet.py",
        "capture before the drop",
        "        self._board.drive(events.column_of(self._order), how)",
        "        self._board.drive(events.column_of(self._order), how)\n        self.see_drop(0)",
    ),
    ("cabinet.py", "the drop is ignored", "if self._order and not self._dropped:", "if False:"),
    (
        "cabinet.py",
        "no look at the beam before a vend",
        "elif not self._board.beam_clear():\n            self._fail(",
        "elif False:\n            self._fail(",
    ),
    (
        "cabinet.py",
        "motors run with the door open",
        "        if self._door_open and not self._failure:",
        "        if False:",
    ),
    ("cabinet.py", "a half-turn is not stopped by the drop", "if self._driving == HALF_TURN:", "if False:"),
    ("selection.py", "a failed column stays on sale", "            self.locked[column] = True", "            pass"),
)


def kill(mutant):
    """The first test that fails with this fault; None when it survives."""
    file, _, right, wrong = mutant
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            copy = shutil.copytree if os.path.isdir(os.path.join(ROOT, name)) else shutil.copy
            copy(os.path.join(ROOT, name), os.path.join(folder, name))
        path = os.path.join(folder, "firmware", file)
        with open(path) as source:
            text = source.read()
        if text.count(right) != 1:
            raise SystemExit(f"{file}: the code of this mutant is not there once: {right!r}")
        with open(path, "w") as source:
            source.write(text.replace(right, wrong))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-cov", "-p", "no:cacheprovider", *TESTS]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return "(hangs: the tests' time limit)"
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
    return found.group(1) if found else None


def main():
    survivors = 0
    for mutant in MUTANTS:
        killer = kill(mutant)
        survivors += killer is None
        print(f"{mutant[0]:<14}{mutant[1]:<44}{killer or 'SURVIVES'}", flush=True)
    print(f"{len(MUTANTS)} mutants, {survivors} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())

"""make board: a board without a board. A serial port behind which the real MicroPython boots boot.py and main.py from
a flash image, with a simulated cabinet at its pins. docs/virtual-board.md says how to use it.

This is the supervisor. It owns the outer end of the serial line, the flash image's file, and the control port,
and starts the interpreter again at each reset: what the interpreter had in RAM is lost then, as on the chip.
Runs under CPython, on Linux.
"""

import argparse
import contextlib
import errno
import itertools
import json
import os
import pty
import selectors
import signal
import socket
import subprocess
import sys
import time
import tty

from tools import ROOT
from tools.board import configuration
from tools.problem import Problem, run
from tools.virtual_board import control_help, flash_image, wiring

POWER_ON, HARD, WATCHDOG, SOFT = 1, 2, 3, 5
# What the chip's ROM says first.
_ROM = {POWER_ON: "rst:0x1 (POWERON_RESET)", HARD: "rst:0xc (SW_CPU_RESET)", WATCHDOG: "rst:0xc (SW_CPU_RESET)"}
_SOON_S = 0.002
# The interpreter raises KeyboardInterrupt wherever a signal finds it, be it in the middle of a garbage collection, and
# is of no use afterwards. So a program that waits is told, and only one that does not wait gets the signal.
_POLITE_S = 1.0
_AGAIN_S = 0.05
_STALE_S = 0.2  # after so long the next program does not take it for its own: more than virtual/cabinet.py's _FRESH_S
_ENDING_S = 2.5  # for a program that was interrupted; another one may go on, and read what comes
_LOOK_S = 0.02  # how often to look whether somebody has opened the port
_ANSWER_S = 1.0
_NO_ANSWER = "error no program is waiting on the board: it will happen as soon as one does"
_INTERRUPTS = itertools.count()
_CTRL_A, _CTRL_B, _CTRL_C = b"\x01", b"\x02", b"\x03"


class Child:
    """The interpreter, from one reset to the next."""

    def __init__(self, interpreter, modules, heap, settings):
        self.terminal, terminal = pty.openpty()
        tty.setraw(terminal)
        down, self._down = os.pipe()
        self.up, up = os.pipe()
        bootstrap = str(ROOT / "host_sim" / "virtual_board" / "bootstrap.py")
        self.process = subprocess.Popen(
            [interpreter, "-X", "heapsize=" + heap, "-i", bootstrap, modules, str(down), str(up)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            pass_fds=(down, up),
            start_new_session=True,
        )
        for inherited in (terminal, down, up):
            os.close(inherited)
        self.tell(json.dumps(settings))
        os.set_blocking(self.up, False)
        os.set_blocking(self.terminal, False)

    def catches_interrupts(self):
        """Does a program run? At its prompt the interpreter reads Ctrl-C as a character."""
        try:
            with open("/proc/{}/status".format(self.process.pid)) as file:
                caught = [line for line in file if line.startswith("SigCgt")]
        except OSError:
            return False
        return bool(int(caught[0].split()[1], 16) >> (signal.SIGINT - 1) & 1)

    def tell(self, line):
        os.write(self._down, line.encode() + b"\n")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        for descriptor in (self.terminal, self._down, self.up):
            os.close(descriptor)


class Interrupt:
    """A Ctrl-C that a program on `child` is to hear: see _POLITE_S."""

    def __init__(self, child):
        self._child = child
        self._number = next(_INTERRUPTS)
        now = time.monotonic()
        self._again_at = now
        self._told_at = None  # when the program was told last, and has not said that it ends
        self._force_at = now + _POLITE_S
        self._until = now + _ENDING_S

    def heard(self):
        """The program ends now."""
        self._again_at = self._force_at = self._told_at = None

    def is_pending(self):
        """Is the program still there, or could the next one take this Ctrl-C for its own? What comes in meanwhile is
        for the prompt, and not for the program."""
        now = time.monotonic()
        if now > self._until:
            return False
        if not self._child.catches_interrupts():
            return self._told_at is not None and now < self._told_at + _STALE_S
        if self._again_at and now > self._again_at:
            self._again_at = now + _AGAIN_S
            self._told_at = now
            self._child.tell("interrupt {} {:.3f}".format(self._number, time.time()))
        if self._force_at and now > self._force_at:
            self._again_at = self._force_at = None
            self._child.process.send_signal(signal.SIGINT)
        return True


class VirtualBoard:
    """`flash`: its Flash. `cabinet`: the configuration that says what is at which pin. `follows`: does the cabinet
    become the one of the machine.json that is deployed? `notify(line)` hears how that differs. Raises Problem."""

    def __init__(self, options, flash, cabinet, follows, notify):
        self._options = options
        self._flash = flash
        self._follows = follows
        self._notify = notify
        self._noted = None  # how the machine.json on the board differs from the cabinet, as told last
        self._settings = {
            "image": os.path.abspath(flash.path),
            "partitions": flash.partitions,
            "chip": options.chip or cabinet["chip"],
            "version": [int(number) for number in options.version.split(".")],
            "wiring": cabinet,
            "spare": _spare(options.loopback),
            "speed": options.speed,
            "memory": None,
            "lasting": {},
        }
        self._port, self._line = pty.openpty()
        tty.setraw(self._line)
        self.port = os.ttyname(self._line)
        os.set_blocking(self._port, False)
        os.close(self._line)
        self._listener = _listen_at(options.control)
        self.control = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._greet)
        self._visitors = {}  # socket: what it has said of a line
        self._asked = {}  # number: (visitor, until when): who waits for an answer of the child
        self._questions = 0
        self._child = None
        self._watch = None  # (seconds, when it bites)
        self._raw = False
        self._held = b""  # what came in before the board had started, or while it deals with a Ctrl-C
        self._started = False
        self._interrupt = None  # the Ctrl-C that a program is to hear
        self._from_board = b""
        self._listening = False
        self._heard = b""

    # Power

    def start(self, cause, with_main=True):
        """The interpreter starts, with nothing in RAM."""
        if cause != SOFT:  # over that, the watchdog stays armed
            self._watch = None
        self._started = False
        self._interrupt = None
        self._held = b""
        if cause in _ROM:
            self._print("\r\n{}\r\n".format(_ROM[cause]))
        self._look_at_deployed()
        settings = dict(self._settings, cause=cause, main=with_main)
        self._child = Child(self._options.interpreter, self._options.modules, self._options.heap, settings)
        self._selector.register(self._child.terminal, selectors.EVENT_READ, self._from_child)
        self._selector.register(self._child.up, selectors.EVENT_READ, self._hear_child)

    def _look_at_deployed(self):
        """The cabinet becomes the one of the machine.json on the board, if it is to. How they differ is told."""
        try:
            deployed = configuration.of(self._flash.deployed(), self._settings["chip"])
        except Problem as problem:
            self._note([str(problem)])
            return
        found = wiring.differences(self._settings["wiring"], deployed) if deployed else []
        if not found:
            self._note([])
        elif self._follows:
            self._settings.update(wiring=deployed, memory=None, lasting={})
            self._note(["the cabinet is now wired as the machine.json on the board says"] + found)
        else:
            self._note(["the machine.json on the board is wired otherwise than the cabinet (CONFIG):"] + found)

    def _note(self, lines):
        if lines != self._noted:
            self._noted = lines
            for line in lines:
                self._notify(line)

    def stop(self):
        """The interpreter ends at once, wherever it is."""
        if not self._child:
            return
        child = self._child
        child.kill()
        self._hear_child(None)  # what it has said before
        self._from_child(None)
        if not self._child:
            return
        self._child = None
        self._selector.unregister(child.terminal)
        self._selector.unregister(child.up)
        child.close()
        for visitor, _ in self._asked.values():
            self._reply(visitor, "error the board was reset")
        self._asked = {}

    def reset(self, cause):
        self.stop()
        self._raw = False
        self.start(cause)

    def _ended(self):
        """The interpreter has ended by itself: Ctrl-D at its prompt, or sys.exit()."""
        code = self._child.process.returncode
        self.stop()
        if code < 0:
            self._print("\r\nthe interpreter died (signal {})\r\n".format(-code))
            self.start(HARD)
            return
        self._print("MPY: soft reboot\r\n")
        self.start(SOFT, with_main=not self._raw)
        if self._raw:
            self._held = b"\r" + _CTRL_A

    # The serial line

    def _print(self, text):
        self._from_board += text.encode()

    def _from_child(self, _):
        try:
            self._from_board += os.read(self._child.terminal, 65536)
        except OSError:
            pass  # it has ended: to be seen at its process

    def _pass_on(self):
        """To whoever has opened the port; what nobody hears is lost, as on the wire."""
        if self._from_board and not self._listening:
            self._from_board = b""
        while self._from_board:
            try:
                written = os.write(self._port, self._from_board[:4096])
            except BlockingIOError:
                return
            except OSError:
                written = len(self._from_board)
            self._from_board = self._from_board[written:]

    def _look_at_port(self):
        """Has somebody opened it, and said something?"""
        try:
            said = os.read(self._port, 4096)
        except BlockingIOError:
            self._listen(True)
            return
        except OSError:  # EIO: nobody has it open
            self._listen(False)
            return
        self._listen(True)
        if self._child:
            self._to_child(said)

    def _listen(self, is_open):
        if is_open != self._listening:
            self._listening = is_open
            if is_open:
                self._selector.register(self._port, selectors.EVENT_READ, lambda _: self._look_at_port())
            else:
                self._selector.unregister(self._port)

    def _to_child(self, said):
        """Characters from the port. Ctrl-C interrupts a program, Ctrl-A and Ctrl-B switch the prompt's mode."""
        self._held += said
        self._is_ending()
        while self._held and self._started and not self._is_ending():
            if any(control in self._held for control in (_CTRL_A, _CTRL_B, _CTRL_C)):
                character, self._held = self._held[:1], self._held[1:]
                self._character(character)
            else:
                said, self._held = self._held, b""
                self._write(said)

    def _is_ending(self):
        if self._interrupt and not self._interrupt.is_pending():
            self._interrupt = None
        return self._interrupt is not None

    def _character(self, character):
        if character in (_CTRL_A, _CTRL_B, _CTRL_C):
            runs = self._child.catches_interrupts()
            if character == _CTRL_C and runs:
                self._interrupt = Interrupt(self._child)
                return
            if character != _CTRL_C and not runs:
                self._raw = character == _CTRL_A
        self._write(character)

    def _write(self, said):
        while said:
            try:
                said = said[os.write(self._child.terminal, said) :]
            except BlockingIOError:  # the board is slower than the line
                self._from_child(None)
                time.sleep(0.001)
            except OSError:
                return

    # What the child says

    def _hear_child(self, _):
        try:
            self._heard += os.read(self._child.up, 65536)
        except OSError:
            pass
        while b"\n" in self._heard and self._child:
            line, self._heard = self._heard.split(b"\n", 1)
            self._hear(line.decode())

    def _hear(self, line):
        word, _, rest = line.partition(" ")
        if word == "rig":
            self._settings.update(json.loads(rest))
        elif word == "started":
            self._started = True
            self._to_child(b"")
        elif word == "interrupted" and self._interrupt:
            self._interrupt.heard()
        elif word == "watchdog":
            self._watch = (int(rest) / 1000, time.monotonic() + int(rest) / 1000)
        elif word == "fed":
            self._feed()
        elif word == "saw":
            for visitor in list(self._visitors):
                self._reply(visitor, "* " + rest)
        elif word == "reset":
            self._heard = b""
            self.reset(int(rest))
        elif word == "failed":
            raise Problem("the virtual board could not start: " + rest)
        elif word == "answer":
            number, _, answer = rest.partition(" ")
            visitor, _ = self._asked.pop(int(number), (None, None))
            if visitor:
                self._reply(visitor, answer)

    def _feed(self):
        if self._watch:
            self._watch = (self._watch[0], time.monotonic() + self._watch[0])

    # The control port

    def _greet(self, _):
        visitor, _ = self._listener.accept()
        self._visitors[visitor] = b""
        self._selector.register(visitor, selectors.EVENT_READ, self._visit)

    def _visit(self, visitor):
        try:
            said = visitor.recv(4096)
        except OSError:
            said = b""
        if not said:
            self._forget(visitor)
            return
        self._visitors[visitor] += said
        while visitor in self._visitors and b"\n" in self._visitors[visitor]:
            line, self._visitors[visitor] = self._visitors[visitor].split(b"\n", 1)
            self._answer(visitor, line.decode(errors="replace").strip())

    def _forget(self, visitor):
        if self._visitors.pop(visitor, None) is not None:
            self._selector.unregister(visitor)
            visitor.close()

    def _answer(self, visitor, line):
        """Help, the supply and the reset button are answered here, all else by the cabinet."""
        if line == "power off":
            self.stop()
        elif line == "power on":
            if not self._child:
                self.start(POWER_ON)
        elif line == "reset":
            self.reset(HARD)
        elif line == "help":
            for told in control_help.lines():
                self._reply(visitor, "* " + told)
        elif not line:
            return
        elif not self._child:
            self._reply(visitor, "error the power is off")
            return
        else:
            self._questions += 1
            self._asked[self._questions] = (visitor, time.monotonic() + _ANSWER_S)
            self._child.tell("{} {}".format(self._questions, line))
            return
        self._reply(visitor, "ok")

    def _reply(self, visitor, line):
        try:
            visitor.sendall(line.encode() + b"\n")
        except OSError:
            self._forget(visitor)

    # The supervisor's own loop

    def _tick(self):
        now = time.monotonic()
        if self._child and self._child.process.poll() is not None:
            self._from_child(None)
            self._ended()
        if self._watch and now > self._watch[1]:
            self._print("\r\nTask watchdog got triggered.\r\nRebooting...\r\n")
            self.reset(WATCHDOG)
        for number, (visitor, until) in list(self._asked.items()):
            if now > until:
                del self._asked[number]
                self._reply(visitor, _NO_ANSWER)
        if not self._listening:
            self._look_at_port()
        if (self._held or self._interrupt) and self._child:
            self._to_child(b"")

    def serve(self):
        """Until interrupted."""
        try:
            while True:
                for key, _ in self._selector.select(_SOON_S if self._held or self._interrupt else _LOOK_S):
                    key.data(key.fileobj)
                self._tick()
                self._pass_on()
        finally:
            self.stop()


def _listen_at(port):
    """The socket that listens at the TCP port `port`. Raises Problem."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem("the control port {} is taken: name another, as in CONTROL={}; 0: any".format(port, port + 1))
        raise Problem("the control port {} cannot be used ({})".format(port, error.strerror))
    except OverflowError:
        raise Problem("CONTROL={}: must be 0 to 65535".format(port))


def _spare(text):
    """{"coin": 15, "1": 12} of "coin=15,1=12". Raises Problem."""
    try:
        return {name: int(gpio) for name, gpio in (pair.split("=") for pair in text.split(",") if pair)}
    except ValueError:
        raise Problem("--loopback must be like coin=15,1=12, is " + text)


def parse(arguments):
    parser = argparse.ArgumentParser(description="a virtual board: see docs/virtual-board.md")
    parser.add_argument("--image", required=True, help="the flash image; made if there is none")
    parser.add_argument("--modules", required=True, help="folder of the compiled host_sim")
    parser.add_argument("--interpreter", required=True, help="the unix port of MicroPython")
    parser.add_argument("--config", default="", help="what is wired to which pin; else what the board's own says")
    parser.add_argument("--chip", default="", help="esp32, esp32s3 or esp32c3, if not the configuration's")
    parser.add_argument("--version", default="1.27", help="the version of MicroPython whose behaviour the chip has")
    parser.add_argument("--control", type=int, default=0, help="TCP port at which the cabinet is worked; 0: any")
    parser.add_argument("--speed", type=int, default=1, help="virtual seconds in a real one")
    parser.add_argument("--loopback", default="", help="spare outputs that work inputs: coin=15,1=12 (docs/bench.md)")
    parser.add_argument("--heap", default="512k", help="the interpreter's heap; the simulated cabinet is in it, too")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    flash = flash_image.open_at(options.image)
    board = VirtualBoard(options, flash, _cabinet(options, flash), not options.config, _say)
    _say("serial port: {}".format(board.port))
    _say("control port: 127.0.0.1:{}".format(board.control))
    board.start(POWER_ON)
    board.serve()


def _cabinet(options, flash):
    """The configuration of the cabinet to begin with. Raises Problem."""
    if not options.config:
        with contextlib.suppress(Problem):
            deployed = configuration.of(flash.deployed(), options.chip)
            if deployed:
                return deployed
    return configuration.load(options.config or "machine.json")


def _say(line):
    print(line, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    run(main)

"""The virtual board's line to its supervisor (tools/virtual_board/supervisor.py): two pipes, one message a line."""

import select
import time


class Link:
    """`receiving` and `sending` are numbers of file descriptors."""

    def __init__(self, receiving, sending):
        self._in = open(receiving, "rb")
        self._out = open(sending, "wb")
        self.poll = select.poll()
        self.poll.register(self._in, select.POLLIN)

    def say(self, text):
        self._out.write((text + "\n").encode())

    def read(self):
        """The next line; only to be called when the poll object says that there is one."""
        return self._in.readline().decode().strip()

    def has_line(self):
        for stream, _ in self.poll.poll(0):
            if stream is self._in:
                return True
        return False

    def die(self, last_words):
        """Say why, and wait for the supervisor to end this process: nothing of the program runs any more."""
        self.say(last_words)
        while True:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass

"""The server of the page, and a board that is connected to it."""

import json
import threading
import time
from http.client import HTTPConnection

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from firmware import events as e
from firmware.event_text import describe
from host_sim.reference import REFERENCE
from tools import ROOT
from tools.board.deploy import deploy
from tools.panel.board_link import BoardLink
from tools.panel.heard import event_of
from tools.panel.serve import HOST, open_server
from tools.problem import Problem
from tools.virtual_board.process import VirtualBoardProcess

PATIENCE_S = 40


class Serving:
    """A server in a thread of its own."""

    def __init__(self, folder, board=None):
        self._server = open_server(folder, 0, board)
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()

    def get(self, path, **headers):
        """(status, headers, body)"""
        connection = HTTPConnection(HOST, self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    def socket(self, origin):
        return connect("ws://{}:{}/board".format(HOST, self.port), origin=origin)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<!doctype html>")
    (tmp_path / "site" / "x.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "site"


def test_files_come_with_their_types_and_the_policy(folder):
    with Serving(folder) as server:
        status, headers, body = server.get("/")
        assert (status, body) == (200, b"<!doctype html>")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script-src 'self' 'wasm-unsafe-eval'" in headers["Content-Security-Policy"]
        assert server.get("/x.wasm?1")[1]["Content-Type"] == "application/wasm"


@pytest.mark.parametrize("path", ["/nix", "/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd"])
def test_nothing_but_the_page_is_served(folder, path):
    with Serving(folder) as server:
        assert server.get(path)[0] == 404


def test_other_sites_in_the_browser_get_nothing(folder):
    with Serving(folder) as server:
        assert server.get("/", Host="evil.example:{}".format(server.port))[0] == 403
        with pytest.raises(InvalidStatus):
            server.socket("http://evil.example")


def test_a_port_that_is_taken_gets_a_clear_message(folder):
    with Serving(folder) as server, pytest.raises(Problem, match="port {} of this computer".format(server.port)):
        open_server(folder, server.port)


def test_every_event_is_read_back_from_its_words():
    def money(amount):
        return "{}.{:02} EUR".format(amount // 100, amount % 100)

    order = e.order(3, 2, e.NOTHING_FELL)
    payloads = {
        e.MOTOR_STOPPED: e.NEVER_CAME_HOME << e.OUTCOME_SHIFT | 1,
        e.PAYOUT_STOPPED: e.NO_COIN << e.OUTCOME_SHIFT,
        e.COIN_PAID: 120 << e.COINS_SHIFT | 1,
        e.KEY_PRESSED: ord("#"),
        e.KEY_STUCK: ord("5"),
        e.CODE_ENTERED: 0x3131 << e.CODE_SHIFT | 2,
        e.OUT_OF_SERVICE: e.NO_CHANGE,
        e.BACK_IN_SERVICE: e.DOOR_OPEN,
        e.HANDLER_FAILED: e.owner("front panel") << e.CONTEXT_SHIFT | e.ITEM_SELECTED >> 24,
        e.DEVICE_SUSPECTED: e.HOPPER_EXIT << e.DEVICE_SHIFT | 1,
        e.DEVICE_TRUSTED: e.COIN_SLOT << e.DEVICE_SHIFT,
        e.ITEM_REJECTED: order,
        e.DISPATCH_FAILED: order,
        e.ORDER_CANCELLED: 0,
    }
    for number in e.names():
        event = number << 24
        for payload in (payloads.get(event, e.order(3, 2)), 0 if event not in payloads else payloads[event]):
            words = describe(event | payload, money)
            assert event_of(words) is not None, words
            assert describe(event_of(words), money) == words


@pytest.mark.parametrize("line", ["ready", "Coke", "column 11 (Coke): 4 of 8", "ItemSelected sale x", "KeyPressed 12"])
def test_other_lines_are_no_events(line):
    assert event_of(line) is None


@pytest.fixture
def board(tmp_path):
    config = json.loads((ROOT / REFERENCE).read_text())
    config["join"] = "orchestration"
    path = tmp_path / "machine.json"
    path.write_text(json.dumps(config))
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=4, config=path) as running:
        deploy(running.port, str(path), lambda _: None)
        link = BoardLink(running.port, int(running.control), str(path))
        yield link
        link.close()


class _Client:
    """The page, through its web socket."""

    def __init__(self, socket):
        self._socket = socket
        self.events = []

    def ask(self, what, **given):
        self._socket.send(json.dumps({"id": 1, "do": what, **given}))
        answer = json.loads(self._socket.recv(PATIENCE_S))
        self.events += answer.get("frame", {}).get("events", [])
        return answer

    def wait_for(self, is_so):
        until = time.monotonic() + PATIENCE_S
        while True:
            frame = self.ask("advance", until_ms=0)["frame"]
            if is_so(frame):
                return frame
            assert time.monotonic() < until, frame
            time.sleep(0.05)


def test_a_sale_on_a_virtual_board(folder, board):
    with Serving(folder, board) as server, server.socket("http://{}:{}".format(HOST, server.port)) as socket:
        page = _Client(socket)
        powered = page.ask("power")
        assert powered["config"]["join"] == "orchestration"
        page.wait_for(lambda frame: frame["display"] == ["Insert money or", "choose an item"])
        assert "error" not in page.ask("act", line="insert 200")
        page.wait_for(lambda frame: "Credit 2.00 EUR" in frame["display"])
        page.ask("act", line="press 11")
        page.wait_for(lambda frame: frame["bin"] == ["Coke"])
        frame = page.wait_for(lambda frame: frame["money"] and frame["money"]["change"] == 50)
        assert frame["money"]["balanced"]
        assert frame["columns"][0]["stock"] == frame["columns"][0]["products"] == 4
        names = [event["name"] for event in page.events if event["command"]]
        assert [name for name in names if name in ("reserve", "dispatch", "capture")] == [
            "reserve",
            "dispatch",
            "capture",
        ]
        assert page.ask("status")["monitor"][1].startswith("sale 1 (Coke): sold after ")
        assert "no column 99" in page.ask("act", line="jam 99")["error"]
        assert "not with a board" in page.ask("vcd")["error"]


def test_a_page_without_a_board_is_told_so(folder):
    with Serving(folder) as server, server.socket("http://{}:{}".format(HOST, server.port)) as socket:
        with pytest.raises(Exception, match="PORT="):
            socket.recv(10)

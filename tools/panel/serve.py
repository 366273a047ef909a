"""make panel: serves the page on this computer. `python -m tools.panel.serve FOLDER --http 8000`.

With --board, the page shows the events of the board at this serial port: board_link.py. With --config it begins with
the machine of this file.
"""

import argparse
import json
import mimetypes
import shutil
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from tools import ROOT
from tools.board import ports
from tools.panel.board_link import BoardLink
from tools.panel.policy import POLICY
from tools.problem import Problem, run

HOST = "127.0.0.1"  # this computer alone
SOCKET = "/board"  # where the page connects to a board
_VIRTUAL = ("/dev/pts/", "/dev/ttys")  # the ports of virtual boards, on Linux and on macOS
_OWN = "own.json"  # a machine.json that is not shipped
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".bundle": "application/octet-stream",
}


class Files:
    """Answers requests for the files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def answer(self, _: ServerConnection, request: Request) -> Response | None:
        """The file that the request names; None if it is for the web socket. Other sites that are open in the browser
        get nothing: neither by their own name for this computer, nor by a web socket from their pages."""
        path = unquote(urlsplit(request.path).path)
        host = request.headers.get("Host", "")
        if host.rpartition(":")[0] not in (HOST, "localhost"):
            return _response(HTTPStatus.FORBIDDEN, "text/plain", b"this server is for this computer alone\n")
        if path == SOCKET:
            if urlsplit(request.headers.get("Origin", "")).netloc == host:
                return None
            return _response(HTTPStatus.FORBIDDEN, "text/plain", b"only for the page of this server\n")
        file = (self._folder / path.lstrip("/")).resolve()
        if file.is_dir():
            file /= "index.html"
        if not file.is_relative_to(self._folder) or not file.is_file():
            return _response(HTTPStatus.NOT_FOUND, "text/plain", b"there is no such file\n")
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return _response(HTTPStatus.OK, kind, file.read_bytes())


def _response(status: HTTPStatus, kind: str, body: bytes) -> Response:
    headers = Headers(
        {
            "Content-Type": kind + ("; charset=utf-8" if kind.startswith("text/") else ""),
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)


class _Talk:
    """Passes what the page asks on to `board`; without one, it hangs up."""

    def __init__(self, board: BoardLink | None) -> None:
        self._board = board

    def __call__(self, connection: ServerConnection) -> None:
        if not self._board:
            connection.close(1011, "make panel PORT= connects one")
            return
        for message in connection:
            connection.send(json.dumps(self._board.answer(json.loads(message))))


def open_server(folder: Path, port: int, board: BoardLink | None = None) -> Server:
    """A server of the page in `folder`; port 0: any that is free. Raises Problem."""
    try:
        return serve(_Talk(board), HOST, port, process_request=Files(folder).answer, compression=None)
    except (OSError, OverflowError) as error:
        raise Problem("port {} of this computer cannot be used ({}): choose another, HTTP=8001".format(port, error))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--http", default="8000")
    parser.add_argument("--board", default="")
    parser.add_argument("--control", default="")
    parser.add_argument("--config", default="")
    options = parser.parse_args()
    if not (options.folder / "index.html").exists():
        raise Problem("{} has no page: make site writes one".format(options.folder))
    if not options.http.isdigit():
        raise Problem("HTTP={}: must be a number".format(options.http))
    board = _board(options.board, options.control, options.config) if options.board else None
    with open_server(options.folder, int(options.http), board) as server:
        query = "?board" if board else _machine(options.config, options.folder)
        print("http://{}:{}/{}".format(HOST, server.socket.getsockname()[1], query), flush=True)
        print("Ctrl-C ends it", file=sys.stderr)
        try:
            server.serve_forever()
        finally:
            if board:
                board.close()


def _machine(config: str, folder: Path) -> str:
    """What the page's address says about the machine whose file is at the path `config`; nothing, if that is empty. A
    file that is not shipped is copied into `folder`, where the page finds it."""
    path = Path(config)
    if not config:
        return ""
    if path.resolve().parent == ROOT / "machines":
        return "?machine=" + path.stem
    shutil.copy(path, folder / _OWN)
    return "?config=" + _OWN


def _board(port: str, control: str, config: str) -> BoardLink:
    """The board at `port`; a virtual one with its control port. Raises Problem."""
    port = ports.choose(port)
    is_virtual = ports.device(port).startswith(_VIRTUAL)
    if is_virtual and not control.isdigit():
        raise Problem("CONTROL={}: must be a number".format(control))
    return BoardLink(port, int(control) if is_virtual else None, config)


if __name__ == "__main__":
    run(main)

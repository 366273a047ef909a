"""make panel: serves the page on this computer. `python -m tools.panel.serve FOLDER --http 8000`.

With --board, the page shows the events of the board at this serial port: board_link.py.
"""

import argparse
import mimetypes
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from tools.panel.policy import POLICY
from tools.problem import Problem, run

HOST = "127.0.0.1"  # this computer alone
SOCKET = "/board"  # where the page connects to a board
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
        """The file that the request names; None if it is for the web socket."""
        path = unquote(urlsplit(request.path).path)
        if path == SOCKET:
            return None
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


def open_server(folder: Path, port: int) -> Server:
    """A server of the page in `folder`; port 0: any that is free. Raises Problem."""

    def refuse(connection: ServerConnection) -> None:
        connection.close(1011, "no board: make panel PORT=")

    try:
        return serve(refuse, HOST, port, process_request=Files(folder).answer, compression=None)
    except OSError as error:
        raise Problem("port {} of this computer cannot be used ({}): choose another, HTTP=8001".format(port, error))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--http", type=int, default=8000)
    parser.add_argument("--board", default="")
    parser.add_argument("--control", default="")
    parser.add_argument("--config", default="")
    options = parser.parse_args()
    if not (options.folder / "index.html").exists():
        raise Problem("{} has no page: make site writes one".format(options.folder))
    with open_server(options.folder, options.http) as server:
        print("http://{}:{}/".format(HOST, server.socket.getsockname()[1]), flush=True)
        print("Ctrl-C ends it", file=sys.stderr)
        server.serve_forever()


if __name__ == "__main__":
    run(main)

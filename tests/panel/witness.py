"""What no page may do."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response


class Witness:
    """Notes what no page may do: complain in the console, raise, ask another host, or ask for what is not there."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self._host = urlsplit(site).netloc
        self.complaints: list[str] = []
        self._forgiven: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append("raised: {}".format(error.error)))
        context.on("request", self._request)
        context.on("response", self._response)

    def forgive(self, words: str) -> None:
        """Complaints with these words are what the test wanted."""
        self._forgiven.append(words)

    @property
    def remaining(self) -> list[str]:
        return [one for one in self.complaints if not any(words in one for words in self._forgiven)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append("console: " + message.text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.complaints.append("request to another host: " + request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append("{}: {}".format(response.status, response.url))

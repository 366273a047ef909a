/**
 * Where requests go and answers come from: a worker or a WebSocket.
 *
 * @typedef {{send(request: object): void, close(): void, receive: (answer: any) => void}} Link  `receive` is called with
 *   each answer; one without an `id` is an error of the link itself.
 */

/**
 * @param {string} url  of the worker's module
 * @returns {Link}
 */
export function workerLink(url) {
  const worker = new Worker(url, { type: "module" });
  /** @type {Link} */
  const link = {
    send: (request) => worker.postMessage(request),
    close: () => worker.terminate(),
    receive: () => {},
  };
  worker.addEventListener("message", (message) => link.receive(message.data));
  worker.addEventListener("error", (error) => link.receive({ error: error.message || "the worker cannot be loaded" }));
  return link;
}

/**
 * A board on the desk, behind `make panel PORT=`.
 * @param {string} url  of the server's WebSocket
 * @returns {Link}
 */
export function boardLink(url) {
  const socket = new WebSocket(url);
  /** @type {string[]} */
  const early = [];
  /** @type {Link} */
  const link = {
    send: (request) => {
      const text = JSON.stringify(request);
      if (socket.readyState === WebSocket.CONNECTING) early.push(text);
      else socket.send(text);
    },
    close: () => socket.close(),
    receive: () => {},
  };
  socket.addEventListener("open", () => {
    for (const text of early) socket.send(text);
  });
  socket.addEventListener("message", (message) => link.receive(JSON.parse(message.data)));
  socket.addEventListener("close", ({ reason }) => {
    link.receive({ error: `the board is not connected any more${reason ? `: ${reason}` : ""}` });
  });
  return link;
}

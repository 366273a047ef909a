"""make panel-figures: what the page costs, in this computer's Chromium; docs/panel.md has the figures.

Speed: the reference sale, in the page and on the unix port of MicroPython, with the same bridge. Frames: with 500
events in the lanes of two machines, at 10 times real time. Keys: from a key of the keyboard to the first changed cell
of the display, at real time.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.panel import chromium
from tests.panel.server import Server
from tools import ROOT

_SALES = 20
_PERIOD_S = 22
_EVENTS = 500
_FRAMES = 300
_KEYS = 40
_SCENARIO = (ROOT / "host_sim/scenarios/reference.txt").read_text()
_REQUESTS = 10

_PLAY = """async ([text, times]) => {
  const machine = page.session.machines[0];
  let ended = 0;
  const began = performance.now();
  for (let i = 0; i < times; i++) ended += (await machine.scenario(text, true)).frame.now_ms;
  return [ended / (performance.now() - began), (performance.now() - began) / 1000 / times];
}"""
_FRAME_TIMES = """async ([frames]) => {
  const drawing = [], between = [];
  const draw = page.pace.onTurn;
  page.pace.onTurn = (ms) => {
    const began = performance.now();
    draw(ms);
    drawing.push(performance.now() - began);
  };
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < frames; i++) {
    const now = await new Promise(requestAnimationFrame);
    between.push(now - last);
    last = now;
  }
  page.pace.onTurn = draw;
  return [drawing, between];
}"""
_KEY_TIMES = """async ([keys]) => {
  const times = [];
  for (let i = 0; i < keys; i++) {
    const before = page.changes;
    const began = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: i % 2 ? "#" : "1", bubbles: true }));
    while (page.changes === before && performance.now() - began < 2000) await new Promise(requestAnimationFrame);
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  return times;
}"""
_ON_UNIX = """
import json, os, sys, time
sys.path.insert(0, os.getcwd())
from host_sim.panel.bridge import answer
text = sys.stdin.read()
began = time.ticks_us()
ended = 0
for i in range({times}):
    request = {{"id": i, "do": "scenario", "text": text, "until_end": True}}
    ended += json.loads(answer(json.dumps(request)))["frame"]["now_ms"]
took = time.ticks_diff(time.ticks_us(), began) / 1000
print(ended / took, took / 1000 / {times})
"""


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _shown(name: str, values: list[float]) -> str:
    return "{:<44} median {:6.1f} ms, p95 {:6.1f} ms".format(name, _percentile(values, 50), _percentile(values, 95))


def _many_sales() -> str:
    lines = ["# {} sales".format(_SALES), "set columns.0.capacity 60", "set columns.0.stock 60"]
    for sale in range(_SALES):
        at = sale * _PERIOD_S
        lines += ["{} insert 100".format(at + 0.5), "{} insert 50".format(at + 2.5), "{} press 11".format(at + 5)]
        lines.append("{} take item".format(at + 14))
    return "\n".join([*lines, "{} end".format(_SALES * _PERIOD_S)])


def _open(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_test_id("display-text")).to_contain_text("Insert money or", timeout=30000)


def _speed(page: Page, url: str) -> None:
    _open(page, url)
    page.get_by_test_id("run").click()
    rate, sale_s = page.evaluate(_PLAY, [_SCENARIO, _REQUESTS])
    print("{:<44} {:6.0f} simulated seconds per second, a sale in {:.2f} s".format("in the page", rate, sale_s))
    interpreter = os.environ.get("MICROPYTHON") or str(ROOT / ".venv/bin/micropython")
    command = [interpreter, "-X", "heapsize=24m", "-c", _ON_UNIX.format(times=_REQUESTS)]
    done = subprocess.run(command, cwd=ROOT, input=_SCENARIO, capture_output=True, text=True, check=True)
    rate, sale_s = map(float, done.stdout.split())
    print("{:<44} {:6.0f} simulated seconds per second, a sale in {:.2f} s".format("on the unix port", rate, sale_s))


def _frames(page: Page, url: str) -> None:
    _open(page, url + "?way=both&speed=10")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(_many_sales())
        file.flush()
        page.get_by_role("tab", name="Machine").click()
        page.get_by_test_id("scenario-file").set_input_files(file.name)
        page.locator("label", has=page.get_by_test_id("speed-max")).click()
        page.wait_for_function("most => page.events.lanes.score.marks.length >= most", arg=_EVENTS, timeout=120000)
    page.locator("label", has=page.get_by_test_id("speed-10")).click()
    drawing, between = page.evaluate(_FRAME_TIMES, [_FRAMES])
    events = page.evaluate("page.events.lanes.score.marks.length")
    print(_shown("drawing a frame, {} events in the lanes".format(events), drawing))
    print(_shown("from one frame to the next", between))


def _keys(page: Page, url: str) -> None:
    _open(page, url)
    print(_shown("from a key to the changed display", page.evaluate(_KEY_TIMES, [_KEYS])))


def _loading(page: Page, url: str) -> None:
    responses = []
    page.context.on("response", lambda response: responses.append(response))
    began = time.monotonic()
    _open(page, url)
    took = time.monotonic() - began
    size = sum(response.request.sizes()["responseBodySize"] for response in responses)
    print("{:<44} {:.2f} s, {:.2f} MB".format("until the machine is ready, empty cache", took, size / 1e6))


def main() -> None:
    path = chromium.find()
    if not path:
        sys.exit(chromium.MISSING)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "tools.panel.site", folder], cwd=ROOT, check=True, capture_output=True)
        with Server(Path(folder)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path)
            print("Chromium {}, {} cores, load {:.1f}".format(browser.version, os.cpu_count(), os.getloadavg()[0]))
            for measure in (_loading, _speed, _frames, _keys):
                context = browser.new_context(viewport={"width": 1400, "height": 1000})
                measure(context.new_page(), server.url)
                context.close()
            browser.close()


if __name__ == "__main__":
    main()

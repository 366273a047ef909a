"""make site: writes the page as a folder that any web server can serve. `python -m tools.panel.site FOLDER`.

The page is what host_sim/panel/web/ has; its vendor/ is bundled with what it imports from npm packages (esbuild).
Nothing else is built: the browser loads the modules as they are.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import ROOT
from tools.panel import bundle
from tools.panel.catalogue import catalogue
from tools.panel.policy import POLICY
from tools.problem import Problem, run

PANEL = ROOT / "host_sim" / "panel"
_WEB = PANEL / "web"
_MODULES = PANEL / "node_modules"
_MICROPYTHON = _MODULES / "@micropython" / "micropython-webassembly-pyscript"
# The packages of which the page has a part; their licenses want to be named with it.
_PARTS = (
    "@micropython/micropython-webassembly-pyscript",
    "@wokwi/elements",
    "lit",
    "lit-element",
    "lit-html",
    "@lit/reactive-element",
)
_NOT_NEEDED = ("protocol.js",)  # types only
_HEAD = '<meta charset="utf-8" />'


def write(folder: Path) -> None:
    """Write the page into `folder`, which is emptied first if it has a page. Raises Problem."""
    folder = folder.resolve()  # esbuild runs in another folder
    if folder.exists() and any(folder.iterdir()) and not (folder / "catalogue.json").exists():
        raise Problem("{} is not empty, and has no page: choose another FOLDER".format(folder))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_WEB, folder, ignore=shutil.ignore_patterns("vendor", *_NOT_NEEDED))
    index = folder / "index.html"
    text = index.read_text()
    if _HEAD not in text:
        raise Problem("{} has no {}".format(_WEB / "index.html", _HEAD))
    policy = '<meta http-equiv="Content-Security-Policy" content="{}" />'.format(POLICY)
    index.write_text(text.replace(_HEAD, "{}\n    {}".format(_HEAD, policy)))
    vendor = sorted((_WEB / "vendor").glob("*.js"))
    _bundle(vendor, folder / "vendor")
    _bundle([_MICROPYTHON / "micropython.mjs"], folder / "vendor", "--out-extension:.js=.mjs")
    shutil.copy(_MICROPYTHON / "micropython.wasm", folder / "vendor")
    (folder / "vendor" / "licenses.txt").write_text(_licenses())
    bundle.write(folder / "machine.bundle")
    (folder / "catalogue.json").write_text(json.dumps(catalogue(), separators=(",", ":")))


def _licenses() -> str:
    texts = []
    for name in _PARTS:
        about = json.loads((_MODULES / name / "package.json").read_text())
        texts.append("{} {} ({})\n".format(name, about["version"], about["license"]))
        texts += [path.read_text() for path in sorted((_MODULES / name).glob("LICENSE*"))]
    return "\n".join(texts)


def _bundle(sources: list[Path], folder: Path, *options: str) -> None:
    """Write each of `sources`, a module, with all that it imports into `folder`. Raises Problem."""
    esbuild = _MODULES / ".bin" / "esbuild"
    command: list[str | Path] = [
        esbuild,
        *sources,
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]
    command += ["--external:module", "--external:fs", "--external:path", "--external:url", "--outdir=" + str(folder)]
    # esbuild needs Node.js, which may be that of the virtual environment.
    environment = dict(os.environ, PATH="{}{}{}".format(Path(sys.executable).parent, os.pathsep, os.environ["PATH"]))
    try:
        done = subprocess.run([*command, *options], cwd=PANEL, env=environment, capture_output=True, text=True)
    except OSError as error:
        raise Problem("{}: {}; make site installs it".format(esbuild, error))
    if done.returncode:
        raise Problem("esbuild failed: " + done.stderr.strip())


def main() -> int:
    folder = Path(sys.argv[1])
    write(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print("{}: {:.2f} MB".format(folder, size / 1e6))
    return 0


if __name__ == "__main__":
    run(main)

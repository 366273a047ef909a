"""package.json and manifest.py list all files of a board, and no others."""

import json
import shutil
from pathlib import Path

import pytest
from mpremote import mip

from tools.build import package, sources, staging

ROOT = Path(__file__).parents[2]


def device_files():
    """Returns the files of a board except machine.json, as staged."""
    found = [path for name in ("firmware", "hal") for path in (ROOT / name).rglob("[!_]*.py")]
    return sorted([*sources.AS_THEY_ARE, *(path.relative_to(ROOT).as_posix() for path in found)])


def test_package_json_is_not_stale():
    assert package.PACKAGE.read_text() == package.text(), "make package writes it again"
    urls = json.loads(package.text())["urls"]
    assert sorted(path for path, _ in urls) == device_files()
    assert all(path == source for path, source in urls)
    assert urls[0][0] == "boot.py" and urls[-1][0] == "main.py"


def test_make_package_writes_what_the_tree_has(tmp_path, monkeypatch, capsys):
    for path in device_files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    (tmp_path / "hal/new.py").write_text("")
    (tmp_path / "machine.json").write_text("{}")
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(package, "PACKAGE", tmp_path / "package.json")
    assert package.main() == 0
    written = json.loads((tmp_path / "package.json").read_text())
    assert sorted(path for path, _ in written["urls"]) == sorted([*device_files(), "hal/new.py"])
    assert capsys.readouterr().out == "package.json: {} files\n".format(len(device_files()) + 1)


class Folder:
    """A board's file system, with the functions that mip uses through mpremote."""

    def __init__(self, folder):
        self._folder = folder

    def _path(self, path):
        return self._folder / path.lstrip("/")

    def fs_exists(self, path):
        return self._path(path).exists()

    def fs_mkdir(self, path):
        self._path(path).mkdir()

    def fs_writefile(self, path, data, progress_callback):
        self._path(path).write_bytes(data)


@pytest.mark.parametrize("source", [str(ROOT / "package.json"), "github:owner/project"])
def test_mip_installs_each_file_and_leaves_machine_json_alone(source, tmp_path, monkeypatch):
    asked = []

    def urlopen(url):
        asked.append(url)
        return (ROOT / url.removeprefix("https://raw.githubusercontent.com/owner/project/v1/")).open("rb")

    monkeypatch.setattr(mip.urllib.request, "urlopen", urlopen)
    (tmp_path / "machine.json").write_text("its own")
    mip._install_package(Folder(tmp_path), source, "https://index", "/", "v1", True)
    assert bool(asked) == source.startswith("github:")
    installed = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in staging.files(tmp_path)}
    assert installed.pop("machine.json") == b"its own"
    listed = [path for path, _ in json.loads(package.PACKAGE.read_text())["urls"]]
    assert installed == {path: (ROOT / path).read_bytes() for path in listed}


def test_manifest_freezes_each_file():
    frozen, included = [], []

    def add_package(name):
        frozen.extend(path.relative_to(ROOT).as_posix() for path in (ROOT / name).rglob("[!_]*.py"))

    def add_module(name):
        assert (ROOT / name).is_file()
        frozen.append(name)

    exec((ROOT / "manifest.py").read_text(), {"include": included.append, "package": add_package, "module": add_module})
    assert sorted(frozen) == device_files()
    assert included == ["$(PORT_DIR)/boards/manifest.py"]  # otherwise _boot.py, which mounts vfs, would be missing

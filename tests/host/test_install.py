"""The packages after `make` has installed a lock, on a new and on an outdated computer: the real pip, small wheels."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Shelf:
    """A folder of wheels instead of an index, and lock files for them."""

    def __init__(self, folder):
        self.folder = folder
        self.wheels = folder / "wheels"
        self.locks = folder / "locks"
        self.wheels.mkdir()
        self.locks.mkdir()
        self.venv = folder / "venv"

    def wheel(self, name, version, needs=()):
        """Make a wheel; returns its line for a lock file."""
        about = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
        files = {
            f"{name}.py": f"version = {version!r}\n",
            f"{about}/METADATA": metadata,
            f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = ""
        for path, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text)}\n"
        files[f"{about}/RECORD"] = record + f"{about}/RECORD,,\n"
        path = self.wheels / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for inside, text in files.items():
                wheel.writestr(inside, text)
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"

    def lock(self, lock, *lines):
        (self.locks / (lock + ".txt")).write_text("".join(lines))

    def install(self, lock):
        """Install the lock file as make does. Returns the error message, or ""."""
        path = self.locks / (lock + ".txt")
        command = [sys.executable, str(ROOT / "requirements" / "install.py"), str(self.venv), str(path)]
        env = dict(os.environ, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(self.wheels), PIP_CONFIG_FILE=os.devnull)
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        if done.returncode:
            return done.stdout + done.stderr
        (self.venv / (lock + ".stamp")).touch()
        return ""

    def installed(self):
        command = [str(self.venv / "bin" / "python"), "-m", "pip", "list", "--format=freeze"]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return {line for line in lines if not line.startswith(("pip==", "setuptools==", "wheel=="))}


@pytest.fixture(scope="module")
def new_venv(tmp_path_factory):
    """A virtual environment as install.py makes it: that takes seconds."""
    shelf = Shelf(tmp_path_factory.mktemp("new"))
    shelf.lock("nothing")
    assert shelf.install("nothing") == ""
    return shelf.venv


@pytest.fixture
def shelf(tmp_path, new_venv):
    shelf = Shelf(tmp_path)
    shutil.copytree(new_venv, shelf.venv, symlinks=True)
    return shelf


def test_a_complete_lock_is_installed_although_a_newer_version_exists(shelf):
    shelf.wheel("nut", "2")
    shelf.lock("run", shelf.wheel("bolt", "1", ["nut[metric]>=1"]), shelf.wheel("nut", "1"))
    assert shelf.install("run") == ""
    assert shelf.installed() == {"bolt==1", "nut==1"}


def test_changed_locks_take_away_what_they_no_longer_name(shelf):
    old, new = shelf.wheel("bolt", "1"), shelf.wheel("bolt", "2")
    washer, saw = shelf.wheel("washer", "1", ["bolt<2"]), shelf.wheel("saw", "1")
    shelf.lock("run", old, washer)
    shelf.lock("test", old, washer, saw)
    assert shelf.install("run") == shelf.install("test") == ""
    later = (shelf.venv / "test.stamp").stat().st_mtime + 1
    for lock, lines in (("run", [new]), ("test", [new, saw])):  # like git pull
        shelf.lock(lock, *lines)
        os.utime(shelf.locks / (lock + ".txt"), (later, later))
    assert shelf.install("run") == shelf.install("test") == ""
    assert shelf.installed() == {"bolt==2", "saw==1"}


def test_installing_one_lock_leaves_alone_what_another_has_installed(shelf):
    shelf.lock("run", shelf.wheel("bolt", "1"))
    shelf.lock("bench", shelf.wheel("saw", "1"))
    assert shelf.install("run") == shelf.install("bench") == shelf.install("run") == ""
    assert shelf.installed() == {"bolt==1", "saw==1"}


def test_a_lock_that_forgets_something_is_refused_by_name(shelf):
    shelf.lock("run", shelf.wheel("bolt", "1", ["nut"]))
    assert "nut" in shelf.install("run")


def test_a_file_that_is_not_the_one_of_the_lock_is_refused(shelf):
    line = shelf.wheel("bolt", "1")
    shelf.lock("run", line[: line.index("sha256:")], "sha256:", "0" * 64)
    assert "hash" in shelf.install("run").lower()

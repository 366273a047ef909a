"""Makes the virtual environment match the lock files: `install.py VENV LOCK`. LOCK is one of requirements/*.txt.

Every lock lists all packages with their dependencies, each with its version and hashes, so pip's resolver is not used:
the versions of pip since 22.3 differ in what they resolve again although a lock pins it. Needs only Python and its own
pip.
"""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

_OLDEST = (3, 11)
_OF_THE_VENV = ("pip", "setuptools", "wheel")  # installed by python -m venv


def main(venv: Path, lock: Path) -> None:
    """Install what `lock` lists, and remove the packages that neither it nor another installed lock lists any more.
    Then check that all dependencies are satisfied. Exits with a message if pip fails."""
    if sys.version_info < _OLDEST:
        sys.exit("Python 3.11 or newer is needed, this is " + sys.version)
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    text = lock.read_text()
    build = lock.with_name("build.txt")
    if "esptool==" in text and not _is_current(venv, build):
        _install(venv, build)
        _stamp(venv, build).touch()
    _install(venv, lock)
    wanted = _names(text)
    for other in lock.parent.glob("*.txt"):
        if other != lock and _is_current(venv, other):
            wanted |= _names(other.read_text())
    stale = sorted(_installed(venv) - wanted - set(_OF_THE_VENV))
    if stale:
        _pip(venv, "uninstall", "--quiet", "--yes", *stale)
    _pip(venv, "check", stdout=subprocess.PIPE, text=True)


def _install(venv: Path, lock: Path) -> None:
    # Source packages are built with the tools that build.txt has installed, not with the newest ones (no isolation).
    # Python compiles a module when it is first imported: most never are, and to compile them takes a third of the time.
    options = ("--quiet", "--require-hashes", "--no-deps", "--no-build-isolation", "--no-compile")
    _pip(venv, "install", *options, "-r", str(lock))


def _pip(venv: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, **options)
    if done.returncode:
        sys.exit("{}pip {} failed: see above".format(done.stdout or "", arguments[0]))
    return done


def _stamp(venv: Path, lock: Path) -> Path:
    return venv / (lock.stem + ".stamp")


def _is_current(venv: Path, lock: Path) -> bool:
    """Is this lock installed in its present state? The stamp is then not older than the lock."""
    stamp = _stamp(venv, lock)
    return stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime


def _installed(venv: Path) -> set[str]:
    """The names of the packages in `venv`, normalised. (pip list takes a second for that.)"""
    folders = [str(folder) for folder in venv.glob("lib/python*/site-packages")]
    return {_normalised(package.name) for package in importlib.metadata.distributions(path=folders)}


def _names(text: str) -> set[str]:
    """The names of the packages in `text`, lines "name==version ...", normalised."""
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", text, re.MULTILINE)
    return {_normalised(name) for name in found}


def _normalised(name: str) -> str:
    """As in PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

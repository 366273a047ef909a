# ruff: noqa: F821  (the build of MicroPython defines these names)
# For a MicroPython with this firmware frozen in; machine.json stays a file. See docs/flashing.md.
# A frozen boot.py and main.py run even where files of these names lie on the board.
include("$(PORT_DIR)/boards/manifest.py")
package("firmware")
package("hal")
module("boot.py")
module("main.py")

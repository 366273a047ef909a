"""The simulated `esp32` module: the chip's flash partitions."""

from host_sim import machine


class Partition:
    TYPE_APP = 0
    TYPE_DATA = 1

    @staticmethod
    def find(type=TYPE_APP, subtype=255, label=None):
        """The partition named journal, if the chip was flashed with one."""
        flash = machine.chip.flash
        return [flash] if flash and type == Partition.TYPE_DATA and label == "journal" else []

"""The end of a wire that leads nowhere, for a device that the machine does not have."""


class Loose:
    """What is driven onto it nobody hears; who reads it reads 1."""

    wire = {"active": 0, "safe": 0}  # so that an inhibit line that is not there refuses nothing

    def __init__(self):
        self.watchers = []

    def drive(self, level):
        pass

    def level(self):
        return 1

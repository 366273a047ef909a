"""Draws the curves of docs/performance.md."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "performance"  # makes the file the same for the same figures

import matplotlib.pyplot as plt

from benchmarks.performance.goals import Found

_CURVES = (
    ("kinds", "kinds of events", "ns an event"),
    ("subscribers", "subscribers of an event", "ns an event"),
    ("columns_us", "columns", "us from key to motor"),
    ("columns_bytes", "columns", "bytes of objects"),
    ("journal", "kB of journal", "ms to recover"),
)


def draw(found: Found, path: Path) -> None:
    figure, axes = plt.subplots(2, 3, figsize=(11, 6), constrained_layout=True)
    panels = list(axes.flat)
    for panel, (key, size, cost) in zip(panels, _CURVES, strict=False):
        curve = found["growth"][key]
        panel.plot([x for x, _ in curve], [y for _, y in curve], marker="o")
        panel.set_xlabel(size)
        panel.set_ylabel(cost)
        panel.set_ylim(bottom=0)
    rows = found["days"]["rows"]
    panels[-1].plot([row["live"] / 1000 for row in rows], label="live")
    panels[-1].plot([row["largest"] / 1000 for row in rows], label="largest free block")
    panels[-1].set_xlabel("days of 500 sales")
    panels[-1].set_ylabel("kB of the heap")
    panels[-1].set_ylim(bottom=0)
    panels[-1].legend()
    for panel in panels:
        panel.grid(alpha=0.3)
    figure.savefig(path, metadata={"Date": None})

"""The lane that an event comes from on the page is that of the code that posts it."""

import sys
from pathlib import Path

import pytest

from firmware.event_loop import ring
from firmware.event_loop.loop import Loop
from firmware.event_text import describe
from host_sim import run
from host_sim.chip.flash import Flash
from host_sim.panel import lanes

ROOT = str(Path(__file__).parents[2])
# Together they have nearly every event that has several emitters, with each of its emitters.
SCENARIOS = (
    "reference",
    "cancel",
    "sold_out",
    "not_available",
    "no_answer",
    "exact_money",
    "motor_stuck",
    "hopper_empty",
    "jam_refund",
    "door_opened",
    "beam_blocked",
    "lie_pulses_for_ever",
    "lie_exit_dead",
    "lie_home_switch_dead",
)
PARTS = {"payout": "payment", "coin_intake": "payment", "taught": "payment"}  # of a context, in files of their own


class Posts:
    """Notes who posts each event. `wrong`: events that `lanes` says come from another lane."""

    def __init__(self, monkeypatch):
        self.seen = set()
        self.wrong = set()
        poster, subscribe = ring.poster, Loop.on

        def noting_poster(words):
            post = poster(words)

            def noting_post(event):
                self._note(event, _module(sys._getframe(1)))
                return post(event)

            return noting_post

        def noting_on(loop, event, handler):
            def answer(payload):
                answer = handler(payload)
                if answer:
                    self._note(answer, type(handler.__self__).__module__)
                return answer

            subscribe(loop, event, answer)

        monkeypatch.setattr(ring, "poster", noting_poster)
        monkeypatch.setattr(Loop, "on", noting_on)

    def _note(self, event, module):
        package, _, name = module.rpartition(".")
        if package == "firmware.contexts":
            lane = PARTS.get(name, name)
        elif module == "firmware.vending_machine":
            lane = lanes.ROOT
        else:
            assert module.startswith(("hal.", "host_sim.")), module
            lane = "board"
        self.seen.add(lane)
        if lanes.emitter(event) != lane:
            self.wrong.add("{}: {}, not {}".format(describe(event), lane, lanes.emitter(event)))


def _module(frame):
    """The module of the code that posts; of what a timer or the process manager has called, if that has answered."""
    module = frame.f_globals["__name__"]
    if module == "firmware.event_loop.loop":
        return type(frame.f_locals["self"].handler.__self__).__module__
    if module == "firmware.coordination.orchestration":
        return type(frame.f_locals["command"].__self__).__module__
    return module


@pytest.mark.parametrize("join", ["choreography", "orchestration"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_event_comes_from_the_lane_that_posts_it(monkeypatch, name, join):
    posts = Posts(monkeypatch)
    session = run.play(ROOT, run.load(ROOT, name), join=join, flash=Flash(16))
    assert session.failures == []
    assert posts.wrong == set()
    assert {"board", "payment"} <= posts.seen

"""Tests the recorder with a simulated GPU, which runs instructions later than the host launches them."""

from __future__ import annotations

import contextlib
import io
import os
import random
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path
from typing import List, Optional
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import fake_torch  # noqa: E402
import perseus_recorder as perseus  # noqa: E402
import stand_ins  # noqa: E402

MICROSECOND = 1e-6
SECONDS = {"forward": 0.03, "backward": 0.0612345, "optimizer_step": 0.004}
ORDER = (("forward", 0), ("forward", 1), ("backward", 0), ("backward", 1), ("optimizer_step", 0))


def launch(gpu: fake_torch.Gpu, kind: str, microbatch: int) -> None:
    with perseus.instruction(kind, microbatch):
        gpu.stream.run(SECONDS[kind])


def launch_iteration(gpu: fake_torch.Gpu) -> None:
    for kind, microbatch in ORDER:
        launch(gpu, kind, microbatch)
    perseus.iteration_done()


def until(condition, what: str) -> None:
    """Waits at most 10 seconds until a condition is true."""
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("not " + what)
        time.sleep(0.001)


def epoch(seconds: float) -> float:
    return fake_torch.EPOCH / 1e9 + seconds


class EventsTest(unittest.TestCase):
    def setUp(self) -> None:
        for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "PERSEUS_SOCKET", "PERSEUS_RECORDER_SYNC"):
            os.environ.pop(name, None)
        self.errors = io.StringIO()
        redirected = contextlib.redirect_stderr(self.errors)
        redirected.__enter__()
        self.addCleanup(redirected.__exit__, None, None, None)
        self.addCleanup(perseus.detach)

    def recorded(self, messages: List[dict]) -> List[list]:
        return [message["i"] for message in messages if "i" in message]

    def test_training_never_waits_and_times_are_those_of_the_gpu(self) -> None:
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch_iteration(gpu)
            launch_iteration(gpu)
            self.assertEqual(gpu.now, 0, "the host has not waited")
            self.assertNotIn("MainThread", gpu.waits)
            self.assertEqual(agent.messages, [], "nothing is told before the GPU gets there")
            gpu.advance(1)
            perseus.detach()
            messages = agent.wait_for_all()
        got = self.recorded(messages)
        for iteration in (got[:len(ORDER)], got[len(ORDER):]):
            clock = iteration[0][2]
            for (kind, microbatch), (recorded, number, start, end) in zip(ORDER, iteration):
                self.assertEqual((recorded, number), (kind, microbatch))
                self.assertAlmostEqual(start, clock, delta=MICROSECOND)
                clock += SECONDS[kind]
                self.assertAlmostEqual(end, clock, delta=MICROSECOND)
        iterations = [message for message in messages if "iteration" in message]
        self.assertEqual([m["iteration"] for m in iterations], [1, 2])
        self.assertEqual(iterations[0]["time"], iterations[1]["start"])
        self.assertAlmostEqual(iterations[1]["time"], got[-1][3], delta=MICROSECOND)

    def test_wake_ups_of_the_thread_and_a_drifting_gpu_are_not_in_the_times(self) -> None:
        delays = random.Random(1)
        with mock.patch.object(perseus, "_POLL_SECONDS", 0.0005), stand_ins.Agent() as agent, \
                fake_torch.Torch(fake_torch.Gpu(ppm=40), perseus) as gpu:
            truth = []
            for _ in range(30):
                for kind, microbatch in ORDER:
                    begun, waits = max(gpu.stream.tail, gpu.now), len(gpu.waits)
                    launch(gpu, kind, microbatch)
                    truth.append((begun, gpu.stream.tail))
                    until(lambda: len(gpu.waits) > waits, "waiting")
                    # The reporter thread wakes up 20 us to 50 ms after the GPU has passed an event.
                    gpu.delays.append(delays.choice((20_000, 40_000, 3_000_000, 50_000_000)))
                    gpu.advance((gpu.stream.tail - gpu.now) / 1e9)
                    until(lambda: not gpu.delays, "woken")
                perseus.iteration_done()
            gpu.advance(1)
            perseus.detach()
            got = self.recorded(agent.wait_for_all())
        last = 0.0
        for (begun, ended), (_, _, start, end) in zip(truth, got):
            self.assertAlmostEqual(end - start, (ended - begun) / 1e9, delta=5 * MICROSECOND)
            self.assertGreaterEqual(start, last, "times never run backwards")
            self.assertAlmostEqual(start, epoch(begun / 1e9), delta=0.0003)
            last = end

    def test_times_do_not_run_backwards_when_a_better_offset_is_found(self) -> None:
        second = 1_000_000_000
        times = perseus._Times()
        times.correct(10 * second, 5_000_000)
        before = times.text(10 * second)
        times.correct(11 * second, 2_000_000)
        self.assertEqual("10.0050000", before)
        self.assertEqual(before, times.text(10 * second))
        self.assertEqual(before, times.text(10 * second + 1_000_000))
        self.assertEqual("10.0070000", times.text(10 * second + 5_000_000))
        self.assertEqual("10.9020000", times.text(10 * second + 900_000_000))

    def test_times_follow_a_clock_of_the_host_that_is_set_back(self) -> None:
        second = 1_000_000_000
        times = perseus._Times()
        times.correct(10 * second, 0)
        times.correct(11 * second, -3 * second)
        self.assertEqual("7.5000000", times.text(10 * second + second // 2))

    def test_a_clock_is_requested_when_the_gpu_begins_the_instruction(self) -> None:
        def answer(message: dict) -> Optional[dict]:
            steps = [[kind, 1410 if kind == "forward" else 1200] for kind, _ in ORDER[:4]]
            return {"schedule": steps, "from": 2, "record": False} if message.get("iteration") == 1 else None

        with stand_ins.Agent({"ok": True, "await": 1}, answer) as agent, \
                fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch_iteration(gpu)
            self.assertEqual(gpu.waits.count("MainThread"), 1, "the last iteration before a new schedule is awaited")
            begun = gpu.now
            launch_iteration(gpu)
            gpu.advance(SECONDS["forward"] * 1.99)
            second_end = begun + 2 * round(SECONDS["forward"] * 1e9)
            until(lambda: gpu.waits_until[-1] == second_end, "waiting")
            self.assertEqual(agent.messages[-1].get("iteration"), 1)
            gpu.advance(SECONDS["forward"] * 0.02)
            until(lambda: "next" in agent.messages[-1], "requested")
            self.assertEqual(agent.messages[-1]["next"], ["backward", 0])
            self.assertLess(gpu.now - begun, (2 * SECONDS["forward"] + SECONDS["backward"]) * 1e9)
            launch(gpu, "forward", 0)
            self.assertEqual(gpu.waits.count("MainThread"), 1)
            gpu.advance(1)
            until(lambda: agent.messages[-1]["next"] == ["forward", 0], "requested")
            self.assertLess(gpu.events, 16, "events are used again")

    def test_events_are_used_again(self) -> None:
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            for number in range(1, 20):
                launch_iteration(gpu)
                gpu.advance(1)
                until(lambda: agent.messages and agent.messages[-1].get("iteration") == number, "ended")
            self.assertLessEqual(gpu.events, 2 * len(ORDER) + 2)
            self.assertEqual(gpu.devices, [("perseus-recorder", 3)])

    def test_the_end_of_the_job_waits_for_the_gpu_but_not_for_ever(self) -> None:
        for stuck in (False, True):
            with self.subTest(stuck=stuck), stand_ins.Agent() as agent, \
                    fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
                launch_iteration(gpu)
                launch(gpu, "forward", 0)
                session = perseus._session
                assert session is not None
                if stuck:
                    session.close(0.05)
                    self.assertIn("the GPU has not ended", self.errors.getvalue())
                    gpu.advance(10)
                else:
                    ends = threading.Timer(0.05, gpu.advance, (10,))
                    ends.start()
                    session.close()
                    ends.join()
                    self.assertEqual(len(self.recorded(agent.wait_for_all())), 6)
                    self.assertEqual(self.errors.getvalue(), "")
                perseus.detach()

    def test_a_gpu_that_is_far_behind_costs_records_but_not_memory(self) -> None:
        with mock.patch.object(perseus, "_MAX_JOBS", 3), stand_ins.Agent() as agent, \
                fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch_iteration(gpu)
            launch_iteration(gpu)
            gpu.advance(1)
            perseus.detach()
            messages = agent.wait_for_all()
        got = len(self.recorded(messages))
        self.assertLess(got, 2 * len(ORDER))
        self.assertEqual(messages[-1]["dropped"], 2 * len(ORDER) - got)

    def test_a_session_that_waits_for_a_schedule_can_end(self) -> None:
        with mock.patch.object(perseus, "_LOOK_SECONDS", 0.01), \
                stand_ins.Agent({"ok": True, "await": 1, "wait_seconds": 60}) as agent:
            perseus.connect()
            session = perseus._session
            assert session is not None and session._thread is not None
            training = threading.Thread(target=perseus.iteration_done)
            training.start()
            until(lambda: agent.messages, "ended")
            perseus.detach()
            training.join(10)
            self.assertFalse(training.is_alive() or session._thread.is_alive())
        self.assertEqual(self.errors.getvalue(), "")

    def test_training_goes_on_when_the_agent_is_killed_while_it_is_awaited(self) -> None:
        with stand_ins.Agent({"ok": True, "await": 1, "wait_seconds": 60}) as agent, \
                fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            agent.on_message = lambda message: agent.end() if "iteration" in message else None
            launch_iteration(gpu)
            launch_iteration(gpu)
            self.assertFalse(perseus.recording())
        self.assertEqual(self.errors.getvalue().count("training goes on"), 1)

    def test_instructions_that_overlap_on_the_gpu_are_not_recorded(self) -> None:
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch(gpu, "forward", 1)
            first, gpu.stream = gpu.stream, fake_torch.Stream(gpu)
            launch(gpu, "backward", 0)
            gpu.stream = first
            gpu.advance(1)
            perseus.detach()
            self.assertEqual(self.recorded(agent.wait_for_all()), [])
        self.assertIn("backward of microbatch 0 overlaps the forward of microbatch 1", self.errors.getvalue())

    def test_nothing_is_recorded_while_a_graph_is_captured(self) -> None:
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            gpu.capturing = True
            launch(gpu, "forward", 0)
            gpu.capturing = False
            launch(gpu, "forward", 1)
            gpu.advance(1)
            perseus.detach()
            self.assertEqual([i[:2] for i in self.recorded(agent.wait_for_all())], [["forward", 1]])
        self.assertEqual(self.errors.getvalue(), "")

    def test_a_variable_brings_the_blocking_way_back(self) -> None:
        os.environ["PERSEUS_RECORDER_SYNC"] = "1"
        self.addCleanup(os.environ.pop, "PERSEUS_RECORDER_SYNC", None)
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch_iteration(gpu)
            self.assertEqual(gpu.events, 0)
            self.assertEqual(gpu.now, gpu.stream.tail)
            self.assertEqual(set(gpu.waits), {"MainThread"})
            self.assertIn("PERSEUS_RECORDER_SYNC is set", self.errors.getvalue())
            perseus.detach()
            got = self.recorded(agent.wait_for_all())
        for (kind, _), (_, _, start, end) in zip(ORDER, got):
            self.assertAlmostEqual(end - start, SECONDS[kind], delta=MICROSECOND)

    def test_a_simulated_gpu_works_in_the_blocking_way(self) -> None:
        def answer(message: dict) -> Optional[dict]:
            return {"until": message["stretch"][3]} if "stretch" in message else None

        with stand_ins.Agent({"ok": True, "stretch": True}, answer) as agent, \
                fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch_iteration(gpu)
            self.assertEqual((gpu.events, gpu.now), (0, gpu.stream.tail))
            perseus.detach()
            self.assertEqual(len(self.recorded(agent.wait_for_all())), len(ORDER))

    def test_another_gpu_than_the_one_of_the_hello_is_said(self) -> None:
        with stand_ins.Agent() as agent, fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            self.assertTrue(perseus.connect())
            gpu.device = 1
            launch_iteration(gpu)
            self.assertFalse(perseus.recording())
            self.assertEqual(agent.instructions(), [])
        self.assertEqual(self.errors.getvalue().count("torch.cuda.set_device"), 1)

    def test_a_failing_gpu_ends_the_recording_only(self) -> None:
        with stand_ins.Agent(), fake_torch.Torch(fake_torch.Gpu(), perseus) as gpu:
            launch(gpu, "forward", 0)
            gpu.gpu_ns = lambda at: 1 / 0  # type: ignore[method-assign,assignment,return-value]
            gpu.advance(1)
            launch(gpu, "forward", 1)
            gpu.advance(1)
            until(lambda: not perseus.recording(), "ended")
            launch_iteration(gpu)
        self.assertEqual(self.errors.getvalue().count("training goes on"), 1)

    def test_the_last_records_are_sent_when_a_process_ends(self) -> None:
        here = str(Path(__file__).resolve().parent)
        job = (
            "import sys; sys.path[:0] = [%r, %r]\n"
            "import perseus_recorder as perseus, multiprocessing\n"
            "def train():\n"
            "    with perseus.instruction('forward'): pass\n"
            "    perseus.iteration_done()\n" % (here, str(Path(here).parent))
        )
        for end in ("train()", "p = multiprocessing.get_context('fork').Process(target=train); p.start(); p.join()"):
            with self.subTest(end=end), stand_ins.Agent() as agent:
                subprocess.run([sys.executable, "-c", job + end], check=True, timeout=30)
                self.assertEqual([list(m)[0] for m in agent.wait_for_all()], ["i", "iteration"])


if __name__ == "__main__":
    unittest.main()

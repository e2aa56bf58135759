"""Tests the recorder with a fake agent and fake training frameworks. The tests need no other package."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import types
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import perseus_recorder as perseus  # noqa: E402
import stand_ins  # noqa: E402


class RecorderTest(unittest.TestCase):
    def setUp(self) -> None:
        for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "PERSEUS_SOCKET"):
            os.environ.pop(name, None)
        self.errors = io.StringIO()
        redirected = contextlib.redirect_stderr(self.errors)
        redirected.__enter__()
        self.addCleanup(redirected.__exit__, None, None, None)
        self.addCleanup(perseus.detach)

    def test_without_an_agent_nothing_is_wrapped_or_said(self) -> None:
        stage = stand_ins.PipelineStage(0, 1, 0, 1)
        self.assertFalse(perseus.attach(stand_ins.Schedule1F1B(stage, 2)))
        with stand_ins.Megatron() as megatron:
            before = megatron.schedules.forward_step
            self.assertFalse(perseus.attach_megatron())
            self.assertIs(megatron.schedules.forward_step, before)
        self.assertFalse(perseus.attach_deepspeed(stand_ins.PipelineEngine()))
        with perseus.instruction("forward", 0):
            pass
        perseus.iteration_done()
        self.assertNotIn("forward_one_chunk", vars(stage))
        self.assertEqual(self.errors.getvalue(), "")

    def test_hello_has_the_coordinates_of_the_rank(self) -> None:
        os.environ.update(RANK="5", WORLD_SIZE="8", LOCAL_RANK="1", LOCAL_WORLD_SIZE="4")
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.connect(dp=2, num_microbatches=6, model="m"))
            perseus.detach()
            agent.wait_for_all()
        self.assertEqual(
            {key: agent.hello[key] for key in ("v", "rank", "world_size", "pp", "dp", "tp")},
            {"v": 1, "rank": 5, "world_size": 8, "pp": 4, "dp": 2, "tp": 1},
        )
        self.assertEqual((agent.hello["dp_rank"], agent.hello["pp_rank"], agent.hello["tp_rank"]), (1, 1, 0))
        self.assertEqual((agent.hello["local_rank"], agent.hello["local_world_size"]), (1, 4))
        self.assertEqual((agent.hello["num_microbatches"], agent.hello["model"]), (6, "m"))

    def test_plain_instructions_are_recorded_in_epoch_seconds(self) -> None:
        with stand_ins.Agent() as agent:
            before = time.time()
            with perseus.instruction("forward", microbatch=3, chunk=1):
                time.sleep(0.01)
            perseus.iteration_done()
            perseus.detach()
            messages = agent.wait_for_all()
        kind, microbatch, start, end = messages[0]["i"]
        self.assertEqual((kind, microbatch, messages[0]["chunk"]), ("forward", 3, 1))
        self.assertLessEqual(before - 0.001, start)
        self.assertGreaterEqual(end - start, 0.0099)
        self.assertEqual(messages[1]["iteration"], 1)
        self.assertGreaterEqual(messages[1]["time"], end)

    def test_an_instruction_that_fails_is_not_recorded_and_its_exception_passes(self) -> None:
        with stand_ins.Agent() as agent:
            with self.assertRaisesRegex(ValueError, "own"):
                with perseus.instruction("forward"):
                    raise ValueError("own")
            perseus.detach()
            self.assertEqual(agent.instructions(), [])

    def test_torch_schedule_is_recorded_and_detached_without_a_trace(self) -> None:
        stage = stand_ins.PipelineStage(0, 1, 0, 1)
        schedule = stand_ins.Schedule1F1B(stage, 2)
        before, of_schedule = dict(vars(stage)), dict(vars(schedule))
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(schedule))
            self.assertTrue(perseus.attach(schedule))
            schedule.step()
            schedule.eval()
            perseus.iteration_done()
            perseus.detach()
            self.assertEqual(
                agent.instructions(),
                [("forward", 0, 0), ("backward", 0, 0), ("forward", 1, 0), ("backward", 1, 0),
                 ("evaluation", 0, 0), ("evaluation", 1, 0)],
            )
        self.assertEqual(vars(stage), before)
        self.assertEqual(vars(schedule), of_schedule)
        self.assertEqual(stage.calls, [("F", 0), ("B", 0), ("F", 1), ("B", 1), ("F", 0), ("F", 1)])
        self.assertEqual(agent.hello["framework"], "torch")
        self.assertEqual(agent.hello["num_microbatches"], 2)

    def test_torch_schedule_with_several_stages_and_divided_backwards(self) -> None:
        os.environ.update(RANK="1", WORLD_SIZE="2")
        stages = [stand_ins.PipelineStage(index, 4, 1, 2) for index in (3, 1)]
        schedule = stand_ins.ScheduleInterleavedZeroBubble(stages, 1)
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(schedule))
            schedule.step()
            perseus.detach()
            recorded = agent.instructions()
        self.assertEqual(agent.hello["stages"], [1, 3])
        self.assertEqual((agent.hello["pp"], agent.hello["pp_rank"]), (2, 1))
        self.assertEqual(recorded[:2], [("forward", 0, 1), ("forward", 0, 0)])
        self.assertEqual(
            recorded[2:],
            [("backward_input", 0, 0), ("weight_backward", 0, 0), ("backward_input", 0, 1), ("weight_backward", 0, 1)],
        )

    def test_a_schedule_for_evaluation_may_share_the_stages(self) -> None:
        stage = stand_ins.PipelineStage(0, 1, 0, 1)
        training, evaluating = stand_ins.Schedule1F1B(stage, 1), stand_ins.Schedule1F1B(stage, 2)
        evaluating._has_backward = False
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(training))
            self.assertTrue(perseus.attach(evaluating))
            training.step()
            evaluating.step()
            training.step()
            perseus.detach()
            kinds = [kind for kind, _, _ in agent.instructions()]
        self.assertEqual(kinds, ["forward", "backward", "evaluation", "evaluation", "forward", "backward"])

    def test_a_second_pipeline_in_one_process_is_said_and_not_recorded(self) -> None:
        schedules = [stand_ins.Schedule1F1B(stand_ins.PipelineStage(0, 1, 0, 1), 1) for _ in range(2)]
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(schedules[0]))
            self.assertFalse(perseus.attach(schedules[1]))
            for schedule in schedules:
                schedule.step()
            perseus.detach()
            self.assertEqual(len(agent.instructions()), 2)
        self.assertEqual(self.errors.getvalue().count("further schedule"), 1)

    def test_whatever_fails_in_attach_does_not_reach_the_training(self) -> None:
        stage = stand_ins.PipelineStage(0, 1, 0, 1)
        del stage.group_size
        schedule = stand_ins.Schedule1F1B(stage, 1)
        with stand_ins.Agent():
            self.assertFalse(perseus.attach(schedule))
            schedule.step()
        self.assertEqual(self.errors.getvalue().count("group_size"), 1)
        self.assertNotIn("forward_one_chunk", vars(stage))

    def test_the_rank_is_that_of_torch_distributed(self) -> None:
        distributed = types.SimpleNamespace(
            is_initialized=lambda: True, get_rank=lambda: 3, get_world_size=lambda: 4
        )
        with stand_ins.Agent() as agent, mock.patch.dict(sys.modules, {"torch.distributed": distributed}):
            self.assertTrue(perseus.connect())
            perseus.detach()
            agent.wait_for_all()
        self.assertEqual((agent.hello["rank"], agent.hello["world_size"], agent.hello["pp"]), (3, 4, 4))

    def test_overlapped_computations_of_torch_run_in_turn(self) -> None:
        os.environ.update(RANK="0", WORLD_SIZE="2")
        stages = [stand_ins.PipelineStage(index, 4, 0, 2) for index in (0, 3)]
        schedule = stand_ins.ScheduleDualPipeV(stages, 1)
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(schedule))
            schedule.step()
            perseus.detach()
            recorded = agent.instructions()
        self.assertEqual(agent.hello["stages"], [0, 3])
        self.assertEqual(
            recorded,
            [("forward", 0, 0), ("forward", 0, 1), ("forward", 1, 0), ("backward", 0, 1), ("backward", 0, 0)],
        )

    def test_overlapping_by_a_function_of_the_job_is_said_and_not_recorded(self) -> None:
        schedule = stand_ins.ScheduleDualPipeV([stand_ins.PipelineStage(index, 4, 0, 2) for index in (0, 3)], 1)
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach(schedule, dp=1))
            schedule.register_custom_function(stand_ins.ComputationType.OVERLAP_F_B, lambda *_: None)
            schedule.step()
            self.assertEqual(agent.instructions(), [])
        self.assertEqual(self.errors.getvalue().count("OVERLAP_F_B"), 1)

    def test_another_version_of_torch_is_said_once_and_nothing_is_recorded(self) -> None:
        class Other:
            _n_microbatches = 2
            _stage = object()

            def step(self) -> None:
                pass

        with stand_ins.Agent():
            self.assertFalse(perseus.attach(Other()))
        self.assertEqual(self.errors.getvalue().count("forward_one_chunk"), 1)

    def test_megatron_is_recorded_and_detached_without_a_trace(self) -> None:
        with stand_ins.Agent() as agent, stand_ins.Megatron(pp=2, pp_rank=1) as megatron:
            before = dict(vars(megatron.schedules))
            os.environ.update(RANK="1", WORLD_SIZE="2")
            # Megatron calls the model provider once for each chunk, and the model provider calls attach_megatron.
            self.assertTrue(perseus.attach_megatron())
            self.assertTrue(perseus.attach_megatron())
            for _ in range(2):
                megatron.training.train_step(2)
            perseus.detach()
            recorded = agent.instructions()
            self.assertEqual([m["iteration"] for m in agent.messages if "iteration" in m], [1, 2])
            self.assertEqual(vars(megatron.schedules), before)
            self.assertEqual(megatron.training.train_step, megatron.forward_backward)
        iteration = [("forward", 0, 0), ("forward", 1, 0), ("backward", 0, 0), ("backward", 1, 0)]
        self.assertEqual(recorded, 2 * iteration)
        self.assertEqual(megatron.calls, 2 * list("FFBB"))

    def test_megatron_counts_chunks_of_interleaved_schedules(self) -> None:
        with stand_ins.Agent() as agent, stand_ins.Megatron(pp=2, chunks=2) as megatron:
            self.assertTrue(perseus.attach_megatron())
            megatron.forward_backward(4, chunks=2)
            perseus.detach()
            recorded = agent.instructions()
        self.assertEqual(agent.hello["stages"], [0, 2])
        self.assertEqual([r[1:] for r in recorded[:8]], [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (3, 0), (2, 1), (3, 1)])
        self.assertEqual([r[1:] for r in recorded[8:12]], [(0, 1), (1, 1), (0, 0), (1, 0)])

    def test_a_call_after_the_train_step_of_megatron_ends_no_iteration(self) -> None:
        with stand_ins.Agent() as agent, stand_ins.Megatron(pp=1) as megatron:
            self.assertTrue(perseus.attach_megatron())
            for _ in range(2):
                megatron.training.train_step(1)
                perseus.iteration_done()
            megatron.forward_backward(1)
            perseus.iteration_done()
            perseus.detach()
            agent.wait_for_all()
        self.assertEqual([m["iteration"] for m in agent.messages if "iteration" in m], [1, 2, 3])

    def test_computations_that_megatron_runs_otherwise_are_noticed(self) -> None:
        with stand_ins.Agent(), stand_ins.Megatron(pp=1) as megatron:
            self.assertTrue(perseus.attach_megatron())
            megatron.forward_backward(4, combined=3)
            perseus.iteration_done()
            self.assertFalse(perseus.recording())
        self.assertEqual(self.errors.getvalue().count("overlap_moe_expert_parallel_comm"), 1)

    def test_context_parallel_ranks_of_megatron_count_as_data_parallel(self) -> None:
        with stand_ins.Agent() as agent, stand_ins.Megatron(pp=2, cp=2):
            os.environ.update(RANK="0", WORLD_SIZE="4")
            self.assertTrue(perseus.attach_megatron())
            perseus.detach()
            agent.wait_for_all()
        self.assertEqual((agent.hello["pp"], agent.hello["dp"]), (2, 2))

    def test_missing_names_of_megatron_are_said(self) -> None:
        with stand_ins.Agent(), stand_ins.Megatron(names=("forward_step",)):
            self.assertFalse(perseus.attach_megatron())
        self.assertEqual(self.errors.getvalue().count("backward_step"), 1)

    def test_deepspeed_is_recorded_through_its_instruction_map(self) -> None:
        engine, other = stand_ins.PipelineEngine(), stand_ins.PipelineEngine()
        of_class = dict(stand_ins.PipelineEngine._INSTRUCTION_MAP)
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.attach_deepspeed(engine))
            self.assertTrue(perseus.attach_deepspeed(engine))
            engine.train_batch()
            perseus.iteration_done()
            other.train_batch()
            perseus.detach()
            recorded = agent.instructions()
        self.assertEqual(
            recorded,
            [("load", 0, 0), ("forward", 0, 0), ("backward", 0, 0), ("load", 1, 0), ("forward", 1, 0),
             ("backward", 1, 0), ("optimizer_step", 0, 0)],
        )
        self.assertNotIn("_INSTRUCTION_MAP", vars(engine))
        self.assertEqual(stand_ins.PipelineEngine._INSTRUCTION_MAP, of_class)
        self.assertEqual("".join(engine.calls), "LFSBLFSBO")
        self.assertEqual((agent.hello["pp"], agent.hello["pp_rank"], agent.hello["microbatch_size"]), (2, 1, 3))

    def test_clocks_are_requested_where_they_change(self) -> None:
        def answer(message: dict):
            if message.get("iteration") == 1:
                return {"schedule": [["forward", 1410], ["forward", 1410], ["backward", 1200]], "from": 2}
            return None

        with stand_ins.Agent({"ok": True, "steer": True, "await": 1}, answer) as agent:
            for _ in range(3):
                for kind, microbatch in (("forward", 0), ("load", 1), ("forward", 1), ("backward", 0)):
                    with perseus.instruction(kind, microbatch):
                        pass
                perseus.iteration_done()
            perseus.detach()
            wishes = [tuple(m["next"]) for m in agent.wait_for_all() if "next" in m]
        self.assertEqual(wishes, [("backward", 0), ("forward", 0), ("backward", 0)])

    def test_an_evaluation_before_an_iteration_does_not_belong_to_it(self) -> None:
        with stand_ins.Agent() as agent:
            self.assertTrue(perseus.connect())
            with perseus.evaluation():
                with perseus.instruction("forward"):
                    time.sleep(0.02)
            with perseus.instruction("forward"):
                pass
            perseus.iteration_done()
            perseus.detach()
            evaluated, trained, iteration = agent.wait_for_all()
        self.assertEqual((evaluated["i"][0], trained["i"][:2]), ("evaluation", ["forward", 0]))
        self.assertEqual(iteration["start"], evaluated["i"][3])

    def test_instructions_without_a_microbatch_are_counted_in_each_iteration(self) -> None:
        with stand_ins.Agent() as agent:
            for _ in range(2):
                for kind, chunk in (("forward", 0), ("forward", 0), ("forward", 1), ("backward", 0)):
                    with perseus.instruction(kind, chunk=chunk):
                        pass
                perseus.iteration_done()
            perseus.detach()
            recorded = agent.instructions()
        self.assertEqual(recorded, 2 * [("forward", 0, 0), ("forward", 1, 0), ("forward", 0, 1), ("backward", 0, 0)])

    def test_an_iteration_with_other_instructions_ends_its_schedule(self) -> None:
        schedule = {"schedule": [["forward", 1410], ["backward", 1200]], "from": 2, "record": False}
        for extra, missing in ((["forward"], []), ([], ["backward"])):
            with self.subTest(extra=extra), stand_ins.Agent(
                {"ok": True, "await": 1}, lambda message: schedule if message.get("iteration") == 1 else None
            ) as agent:
                for number in range(4):
                    for kind in ["forward"] + (extra if number == 2 else []) + ["backward"]:
                        if number < 2 or kind not in missing:
                            with perseus.instruction(kind):
                                pass
                    perseus.iteration_done()
                self.assertTrue(perseus.recording())
                perseus.detach()
                told = [m["deviated"] for m in agent.wait_for_all() if "deviated" in m]
            self.assertEqual(len(told), 1)
            self.assertIn("iteration 3", told[0])

    def test_a_simulated_gpu_stretches_an_instruction(self) -> None:
        def answer(message: dict):
            return {"until": message["stretch"][2] + 0.05} if "stretch" in message else None

        with stand_ins.Agent({"ok": True, "stretch": True}, answer) as agent:
            start = time.time()
            with perseus.instruction("forward"):
                pass
            self.assertGreaterEqual(time.time() - start, 0.0499)
            perseus.detach()
            _, _, start, end = [m["i"] for m in agent.wait_for_all() if "i" in m][0]
        self.assertAlmostEqual(end - start, 0.05, places=4)

    def test_the_last_records_of_a_simulated_gpu_are_sent_when_the_process_ends(self) -> None:
        job = "import sys; sys.path.insert(0, %r)\nimport perseus_recorder as perseus\n" % str(Path(perseus.__file__).parent)
        job += "with perseus.instruction('forward'): pass"

        def answer(message: dict):
            return {"until": message["stretch"][3]} if "stretch" in message else None

        with stand_ins.Agent({"ok": True, "stretch": True}, answer) as agent:
            subprocess.run([sys.executable, "-c", job], check=True, timeout=30)
            self.assertEqual(agent.instructions(), [("forward", 0, 0)])

    def test_training_goes_on_when_the_agent_is_killed(self) -> None:
        with stand_ins.Agent() as agent:
            with perseus.instruction("forward"):
                pass
            agent.end()
            session = perseus._session
            assert session is not None and session._thread is not None
            for _ in range(3):
                for _ in range(300):
                    with perseus.instruction("forward"):
                        pass
                perseus.iteration_done()
            session._thread.join(10)
            with perseus.instruction("forward"):
                pass
            perseus.iteration_done()
            self.assertFalse(perseus.recording())
        self.assertEqual(self.errors.getvalue().count("training goes on: perseus-run has ended."), 1)

    def test_a_full_socket_drops_and_counts_records_but_blocks_nothing(self) -> None:
        with stand_ins.Agent() as agent:
            agent.reads = False
            self.assertTrue(perseus.connect())
            for _ in range(60_000):
                with perseus.instruction("forward"):
                    pass
            perseus.iteration_done()
            session = perseus._session
            assert session is not None
            self.assertTrue(perseus.recording())
            perseus.detach()
            self.assertGreater(session._dropped + session._link.dropped, 0)
            self.assertLess(len(session._link._pending), perseus._MAX_PENDING_BYTES + 10_000)

    def test_an_agent_that_refuses_is_said_once(self) -> None:
        with stand_ins.Agent({"ok": False, "error": "version 1 is too old"}):
            self.assertFalse(perseus.connect())
            with perseus.instruction("forward"):
                pass
        self.assertEqual(self.errors.getvalue().count("version 1 is too old"), 1)

    def test_a_socket_that_perseus_run_has_left_behind_is_said_once(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            left = socket.socket(socket.AF_UNIX)
            left.bind(os.path.join(folder, "s"))
            left.close()
            for path in (os.path.join(folder, "s"), os.path.join(folder, "none")):
                with self.subTest(path=path):
                    os.environ["PERSEUS_SOCKET"] = path
                    self.addCleanup(os.environ.pop, "PERSEUS_SOCKET", None)
                    for _ in range(3):
                        with perseus.instruction("forward"):
                            pass
                    perseus.iteration_done()
                    self.assertEqual(self.errors.getvalue().count("no perseus-run listens at " + path), 1)
                    perseus.detach()

    def test_a_path_that_is_too_long_for_a_socket_is_said(self) -> None:
        os.environ["PERSEUS_SOCKET"] = "/tmp/" + "x" * 120
        self.addCleanup(os.environ.pop, "PERSEUS_SOCKET", None)
        self.assertFalse(perseus.connect())
        self.assertIn("too long", self.errors.getvalue())

    def test_agents_of_other_versions_are_understood(self) -> None:
        later = {"ok": True, "steer": True, "later": [1], "await": 1, "wait_seconds": 5}
        told = [{"later": {"message": 1}}, {"schedule": [["forward", 1200], ["forward", 1200]], "from": 2, "later": 1}]

        def tell(message: dict):
            if message.get("iteration") == 1:
                agent.send(told[0])
                return told[1]
            return None

        for answer in ({"ok": True}, later):
            with self.subTest(answer=answer), stand_ins.Agent(answer, tell if "await" in answer else None) as agent:
                for _ in range(2):
                    for microbatch in range(2):
                        with perseus.instruction("forward", microbatch):
                            pass
                    perseus.iteration_done()
                perseus.detach()
                messages = agent.wait_for_all()
            self.assertEqual([m["iteration"] for m in messages if "iteration" in m], [1, 2])
            self.assertEqual([m["next"] for m in messages if "next" in m], [])

    def test_an_interrupted_instruction_is_not_recorded(self) -> None:
        with stand_ins.Agent() as agent:
            with self.assertRaises(KeyboardInterrupt):
                with perseus.instruction("forward"):
                    raise KeyboardInterrupt
            perseus.detach()
            self.assertEqual(agent.instructions(), [])

    def test_computations_inside_each_other_are_said_and_not_recorded_further(self) -> None:
        with stand_ins.Agent() as agent:
            with perseus.instruction("forward"):
                with perseus.instruction("recomputation"):
                    time.sleep(0.001)
            perseus.detach()
            self.assertEqual(agent.instructions(), [])
        self.assertEqual(self.errors.getvalue().count("forward of microbatch 0 overlaps the recomputation"), 1)

    def test_a_closed_standard_error_does_not_reach_the_training(self) -> None:
        os.environ["PERSEUS_SOCKET"] = "/tmp/none"
        self.addCleanup(os.environ.pop, "PERSEUS_SOCKET", None)
        closed = io.StringIO()
        closed.close()
        with contextlib.redirect_stderr(closed):
            self.assertFalse(perseus.connect())

    def test_a_forked_process_leaves_the_connection_alone(self) -> None:
        with stand_ins.Agent() as agent:
            with perseus.instruction("forward", 0):
                pass
            child = os.fork()
            if child == 0:
                with perseus.instruction("forward", 9):
                    pass
                perseus.iteration_done()
                os._exit(0 if not perseus.recording() else 1)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            with perseus.instruction("forward", 1):
                pass
            perseus.detach()
            self.assertEqual(agent.instructions(), [("forward", 0, 0), ("forward", 1, 0)])


if __name__ == "__main__":
    unittest.main()

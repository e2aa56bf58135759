"""Fake classes for tests: an agent, and the parts of training frameworks that the recorder wraps."""

from __future__ import annotations

import enum
import json
import os
import socket
import sys
import tempfile
import threading
import types
from types import MethodType, SimpleNamespace
from typing import Any, Callable, Dict, List, Optional


class Agent:
    """Fake agent, which answers the first message of a recorder and stores all later messages.

    While the agent is open, PERSEUS_SOCKET contains the path of its socket.
    """

    def __init__(self, answer: Optional[dict] = None, on_message: Optional[Callable[[dict], Optional[dict]]] = None):
        self.answer = answer or {"ok": True, "steer": True}
        self.on_message = on_message
        self.messages: List[dict] = []
        self.hello: Dict[str, Any] = {}
        self.reads = True
        self._directory = tempfile.TemporaryDirectory(prefix="p-", dir="/tmp")
        self.path = os.path.join(self._directory.name, "s")
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(self.path)
        self._server.listen()
        self._connection: Optional[socket.socket] = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Agent:
        os.environ["PERSEUS_SOCKET"] = self.path
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.environ.pop("PERSEUS_SOCKET", None)
        self.end()
        self._directory.cleanup()

    def end(self) -> None:
        """Closes the connection without a last message, like an agent that is killed."""
        self._server.close()
        if self._connection is not None:
            try:
                self._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._connection.close()

    def _serve(self) -> None:
        try:
            self._connection, _ = self._server.accept()
            lines = self._connection.makefile("rb")
            self.hello = json.loads(lines.readline())
            self.send(self.answer)
            while self.reads:
                line = lines.readline()
                if not line:
                    return
                message = json.loads(line)
                self.messages.append(message)
                reply = self.on_message(message) if self.on_message else None
                if reply is not None:
                    self.send(reply)
        except OSError:
            return

    def send(self, message: dict) -> None:
        assert self._connection is not None
        self._connection.sendall((json.dumps(message) + "\n").encode())

    def wait_for_all(self) -> List[dict]:
        """Waits until the recorder has closed the connection, and returns all its messages."""
        self._thread.join(10)
        return self.messages

    def instructions(self) -> List[tuple]:
        return [
            (m["i"][0], m["i"][1], m.get("chunk", 0)) for m in self.wait_for_all() if "i" in m
        ]


class PipelineStage:
    """Fake stage of torch.distributed.pipelining with the methods that a schedule calls."""

    def __init__(self, stage_index: int, num_stages: int, group_rank: int, group_size: int) -> None:
        self.stage_index = stage_index
        self.num_stages = num_stages
        self.group_rank = group_rank
        self.group_size = group_size
        self.calls: List[tuple] = []

    def forward_one_chunk(self, fwd_chunk_id: int, args: tuple, kwargs: Optional[dict] = None) -> str:
        self.calls.append(("F", fwd_chunk_id))
        return "output"

    def backward_one_chunk(
        self, bwd_chunk_id: int, loss: Any = None, full_backward: bool = True, last_backward: bool = False
    ) -> None:
        self.calls.append(("B" if full_backward else "I", bwd_chunk_id))

    def backward_weight_one_chunk(self, bwd_chunk_id: int, last_backward: bool = False) -> None:
        self.calls.append(("W", bwd_chunk_id))


class Schedule1F1B:
    """Fake schedule of torch.distributed.pipelining with one stage."""

    def __init__(self, stage: PipelineStage, n_microbatches: int) -> None:
        self._stage = stage
        self._n_microbatches = n_microbatches
        self._has_backward = True

    def step(self) -> None:
        for mb in range(self._n_microbatches):
            self._stage.forward_one_chunk(mb, (), {})
            if self._has_backward:
                self._stage.backward_one_chunk(mb, loss=None, last_backward=mb == self._n_microbatches - 1)

    def eval(self) -> None:
        self._has_backward = False
        try:
            self.step()
        finally:
            self._has_backward = True


class ScheduleInterleavedZeroBubble:
    """Fake schedule with several stages, which divides each backward into two halves (inputs and weights)."""

    def __init__(self, stages: List[PipelineStage], n_microbatches: int) -> None:
        self._stages = stages
        self._n_microbatches = n_microbatches
        self._has_backward = True

    def step(self) -> None:
        for stage in self._stages:
            for mb in range(self._n_microbatches):
                stage.forward_one_chunk(mb, ())
        for stage in reversed(self._stages):
            for mb in range(self._n_microbatches):
                stage.backward_one_chunk(mb, loss=None, full_backward=False, last_backward=False)
            for mb in range(self._n_microbatches):
                stage.backward_weight_one_chunk(mb, last_backward=mb == self._n_microbatches - 1)


class ComputationType(enum.Enum):
    FORWARD = "F"
    OVERLAP_F_B = "OVERLAP_F_B"


class ScheduleDualPipeV:
    """Fake schedule of torch that can run a forward of one stage and a backward of another stage as one action."""

    def __init__(self, stages: List[PipelineStage], n_microbatches: int) -> None:
        self._stages = stages
        self._n_microbatches = n_microbatches
        self._has_backward = True
        self._comp_type_to_function_map: Dict[Any, Callable[..., None]] = {}

    def register_custom_function(self, computation_type: Any, custom_function: Callable[..., None]) -> None:
        self._comp_type_to_function_map[computation_type] = custom_function

    def step(self) -> None:
        first, last = self._stages
        for mb in range(self._n_microbatches):
            first.forward_one_chunk(mb, (), {})
            last.forward_one_chunk(mb, (), {})
            self._overlapped(mb)
            first.backward_one_chunk(mb, loss=None, full_backward=True)

    def _overlapped(self, mb: int) -> None:
        forward, backward = self._stages
        for computation_type, function in self._comp_type_to_function_map.items():
            if computation_type == ComputationType.OVERLAP_F_B:
                function(forward, backward, mb + self._n_microbatches)
                return
        forward.forward_one_chunk(mb + self._n_microbatches, (), {})
        backward.backward_one_chunk(mb, loss=None, full_backward=True)


class Megatron:
    """Installs fake modules with the names of Megatron-Core, and removes them at the end."""

    def __init__(self, pp: int = 2, pp_rank: int = 0, chunks: int = 1, cp: int = 1,
                 names: tuple = ("forward_step", "backward_step")):
        self.calls: List[str] = []
        parallel_state = types.ModuleType("megatron.core.parallel_state")
        values = {
            "get_pipeline_model_parallel_world_size": pp,
            "get_virtual_pipeline_model_parallel_world_size": chunks if chunks > 1 else None,
            "get_pipeline_model_parallel_rank": pp_rank,
            "get_tensor_model_parallel_world_size": 1,
            "get_tensor_model_parallel_rank": 0,
        }
        for name, value in values.items():
            setattr(parallel_state, name, lambda value=value: value)
        parallel_state.get_data_parallel_world_size = (  # type: ignore[attr-defined]
            lambda with_context_parallel=False: cp if with_context_parallel else 1
        )
        parallel_state.get_data_parallel_rank = (  # type: ignore[attr-defined]
            lambda with_context_parallel=False: 0
        )
        schedules = types.ModuleType("megatron.core.pipeline_parallel.schedules")

        def forward_step(forward_step_func, data_iterator, model, num_microbatches, input_tensor, forward_data_store,
                         config, cp_group_size=1, current_microbatch=None):
            self.calls.append("F")
            return "output", 1

        def backward_step(input_tensor, output_tensor, output_tensor_grad, config):
            self.calls.append("B")
            return "gradient"

        for name, function in (("forward_step", forward_step), ("backward_step", backward_step)):
            if name in names:
                setattr(schedules, name, function)
        self.schedules = schedules
        core = types.ModuleType("megatron.core")
        pipeline_parallel = types.ModuleType("megatron.core.pipeline_parallel")
        megatron = types.ModuleType("megatron")
        megatron.core = core  # type: ignore[attr-defined]
        core.parallel_state = parallel_state  # type: ignore[attr-defined]
        core.pipeline_parallel = pipeline_parallel  # type: ignore[attr-defined]
        pipeline_parallel.schedules = schedules  # type: ignore[attr-defined]
        self.training = types.ModuleType("megatron.training.training")
        self.training.train_step = self.forward_backward  # type: ignore[attr-defined]
        self.modules = {
            m.__name__: m for m in (megatron, core, pipeline_parallel, parallel_state, schedules, self.training)
        }

    def __enter__(self) -> Megatron:
        sys.modules.update(self.modules)
        return self

    def __exit__(self, *_: object) -> None:
        for name in self.modules:
            sys.modules.pop(name, None)

    def forward_backward(self, microbatches: int, chunks: int = 1, combined: int = 0) -> None:
        """Runs one iteration: calls forward_step and backward_step through their module, like Megatron-Core.

        :param combined: number of forwards and of backwards that are not called. Newer versions of Megatron-Core run
            them in pairs by another function.
        """
        config = SimpleNamespace(microbatch_group_size_per_vp_stage=None)
        for mb in range(microbatches * chunks - combined):
            self.schedules.forward_step(None, None, None, microbatches, None, [], config, current_microbatch=mb)
        for _ in range(microbatches * chunks - combined):
            self.schedules.backward_step(None, None, None, config)


class ForwardPass:
    pass


class BackwardPass:
    pass


class LoadMicroBatch:
    pass


class OptimizerStep:
    pass


class SendActivation:
    pass


class PipelineEngine:
    """Fake engine, which finds the method of each instruction in _INSTRUCTION_MAP, like DeepSpeed's engine."""

    def __init__(self, microbatches: int = 2) -> None:
        self.micro_batches = microbatches
        self.micro_batch_size = 3
        self.calls: List[str] = []
        self.grid = SimpleNamespace(
            get_global_rank=lambda: 1,
            get_stage_id=lambda: 1,
            get_data_parallel_id=lambda: 0,
            pipe_parallel_size=2,
            data_parallel_size=1,
            slice_parallel_size=1,
        )

    def _exec_forward_pass(self, buffer_id: int) -> None:
        self.calls.append("F")

    def _exec_backward_pass(self, buffer_id: int) -> None:
        self.calls.append("B")

    def _exec_load_micro_batch(self, buffer_id: int) -> None:
        self.calls.append("L")

    def _exec_optimizer_step(self, lr_kwargs: Any = None) -> None:
        self.calls.append("O")

    def _exec_send_activations(self, buffer_id: int) -> None:
        self.calls.append("S")

    _INSTRUCTION_MAP = {
        OptimizerStep: _exec_optimizer_step,
        LoadMicroBatch: _exec_load_micro_batch,
        ForwardPass: _exec_forward_pass,
        BackwardPass: _exec_backward_pass,
        SendActivation: _exec_send_activations,
    }

    def train_batch(self) -> None:
        commands: List[tuple] = []
        for mb in range(self.micro_batches):
            commands += [(LoadMicroBatch, {"buffer_id": 0}), (ForwardPass, {"buffer_id": 0})]
            commands += [(SendActivation, {"buffer_id": 0}), (BackwardPass, {"buffer_id": 0})]
        commands.append((OptimizerStep, {}))
        for command, keywords in commands:
            self._exec_instr = MethodType(self._INSTRUCTION_MAP[command], self)
            self._exec_instr(**keywords)

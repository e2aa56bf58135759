"""Records and steers a pipeline-parallel training job that runs under ``perseus-run``.

    import perseus_recorder as perseus

    perseus.attach(schedule)             # torch.distributed.pipelining, any schedule
    perseus.attach_megatron()            # Megatron-Core
    perseus.attach_deepspeed(engine)     # DeepSpeed's PipelineEngine
    ...
    perseus.iteration_done()             # after each optimizer step

Any other framework marks its instructions itself, and its evaluations too::

    with perseus.instruction("forward"):
        ...
    with perseus.evaluation():
        ...

``perseus-run`` names a Unix socket in the environment variable ``PERSEUS_SOCKET``. Without this variable,
nothing is wrapped or recorded, and :func:`instruction` only tests for a null. No failure of the recorder
reaches the training: the first one prints a warning, and recording stops.

The recorder needs Python 3.9 and nothing else. It starts no thread. Writes to the socket never block; records
that do not fit into the socket's buffer are kept up to 1 MiB, then dropped and counted.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import socket
import sys
import time
from typing import Any, Callable, ContextManager, Iterable, Iterator, List, Optional, Sequence, Tuple

__all__ = [
    "attach",
    "attach_deepspeed",
    "attach_megatron",
    "connect",
    "detach",
    "evaluation",
    "instruction",
    "iteration_done",
    "recording",
]
__version__ = "0.1.0"

PROTOCOL = 1
SOCKET_VARIABLE = "PERSEUS_SOCKET"

_MAX_PENDING_BYTES = 1 << 20
_MAX_BUFFERED_RECORDS = 128
_ANSWER_SECONDS = 60.0
_STRETCH_SECONDS = 10.0
#: An iteration that ends this soon after an instruction has not waited for anything else.
_DIRECTLY_NANOSECONDS = 500_000


def _say(sentence: str) -> None:
    print("perseus_recorder: " + sentence, file=sys.stderr, flush=True)


class _Nothing:
    """The context manager of an instruction that is not recorded."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        return None


_NOTHING = _Nothing()


class _Instruction:
    """Records one instruction as a context manager."""

    __slots__ = ("_session", "_kind", "_microbatch", "_chunk", "_start")

    def __init__(self, session: _Session, kind: str, microbatch: Optional[int], chunk: int) -> None:
        self._session = session
        self._kind = kind = "evaluation" if _evaluating else kind
        self._microbatch = session.counter.next(kind, chunk) if microbatch is None else microbatch
        self._chunk = chunk
        self._start = 0

    def __enter__(self) -> None:
        self._start = self._session.begin(self._kind, self._microbatch, self._chunk)

    def __exit__(self, exception_type: object, *rest: object) -> None:
        if exception_type is None:
            self._session.end(self._start, self._kind, self._microbatch, self._chunk)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turns every exception of a method into the end of the session, with one warning."""

    @functools.wraps(method)
    def call(self: _Session, *arguments: Any) -> Any:
        if self.closed:
            return 0
        try:
            return method(self, *arguments)
        except Exception as problem:  # whatever it is, training goes on
            self.fail("%s: %s" % (type(problem).__name__, problem))
            return 0

    return call


class _Session:
    """The connection of this rank to the agent, and the state of the present iteration."""

    def __init__(self, path: str, hello: dict) -> None:
        self.closed = False
        self._pid = os.getpid()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_ANSWER_SECONDS)
        self._socket.connect(path)
        self._received = b""
        self._pending = bytearray()
        self._buffer: List[str] = []
        self._dropped = 0
        self._synchronize = _synchronizer()
        self._steps: Sequence[Tuple[str, int]] = ()
        self._planned_kinds: frozenset = frozenset()
        self._has_started = False
        self._until = self._woken = 0
        self.counter = _Counter()
        self._next_schedule: Optional[Tuple[int, Sequence[Tuple[str, int]]]] = None
        self._position = 0
        self._mhz = 0
        self._iteration = 0
        self._await: Optional[int] = None
        self._waited_in_vain = False
        self._recording = True
        self._socket.sendall((json.dumps(hello) + "\n").encode())
        answer = json.loads(self._line(_ANSWER_SECONDS))
        if not answer.get("ok"):
            self._socket.close()
            raise RuntimeError(answer.get("error", "the agent refuses this rank"))
        self._stretch = bool(answer.get("stretch"))
        self._await = answer.get("await")
        self._wait_seconds = float(answer.get("wait_seconds", 30))
        self._socket.setblocking(False)
        self._started = time.time_ns()

    # What a training thread calls -------------------------------------------------------------------

    @_guarded
    def begin(self, kind: str, microbatch: int, chunk: int) -> int:
        """Requests the clock of an instruction, and returns its start in nanoseconds since the epoch.

        Returns 0 if the instruction is not recorded. Then the GPU is synchronized only where its clock changes.
        """
        if self._recording and self._synchronize is not None:
            self._synchronize()
        if kind != "evaluation":
            self._has_started = True
        if kind in self._planned_kinds:
            self._request_clock(kind, microbatch, chunk)
        return time.time_ns() if self._recording or self._stretch else 0

    def _now(self) -> int:
        """Returns the present time, without the delay with which a busy host has ended a simulated instruction."""
        now = time.time_ns()
        return self._until + now - self._woken if now - self._woken < _DIRECTLY_NANOSECONDS else now

    def _request_clock(self, kind: str, microbatch: int, chunk: int) -> None:
        planned, mhz = self._steps[self._position] if self._position < len(self._steps) else ("no further one", 0)
        if planned != kind:
            self._deviate("it runs %s of microbatch %d where its first iteration ran %s" % (kind, microbatch, planned))
            return
        self._position += 1
        if mhz != self._mhz:
            self._mhz = mhz
            if not self._recording and self._synchronize is not None:
                self._synchronize()
            self._send(b'{"next":["%s",%d]%s}\n' % (kind.encode(), microbatch, _chunk(chunk).encode()))

    def _deviate(self, how: str) -> None:
        """Ends steering, because this iteration differs from the one whose order was learnt."""
        self._set_steps(())
        how = "iteration %d has another order than the first one: %s" % (self._iteration + 1, how)
        self._flush()
        self._send((json.dumps({"deviated": how}) + "\n").encode(), needed=True)

    def _set_steps(self, steps: Sequence[Tuple[str, int]]) -> None:
        self._steps = steps
        self._planned_kinds = frozenset(kind for kind, _ in steps)

    @_guarded
    def end(self, start: int, kind: str, microbatch: int, chunk: int) -> None:
        """Records an instruction that has ended."""
        if not start:
            return
        if self._synchronize is not None:
            self._synchronize()
        end = time.time_ns()
        if self._stretch and (self._recording or self._steps):
            start, end = self._stretched(start, end, kind, microbatch, chunk)
        if kind == "evaluation" and not self._has_started:
            self._started = end  # An evaluation before the iteration does not belong to it.
        if not self._recording:
            return
        self._buffer.append(
            '{"i":["%s",%d,%.7f,%.7f]%s}\n' % (kind, microbatch, start / 1e9, end / 1e9, _chunk(chunk))
        )
        if len(self._buffer) >= _MAX_BUFFERED_RECORDS:
            self._flush()

    @_guarded
    def iteration_done(self) -> None:
        """Ends an iteration, and takes the schedule of the next one if the agent has sent it."""
        now = self._now()
        if self._steps and self._position < len(self._steps):
            self._deviate("it ran %d of %d computations" % (self._position, len(self._steps)))
        self._iteration += 1
        if self._recording or self._await == self._iteration:
            self._flush()
            dropped = ',"dropped":%d' % self._dropped if self._dropped else ""
            self._send(
                b'{"iteration":%d,"start":%.7f,"time":%.7f%s}\n'
                % (self._iteration, self._started / 1e9, now / 1e9, dropped.encode()),
                needed=True,
            )
        self._receive()
        if self._await == self._iteration:
            self._wait_for_schedule()
        if self._next_schedule is not None and self._iteration + 1 >= self._next_schedule[0]:
            self._set_steps(self._next_schedule[1])
            self._next_schedule = None
            self._mhz = self._steps[0][1] if self._steps else 0
        self._position = 0
        self._has_started = False
        self.counter.reset()
        self._started = self._now()

    def fail(self, reason: str) -> None:
        """Ends the session after a failure. Training goes on."""
        if not self.closed:
            self.close()
            _say("recording has ended, and training goes on: %s." % reason.rstrip("."))

    def close(self) -> None:
        """Sends what is left, as far as the socket takes it, and closes the connection."""
        if self.closed:
            return
        self.closed = True
        try:
            if os.getpid() == self._pid:
                self._flush()
        except OSError:
            pass
        self._socket.close()

    # Writing ----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        if self._buffer:
            lines = "".join(self._buffer).encode()
            count = len(self._buffer)
            self._buffer.clear()
            self._send(lines, count)

    def _send(self, data: bytes, records: int = 0, needed: bool = False) -> None:
        """Writes whole lines without blocking. What does not fit is kept, or dropped and counted."""
        if self._pending:
            self._drain()
        if self._pending:
            if needed or len(self._pending) + len(data) <= _MAX_PENDING_BYTES:
                self._pending += data
            else:
                self._dropped += records
            return
        sent = self._write(data)
        if sent < len(data):
            self._pending += data[sent:]

    def _drain(self) -> None:
        sent = self._write(self._pending)
        del self._pending[:sent]

    def _write(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    # Reading ----------------------------------------------------------------------------------------

    def _stretched(self, start: int, end: int, kind: str, microbatch: int, chunk: int) -> Tuple[int, int]:
        """Asks the agent when a simulated GPU runs this instruction, and sleeps until its end."""
        self._send(
            b'{"stretch":["%s",%d,%.7f,%.7f]%s}\n'
            % (kind.encode(), microbatch, start / 1e9, end / 1e9, _chunk(chunk).encode()),
            needed=True,
        )
        deadline = time.monotonic() + _STRETCH_SECONDS
        while True:
            message = json.loads(self._line(max(0.0, deadline - time.monotonic())))
            if "until" in message:
                break
            self._take(message)
        until = round(message["until"] * 1e9)
        left = until - time.time_ns()
        if left > 0:
            time.sleep(left / 1e9)
            self._until, self._woken = until, time.time_ns()
        return round(message.get("from", start / 1e9) * 1e9), until

    def _wait_for_schedule(self) -> None:
        deadline = time.monotonic() + self._wait_seconds
        while self._await is not None and self._await <= self._iteration:
            left = deadline - time.monotonic()
            if left <= 0:
                if not self._waited_in_vain:
                    self._waited_in_vain = True
                    _say("no new schedule came for %.0f s, so training goes on with the old one." % self._wait_seconds)
                return
            if self._pending:
                self._drain()
            select.select([self._socket], [self._socket] if self._pending else [], [], left)
            self._receive()

    def _receive(self) -> None:
        """Takes all messages that have arrived, without waiting."""
        while True:
            try:
                data = self._socket.recv(65536)
            except BlockingIOError:
                break
            if not data:
                raise ConnectionError("the agent perseus-run has ended")
            self._received += data
        *lines, self._received = self._received.split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _line(self, seconds: float) -> bytes:
        """Waits for one line."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            left = deadline - time.monotonic()
            if self._pending:
                self._drain()
            if left <= 0 or not select.select([self._socket], [], [], left)[0]:
                raise TimeoutError("the agent perseus-run does not answer")
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("the agent perseus-run has ended")
            self._received += data
        line, self._received = self._received.split(b"\n", 1)
        return line

    def _take(self, message: dict) -> None:
        if "schedule" in message:
            steps = [(kind, mhz) for kind, mhz in message["schedule"]]
            self._next_schedule = (message.get("from", 0), steps)
            self._await = message.get("await")
            self._recording = message.get("record", True)


def _chunk(chunk: int) -> str:
    return ',"chunk":%d' % chunk if chunk else ""


def _synchronizer() -> Optional[Callable[[], None]]:
    """Returns what waits for the GPU's compute stream; None if this process computes on no GPU."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    current_stream = torch.cuda.current_stream

    def synchronize() -> None:
        current_stream().synchronize()

    return synchronize


# The session of this process ------------------------------------------------------------------------

_session: Optional[_Session] = None
_searched = False
_evaluating = 0
_undo: List[Callable[[], None]] = []


def _forget_in_child() -> None:
    """A forked process, such as a data loader's worker, must not use its parent's connection."""
    global _session
    if _session is not None:
        _session.closed = True
        _session._socket.close()
        _session = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


def _integer(name: str, default: Optional[int] = None) -> Optional[int]:
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return default


def _device() -> Optional[str]:
    torch = sys.modules.get("torch")
    try:
        if torch is None or not torch.cuda.is_available():
            return None
        uuid = str(torch.cuda.get_device_properties(torch.cuda.current_device()).uuid)
        return uuid if uuid.startswith(("GPU-", "MIG-")) else "GPU-" + uuid
    except Exception:  # an old torch does not know the UUID
        return None


def connect(
    *,
    rank: Optional[int] = None,
    world_size: Optional[int] = None,
    pp: Optional[int] = None,
    dp: int = 1,
    tp: int = 1,
    pp_rank: Optional[int] = None,
    dp_rank: Optional[int] = None,
    tp_rank: Optional[int] = None,
    num_microbatches: Optional[int] = None,
    microbatch_size: Optional[int] = None,
    framework: str = "python",
    model: Optional[str] = None,
    stages: Optional[Iterable[int]] = None,
) -> bool:
    """Connects this rank to the agent, and returns whether there is one.

    Call it once, before the first instruction, if the defaults do not fit: the rank and the number of ranks
    come from the environment variables RANK and WORLD_SIZE, and every rank is a pipeline stage of its own.
    Without coordinates, rank r is at position r % pp of its pipeline, as in Merak.

    :param pp: number of ranks of one pipeline
    :param dp: number of pipelines
    :param tp: number of ranks that share the stages of one position of one pipeline
    :param num_microbatches: microbatches of one pipeline in an iteration
    :param microbatch_size: samples of a microbatch
    :param stages: the pipeline stages that this rank holds, chunk 0 first
    """
    global _session, _searched
    _searched = True
    path = os.environ.get(SOCKET_VARIABLE)
    if not path or _session is not None:
        return _session is not None
    try:
        rank = _integer("RANK", 0) if rank is None else rank
        world_size = _integer("WORLD_SIZE", 1) if world_size is None else world_size
        pp = max(1, (world_size or 1) // (dp * tp)) if pp is None else pp
        hello = {
            "v": PROTOCOL,
            "rank": rank,
            "world_size": world_size,
            "pp_rank": rank % pp if pp_rank is None else pp_rank,
            "tp_rank": rank // pp % tp if tp_rank is None else tp_rank,
            "dp_rank": rank // (pp * tp) if dp_rank is None else dp_rank,
            "pp": pp,
            "dp": dp,
            "tp": tp,
            "device": _device(),
            "local_rank": _integer("LOCAL_RANK"),
            "local_world_size": _integer("LOCAL_WORLD_SIZE"),
            "num_microbatches": num_microbatches,
            "microbatch_size": microbatch_size,
            "framework": framework,
            "model": model,
            "stages": None if stages is None else list(stages),
            "recorder": "python " + __version__,
        }
        _session = _Session(path, {key: value for key, value in hello.items() if value is not None})
    except Exception as problem:  # training goes on without the agent
        _say("nothing is recorded: %s: %s." % (type(problem).__name__, str(problem).rstrip(".")))
    return _session is not None


def recording() -> bool:
    """Returns whether instructions of this process are sent to an agent."""
    return _session is not None and not _session.closed


def instruction(kind: str, microbatch: Optional[int] = None, chunk: int = 0) -> ContextManager[None]:
    """Returns a context manager that records what runs inside it as one instruction.

    :param kind: ``forward``, ``backward``, ``backward_input``, ``weight_backward``, ``load``,
        ``optimizer_step``, ``reduce_grads``, ``evaluation`` or another name of lower-case letters and underscores
    :param microbatch: number of the microbatch in its iteration, from 0. Without it, the instructions of each kind
        and chunk are counted.
    :param chunk: which of this rank's pipeline stages runs it, from 0
    """
    if _session is None:
        if _searched:
            return _NOTHING
        if not connect():
            return _NOTHING
    return _Instruction(_session, kind, microbatch, chunk)  # type: ignore[arg-type]


@contextlib.contextmanager
def evaluation() -> Iterator[None]:
    """Marks what runs inside as an evaluation, so that its forwards do not count as those of training.

    Put it between two iterations. :func:`attach` and the other functions that wrap a framework see by themselves
    where it evaluates.
    """
    global _evaluating
    _evaluating += 1
    try:
        yield
    finally:
        _evaluating -= 1


def iteration_done() -> None:
    """Ends an iteration. Call it on every rank after each optimizer step."""
    if _session is not None:
        _session.iteration_done()
    for counter in _counters:
        counter.reset()


# Wrapping -------------------------------------------------------------------------------------------


class _Counter:
    """Counts the microbatches of each kind and chunk in the present iteration."""

    def __init__(self) -> None:
        self._next: dict = {}

    def next(self, kind: str, chunk: int = 0) -> int:
        number = self._next.get((kind, chunk), 0)
        self._next[kind, chunk] = number + 1
        return number

    def reset(self) -> None:
        self._next.clear()


_counters: List[_Counter] = []

#: What an instruction is: its kind, its microbatch and its chunk; None to record nothing.
_Described = Optional[Tuple[str, int, int]]


def _recorded(original: Callable[..., Any], describe: Callable[..., _Described]) -> Callable[..., Any]:
    """Returns a function that calls another one and records it as an instruction."""

    @functools.wraps(original)
    def call(*arguments: Any, **keywords: Any) -> Any:
        session = _session
        if session is None or session.closed:
            return original(*arguments, **keywords)
        try:
            described = describe(*arguments, **keywords)
        except Exception as problem:  # an unknown version of the framework
            session.fail("%s has other parameters than expected: %s" % (original.__name__, problem))
            described = None
        if described is None:
            return original(*arguments, **keywords)
        if _evaluating:
            described = ("evaluation",) + described[1:]
        start = session.begin(*described)
        result = original(*arguments, **keywords)
        session.end(start, *described)
        return result

    call._perseus_records = True  # type: ignore[attr-defined]
    return call


def _is_recorded(function: Any) -> bool:
    """Returns whether a function is wrapped already, as after a second call of attach."""
    return getattr(function, "_perseus_records", False)


def _replace(owner: Any, name: str, replacement: Any) -> None:
    """Sets an attribute, and remembers how to undo that."""
    own = vars(owner)
    had, before = name in own, own.get(name)
    setattr(owner, name, replacement)

    def undo() -> None:
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)

    _undo.append(undo)


def _require(owner: Any, names: Sequence[str], title: str) -> bool:
    missing = [name for name in names if not hasattr(owner, name)]
    if missing:
        _say("%s has no %s, so that nothing is recorded. Is this another version?" % (title, " and no ".join(missing)))
    return not missing


def detach() -> None:
    """Undoes all wrapping, and closes the connection to the agent."""
    global _session, _searched
    while _undo:
        _undo.pop()()
    _counters.clear()
    if _session is not None:
        _session.close()
    _session = None
    _searched = False


def attach(schedule: Any, *, model: Optional[str] = None, dp: Optional[int] = None, tp: int = 1,
           dp_rank: Optional[int] = None, tp_rank: int = 0, microbatch_size: Optional[int] = None) -> bool:
    """Records the forwards and backwards of a schedule of torch.distributed.pipelining.

    The ranks of the pipeline come from the stage's process group. Every other rank is taken as data-parallel;
    with tensor parallelism, give ``dp``, ``tp``, ``dp_rank`` and ``tp_rank``.

    :return: whether an agent records
    """
    if not os.environ.get(SOCKET_VARIABLE):
        return False
    stages = getattr(schedule, "_stages", None) or [getattr(schedule, "_stage", None)]
    names = ("forward_one_chunk", "backward_one_chunk")
    if not _require(schedule, ("_n_microbatches",), "The schedule") or not all(
        _require(stage, names, "The pipeline stage") for stage in stages
    ):
        return False
    if _is_recorded(stages[0].forward_one_chunk):
        return True
    stages = sorted(stages, key=lambda stage: stage.stage_index)
    first = stages[0]
    rank, world_size = _integer("RANK", 0) or 0, _integer("WORLD_SIZE", 1) or 1
    pp = first.group_size
    if dp is None:
        dp = max(1, world_size // (pp * tp))
    if dp_rank is None:
        dp_rank = _pipeline_of(first, pp) if dp > 1 else 0
    if not connect(
        rank=rank, world_size=world_size, pp=pp, dp=dp, tp=tp, pp_rank=first.group_rank, dp_rank=dp_rank,
        tp_rank=tp_rank, num_microbatches=schedule._n_microbatches, microbatch_size=microbatch_size,
        framework="torch", model=model, stages=[stage.stage_index for stage in stages],
    ):
        return False
    for chunk, stage in enumerate(stages):
        _attach_stage(schedule, stage, chunk)
    return True


def _pipeline_of(stage: Any, pp: int) -> int:
    """Returns the number of the pipeline to which a process group of ranks belongs."""
    import torch.distributed as distributed

    ranks = sorted(distributed.get_process_group_ranks(stage.group))
    contiguous = ranks == list(range(ranks[0], ranks[0] + pp))
    return ranks[0] // pp if contiguous else ranks[0]


def _attach_stage(schedule: Any, stage: Any, chunk: int) -> None:
    def trains() -> bool:
        return getattr(schedule, "_has_backward", True)

    def forward(fwd_chunk_id: int, *_: Any, **__: Any) -> _Described:
        return ("forward" if trains() else "evaluation", fwd_chunk_id, chunk)

    def backward(bwd_chunk_id: int, loss: Any = None, full_backward: bool = True, *_: Any, **__: Any) -> _Described:
        return ("backward" if full_backward else "backward_input", bwd_chunk_id, chunk)

    def weights(bwd_chunk_id: int, *_: Any, **__: Any) -> _Described:
        return ("weight_backward", bwd_chunk_id, chunk)

    for name, describe in (
        ("forward_one_chunk", forward),
        ("backward_one_chunk", backward),
        ("backward_weight_one_chunk", weights),
    ):
        if hasattr(stage, name):
            _replace(stage, name, _recorded(getattr(stage, name), describe))


def attach_megatron(*, model: Optional[str] = None, microbatch_size: Optional[int] = None) -> bool:
    """Records forward_step and backward_step of Megatron-Core. Call it after initialize_megatron.

    With Megatron-LM's training loop, iterations end by themselves: ``train_step`` is wrapped too. In a loop of your
    own, call :func:`iteration_done`. A second call of this function does nothing.

    :return: whether an agent records
    """
    if not os.environ.get(SOCKET_VARIABLE):
        return False
    try:
        from megatron.core import parallel_state  # type: ignore[import-not-found]
        from megatron.core.pipeline_parallel import schedules  # type: ignore[import-not-found]
    except ImportError as problem:
        _say("Megatron-Core cannot be imported, so that nothing is recorded: %s." % problem)
        return False
    if not _require(schedules, ("forward_step", "backward_step"), "megatron.core.pipeline_parallel.schedules"):
        return False
    if _is_recorded(schedules.forward_step):
        return True
    pp = parallel_state.get_pipeline_model_parallel_world_size()
    chunks = parallel_state.get_virtual_pipeline_model_parallel_world_size() or 1
    pp_rank = parallel_state.get_pipeline_model_parallel_rank()
    if not connect(
        pp=pp,
        dp=parallel_state.get_data_parallel_world_size(),
        tp=parallel_state.get_tensor_model_parallel_world_size(),
        pp_rank=pp_rank,
        dp_rank=parallel_state.get_data_parallel_rank(),
        tp_rank=parallel_state.get_tensor_model_parallel_rank(),
        microbatch_size=microbatch_size,
        framework="megatron",
        model=model,
        stages=[pp_rank + chunk * pp for chunk in range(chunks)],
    ):
        return False
    counter = _Counter()
    _counters.append(counter)
    # Of each interleaved group of microbatches, a rank runs the forwards of all chunks in turn.
    state = {"microbatches": 0, "group": pp}

    def forward(*arguments: Any, **keywords: Any) -> _Described:
        if not _computes_gradients():
            return ("evaluation", counter.next("evaluation"), 0)
        state["microbatches"] = keywords.get("num_microbatches", arguments[3] if len(arguments) > 3 else 0)
        config = keywords.get("config", arguments[6] if len(arguments) > 6 else None)
        state["group"] = getattr(config, "microbatch_group_size_per_vp_stage", None) or pp
        return ("forward",) + _megatron_piece(counter.next("forward"), state, chunks)

    def backward(*_: Any, **__: Any) -> _Described:
        microbatch, chunk = _megatron_piece(counter.next("backward"), state, chunks)
        return ("backward", microbatch, chunks - 1 - chunk)

    _replace(schedules, "forward_step", _recorded(schedules.forward_step, forward))
    _replace(schedules, "backward_step", _recorded(schedules.backward_step, backward))
    loop = sys.modules.get("megatron.training.training")
    if hasattr(loop, "train_step"):
        _replace(loop, "train_step", _ending_iteration(loop.train_step))  # type: ignore[union-attr]
    return True


def _ending_iteration(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def call(*arguments: Any, **keywords: Any) -> Any:
        result = step(*arguments, **keywords)
        iteration_done()
        return result

    return call


def _megatron_piece(number: int, state: dict, chunks: int) -> Tuple[int, int]:
    """Returns the microbatch and the chunk of the forward with a number, in the order of its rank."""
    if chunks == 1:
        return number, 0
    group, microbatches = state["group"], state["microbatches"]
    first = number // (group * chunks) * group
    size = min(group, microbatches - first) if microbatches else group
    within = number - first * chunks
    return first + within % size, within // size


def _computes_gradients() -> bool:
    torch = sys.modules.get("torch")
    return torch is None or torch.is_grad_enabled()


_DEEPSPEED_KINDS = {
    "ForwardPass": "forward",
    "BackwardPass": "backward",
    "LoadMicroBatch": "load",
    "ReduceGrads": "reduce_grads",
    "OptimizerStep": "optimizer_step",
}


def attach_deepspeed(engine: Any, *, model: Optional[str] = None) -> bool:
    """Records the instructions of DeepSpeed's PipelineEngine. A second call for an engine does nothing.

    :return: whether an agent records
    """
    if not os.environ.get(SOCKET_VARIABLE):
        return False
    if not _require(engine, ("_INSTRUCTION_MAP", "grid", "micro_batches"), "The engine"):
        return False
    if any(_is_recorded(entry) for entry in engine._INSTRUCTION_MAP.values()):
        return True
    grid = engine.grid
    known = {kind.__name__ for kind in engine._INSTRUCTION_MAP}
    missing = [name for name in ("ForwardPass", "BackwardPass") if name not in known]
    if missing:
        _say("The engine's _INSTRUCTION_MAP has no %s, so that nothing is recorded." % " and no ".join(missing))
        return False
    tp = getattr(grid, "slice_parallel_size", 1) or 1
    if not connect(
        rank=grid.get_global_rank(),
        pp=grid.pipe_parallel_size,
        dp=grid.data_parallel_size,
        tp=tp,
        pp_rank=grid.get_stage_id(),
        dp_rank=grid.get_data_parallel_id(),
        tp_rank=grid.get_slice_parallel_rank() if tp > 1 else 0,
        num_microbatches=engine.micro_batches,
        microbatch_size=getattr(engine, "micro_batch_size", None),
        framework="deepspeed",
        model=model,
        stages=[grid.get_stage_id()],
    ):
        return False
    counter = _Counter()
    _counters.append(counter)
    entries = dict(engine._INSTRUCTION_MAP)
    for command, original in entries.items():
        kind = _DEEPSPEED_KINDS.get(command.__name__)
        if kind is not None:
            entries[command] = _recorded(original, _deepspeed_describer(kind, counter))
    _replace(engine, "_INSTRUCTION_MAP", entries)
    return True


def _deepspeed_describer(kind: str, counter: _Counter) -> Callable[..., _Described]:
    def describe(*_: Any, **__: Any) -> _Described:
        # An evaluation runs forwards without gradients.
        if kind in ("forward", "load") and not _computes_gradients():
            return ("evaluation", counter.next("evaluation"), 0) if kind == "forward" else None
        return (kind, counter.next(kind), 0)

    return describe

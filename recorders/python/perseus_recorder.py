"""Records the instructions of a pipeline-parallel training job that runs under ``perseus-run``.

    import perseus_recorder as perseus

    perseus.attach(schedule)             # torch.distributed.pipelining, any schedule
    perseus.attach_megatron()            # Megatron-Core
    perseus.attach_deepspeed(engine)     # DeepSpeed's PipelineEngine
    ...
    perseus.iteration_done()             # after each optimizer step

A job of any other framework marks its instructions and its evaluations itself::

    with perseus.instruction("forward"):
        ...
    with perseus.evaluation():
        ...

``perseus-run`` writes the path of a Unix socket into the environment variable ``PERSEUS_SOCKET``. If the variable is
missing, nothing is recorded, and a call of :func:`instruction` costs almost no time. A failure of the recorder never
stops the training. After the first failure, the recorder prints a warning and stops recording.

The recorder needs Python 3.8 or newer and no other package. On a CUDA GPU, the training thread records a CUDA event at
the start and at the end of each instruction, and does not wait for the GPU. A second thread, the reporter thread,
waits for the CUDA events and writes to the socket. Writes to the socket never block. If the buffer of the socket is
full, the recorder keeps at most 1 MiB of records in memory. It drops further records and counts them. On simulated
GPUs, the recorder has no second thread: the training thread waits for the GPU at the start and at the end of each
instruction. On real GPUs, the environment variable ``PERSEUS_RECORDER_SYNC=1`` makes the training thread wait too.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import functools
import json
import math
import multiprocessing.util
import os
import queue
import select
import socket
import sys
import threading
import time
from typing import (
    Any,
    Callable,
    ContextManager,
    Deque,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
    cast,
)

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
SYNC_VARIABLE = "PERSEUS_RECORDER_SYNC"

_MAX_PENDING_BYTES = 1 << 20
_MAX_BUFFERED_RECORDS = 512
_BUFFERED_SECONDS = 5.0
#: Maximum number of instructions that wait for the GPU. Further instructions are dropped and counted.
_MAX_JOBS = 1 << 16
_ANSWER_SECONDS = 60.0
#: Maximum time in seconds to send the last records at the end of the process.
_DRAIN_SECONDS = 10.0
#: Maximum time in seconds that the reporter thread may lag behind the GPU before training goes on without it.
_LAG_SECONDS = 5.0
#: Time in seconds between two checks of a waiting training thread whether the connection to the agent has ended.
_LOOK_SECONDS = 0.5
_STRETCH_SECONDS = 10.0
#: If an iteration ends within this time after its last instruction, the training thread has done nothing in between.
_DIRECTLY_NANOSECONDS = 500_000
#: Time in seconds after which the reporter thread looks for new instructions. Only urgent tasks wake the reporter
#: thread, because waking a thread costs the training thread more time than appending a task to a deque.
_POLL_SECONDS = 0.05
#: Number of tasks after which the reporter thread rests, so that the training thread does not wait long for the GIL.
#: If too many tasks are waiting, the reporter thread does not rest.
_JOBS_BETWEEN_RESTS = 16
_LINES_BETWEEN_RESTS = 64
_REST_SECONDS = 0.0002
_TOO_MANY_JOBS_TO_REST = 1024
_OVERLAP_NANOSECONDS = 10_000
_COMPUTATIONS = frozenset(
    ("forward", "recomputation", "backward", "backward_input", "weight_backward", "forward_backward")
)


def _say(sentence: str) -> None:
    with contextlib.suppress(Exception):  # standard error may be closed
        # One write per line keeps the lines of several ranks apart.
        sys.stderr.write("perseus_recorder: " + sentence + "\n")
        sys.stderr.flush()


class _Nothing:
    """Context manager for an instruction that is not recorded."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        return None


_NOTHING = _Nothing()


class _Instruction:
    """Context manager that records the code inside it as one instruction."""

    __slots__ = ("_session", "_kind", "_microbatch", "_chunk", "_begin")

    def __init__(self, session: _Session, kind: str, microbatch: Optional[int], chunk: int) -> None:
        self._session = session
        if _evaluating:
            kind = "evaluation"
        self._kind = kind
        self._microbatch = session.counter.next(kind, chunk) if microbatch is None else microbatch
        self._chunk = chunk

    def __enter__(self) -> None:
        self._begin = self._session.begin(self._kind, self._microbatch, self._chunk)

    def __exit__(self, exception_type: object, exception: object, traceback: object) -> None:
        if exception_type is None:
            self._session.end(self._begin, self._kind, self._microbatch, self._chunk)


class _Refusal(Exception):
    """Says, in a sentence for the user, why the recorder cannot record the training."""


def _reason(problem: Exception) -> str:
    if isinstance(problem, _Refusal):
        return str(problem)
    if isinstance(problem, ConnectionError):
        return "perseus-run has ended"
    # Only the first line is used, because an error message of CUDA has several lines.
    return "%s: %s" % (type(problem).__name__, str(problem).strip().split("\n")[0])


# Points in time -------------------------------------------------------------------------------------


#: A point in time between two instructions: a time of the host in nanoseconds, or an :class:`_EventMark`.
_Mark = Any


class _HostMarks:
    """Marks a point in time by the clock of the host, after the GPU has finished its current stream.

    A mark is a time in nanoseconds.
    """

    def __init__(self, synchronize: Optional[Callable[[], None]]) -> None:
        self._synchronize = synchronize
        self._until = self._woken = 0
        self.mark: Callable[[], _Mark] = time.time_ns if synchronize is None else self._synchronized

    def _synchronized(self) -> int:
        assert self._synchronize is not None
        self._synchronize()
        return time.time_ns()

    def iteration(self) -> _Mark:
        """Marks the end of an iteration.

        A busy host wakes this thread up too late after a simulated instruction. The mark excludes this delay.
        """
        now = time.time_ns() if self._synchronize is None else self._synchronized()
        return self._until + now - self._woken if now - self._woken < _DIRECTLY_NANOSECONDS else now

    def sleep_until(self, until: int) -> None:
        left = until - time.time_ns()
        if left > 0:
            time.sleep(left / 1e9)
            self._until, self._woken = until, time.time_ns()

    def resolve(self, mark: _Mark) -> int:
        return int(mark)

    def wait(self, mark: _Mark) -> None:
        """Does nothing, because the method that made the mark has already waited for the GPU."""

    def offset(self) -> int:
        return 0


class _EventMark:
    """Holds a CUDA event. After the GPU has passed the event, holds the time of the event in nanoseconds instead."""

    __slots__ = ("event", "ns")

    def __init__(self, event: Any) -> None:
        self.event = event
        self.ns = 0


class _GpuMarks:
    """Marks points in the current stream of the GPU by CUDA events, so that the training thread does not wait.

    A mark is an :class:`_EventMark`. The reporter thread waits for the CUDA events. The GPU measures the times between
    CUDA events. An offset is added to convert a time of the GPU to a time of the host. The reporter thread sees each
    event some time after the GPU has passed it. The difference between the host's time at this moment and the GPU's
    time of the event is therefore at least the offset. The smallest difference of the last one or two seconds is used
    as the offset, because it contains the shortest delay.
    """

    def __init__(self, torch: Any, device: int) -> None:
        cuda = torch.cuda
        self._event = functools.partial(cuda.Event, enable_timing=True, blocking=True)
        self._stream = _current_stream(torch, device)
        self._captures = getattr(cuda, "is_current_stream_capturing", lambda: False)
        self._set_device = functools.partial(cuda.set_device, device)
        self._free: Deque[Any] = collections.deque()
        # Only the reporter thread uses the fields from _last to _since.
        self._last: Any = None
        self._last_ns = 0
        self._recent = self._earlier = math.inf
        self._since = 0

    def mark(self) -> _Mark:
        """Records a CUDA event; returns None while a CUDA graph is captured, because the GPU then runs nothing."""
        if self._captures():
            return None
        try:
            event = self._free.pop()
        except IndexError:
            event = self._event()
        event.record(self._stream())
        return _EventMark(event)

    iteration = mark

    def wait(self, mark: _Mark) -> None:
        """Waits until the GPU has passed a mark."""
        event = mark.event
        if event is not None:
            event.synchronize()

    def resolve(self, mark: _Mark) -> int:
        """Waits until the GPU has passed a mark, and returns its time in nanoseconds on the clock of the GPU."""
        event = mark.event
        if event is None:
            return int(mark.ns)
        last = self._last
        if last is None:
            self._set_device()
            _allow_captures()
        if not event.query():  # query keeps the GIL, and synchronize releases it
            event.synchronize()
        woken = time.time_ns()
        if last is None:
            ns = self._since = woken
        else:
            # elapsed_time returns a float with 24 significant bits, which are too few for long times.
            # The time is therefore added up from the short times between two consecutive events.
            ns = self._last_ns + round(last.elapsed_time(event) * 1e6)
            self._free.append(last)
        mark.event, mark.ns, self._last, self._last_ns = None, ns, event, ns
        if woken - ns < self._recent:
            self._recent = woken - ns
        return ns

    def offset(self) -> int:
        """Returns the offset in nanoseconds that converts times of the GPU to times of the host."""
        best = min(self._recent, self._earlier)
        if self._last_ns - self._since > 1_000_000_000 and self._recent < math.inf:
            self._earlier, self._recent, self._since = self._recent, math.inf, self._last_ns
        return int(best) if best < math.inf else 0


def _current_stream(torch: Any, device: int) -> Callable[[], Any]:
    """Returns a function that returns the current stream of a GPU.

    ``torch.cuda.current_stream`` creates an object at each call, but the returned function creates one per stream.
    """
    current_stream = functools.partial(torch.cuda.current_stream, device)
    handle_of = getattr(getattr(torch, "_C", None), "_cuda_getCurrentRawStream", None)
    if handle_of is None:
        return current_stream
    streams: Dict[int, Any] = {}

    def current() -> Any:
        handle = handle_of(device)
        stream = streams.get(handle)
        if stream is None:
            stream = streams[handle] = current_stream()
        return stream

    return current


def _allow_captures() -> None:
    """Allows this thread to wait for CUDA events while another thread captures a CUDA graph.

    By default, waiting for a CUDA event would end the capture of the CUDA graph.
    """
    with contextlib.suppress(Exception):
        mode = ctypes.c_int(1)  # CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
        ctypes.CDLL("libcuda.so.1").cuThreadExchangeStreamCaptureMode(ctypes.byref(mode))


def _marks(blocking: bool, device: Optional[int]) -> Union[_HostMarks, _GpuMarks]:
    """Returns an object that marks points in time by CUDA events, or by the host clock if there is no CUDA GPU.

    :param device: number of the CUDA GPU that was reported to the agent; None if no GPU was reported
    """
    torch = sys.modules.get("torch")
    if device is None:
        device = _current_device()  # torch may have been imported later
    if torch is None or device is None:
        return _HostMarks(None)
    if not blocking:
        return _GpuMarks(torch, device)
    if _is_set(SYNC_VARIABLE):
        _say("%s is set, so that training waits for the GPU at each instruction." % SYNC_VARIABLE)
    stream = _current_stream(torch, device)
    return _HostMarks(lambda: stream().synchronize())


# The connection -------------------------------------------------------------------------------------


class _Link:
    """Sends lines of JSON to the agent, and receives lines of JSON from it. Not thread-safe."""

    def __init__(self, path: str) -> None:
        self.dropped = 0
        self._received = b""
        self._pending = bytearray()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_ANSWER_SECONDS)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise

    def hello(self, hello: Dict[str, Any]) -> Dict[str, Any]:
        """Sends the first message of this rank, and returns the answer of the agent. Later writes do not block."""
        self._socket.sendall((json.dumps(hello) + "\n").encode())
        answer: Dict[str, Any] = json.loads(self.line(_ANSWER_SECONDS))
        if not answer.get("ok"):
            self.close()
            raise _Refusal(answer.get("error", "perseus-run refuses this rank"))
        self._socket.setblocking(False)
        return answer

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes, records: int = 0) -> None:
        """Writes lines to the socket without blocking.

        Lines that do not fit into the buffer of the socket are kept. If too many lines are kept, further records of
        instructions are dropped and counted.
        """
        if self._pending:
            self._drain()
        if self._pending:
            if not records or len(self._pending) + len(data) <= _MAX_PENDING_BYTES:
                self._pending += data
            else:
                self.dropped += records
            return
        sent = self._write(data)
        if sent < len(data):
            self._pending += data[sent:]

    def _drain(self) -> None:
        sent = self._write(self._pending)
        del self._pending[:sent]

    def _write(self, data: Union[bytes, bytearray]) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def arrived(self, seconds: float = 0) -> List[Dict[str, Any]]:
        """Returns all messages that have arrived. If no message has arrived, waits at most ``seconds``."""
        if seconds > 0:
            if self._pending:
                self._drain()
            self._wait(seconds)
        while True:
            try:
                self._read()
            except BlockingIOError:
                break
        *lines, self._received = self._received.split(b"\n")
        return [json.loads(line) for line in lines]

    def line(self, seconds: float) -> bytes:
        """Waits for one line of JSON from the agent."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            left = deadline - time.monotonic()
            if self._pending:
                self._drain()
            if left <= 0 or not self._wait(left):
                raise TimeoutError("perseus-run does not answer")
            with contextlib.suppress(BlockingIOError):
                self._read()
        line, self._received = self._received.split(b"\n", 1)
        return line

    def _wait(self, seconds: float) -> bool:
        """Waits until data have arrived or kept lines can be written. Returns False after ``seconds`` seconds."""
        poll = select.poll()  # select.select does not support descriptors above 1023
        poll.register(self._socket, select.POLLIN | (select.POLLOUT if self._pending else 0))
        return bool(poll.poll(math.ceil(1e3 * seconds)))

    def _read(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("perseus-run has ended")
        self._received += data


class _Reporter:
    """Sends the executed instructions to the agent, in order of execution.

    The reporter thread calls the methods. If there is no reporter thread, the training thread calls the methods.
    """

    def __init__(self, link: _Link, answer: Dict[str, Any]) -> None:
        self.link = link
        self.marks: Union[_HostMarks, _GpuMarks] = _HostMarks(None)
        self.schedules: Deque[Dict[str, Any]] = collections.deque()
        self.awaited: Optional[int] = answer.get("await")
        self.wait_seconds = float(answer.get("wait_seconds", 30))
        self.ends = False
        self.rest: Callable[[], None] = lambda: None
        self._waited_in_vain = False
        self._times = _Times()
        # The start of the iteration in nanoseconds, on the clock of the GPU if the marks are CUDA events.
        self._start = time.time_ns()
        self._start_told: Optional[str] = None
        self._has_started = False
        self._records: List[Tuple[str, int, int, int, int]] = []
        self._flushed = time.monotonic()
        self._computed = 0
        self._computation = ""

    def next(self, kind: str, microbatch: int, chunk: int, begin: _Mark) -> None:
        """Waits until the GPU begins an instruction, and then requests the clock of the instruction from the agent."""
        self.marks.resolve(begin)
        self.link.send(b'{"next":["%s",%d]%s}\n' % (kind.encode(), microbatch, _chunk(chunk).encode()))

    def executed(self, kind: str, microbatch: int, chunk: int, begin: _Mark, end: _Mark) -> None:
        """Waits until the GPU has ended an instruction, and then records the instruction."""
        started, ended = self.marks.resolve(begin), self.marks.resolve(end)
        if kind == "evaluation":
            if not self._has_started:
                self._begin_iteration(ended)  # An evaluation before an iteration is not part of the iteration.
        else:
            self._has_started = True
            if kind in _COMPUTATIONS:
                self._require_order(kind, microbatch, started, ended)
        self._records.append((kind, microbatch, chunk, started, ended))
        if len(self._records) >= _MAX_BUFFERED_RECORDS or time.monotonic() - self._flushed > _BUFFERED_SECONDS:
            self.flush()

    def _require_order(self, kind: str, microbatch: int, started: int, ended: int) -> None:
        computation = "%s of microbatch %d" % (kind, microbatch)
        if started < self._computed - _OVERLAP_NANOSECONDS:
            raise _Refusal(
                "%s overlaps the %s, but the instructions of a rank must run one after the other"
                % (computation, self._computation)
            )
        self._computed = ended
        self._computation = computation

    def deviated(self, how: str) -> None:
        self.flush()
        self.link.send((json.dumps({"deviated": how}) + "\n").encode())

    def started(self, mark: _Mark) -> None:
        """Sets the start of an iteration.

        By default, an iteration starts at the end of the previous iteration.
        """
        self._begin_iteration(self.marks.resolve(mark))

    def _begin_iteration(self, ns: int) -> None:
        self._start, self._start_told = ns, None

    def iteration(self, number: int, end: _Mark, dropped: int, gate: Optional[threading.Event] = None) -> None:
        """Reports the end of an iteration, and waits for the next frequency schedule if the agent asks for it.

        :param gate: set at the end of this call, to tell the training thread that it may go on
        """
        ended = self.marks.resolve(end)
        self.flush(ended)
        dropped += self.link.dropped
        start = self._start_told or self._times.text(self._start)
        self._start_told = self._times.text(ended)
        line = '{"iteration":%d,"start":%s,"time":%s%s}\n' % (
            number, start, self._start_told, ',"dropped":%d' % dropped if dropped else ""
        )
        self.link.send(line.encode())
        self._has_started = False
        self.receive()
        if self.awaited is not None and self.awaited <= number:
            self._wait_for_schedule(number)
        if gate is not None:
            gate.set()

    def _wait_for_schedule(self, number: int) -> None:
        deadline = time.monotonic() + self.wait_seconds
        while not self.ends and self.awaited is not None and self.awaited <= number:
            left = deadline - time.monotonic()
            if left > 0:
                self._take(self.link.arrived(min(left, _LOOK_SECONDS)))
                continue
            self.awaited = None
            if not self._waited_in_vain:
                self._waited_in_vain = True
                _say("no new schedule came for %.0f s, so that training goes on with the old one." % self.wait_seconds)

    def flush_old(self) -> None:
        """Sends the recorded instructions if they have waited for some seconds."""
        if self._records and time.monotonic() - self._flushed > _BUFFERED_SECONDS:
            self.flush()

    def receive(self) -> None:
        """Reads all messages of the agent that have arrived, without waiting."""
        self._take(self.link.arrived())

    def stretched(self, kind: str, microbatch: int, chunk: int, begin: int, end: int) -> Tuple[int, int]:
        """Asks the agent when a simulated GPU begins and ends an instruction, and returns both times in nanoseconds."""
        self.link.send(
            b'{"stretch":["%s",%d,%.7f,%.7f]%s}\n'
            % (kind.encode(), microbatch, begin / 1e9, end / 1e9, _chunk(chunk).encode())
        )
        deadline = time.monotonic() + _STRETCH_SECONDS
        while True:
            message = json.loads(self.link.line(max(0.0, deadline - time.monotonic())))
            if "until" in message:
                break
            self._take([message])
        return round(message.get("from", begin / 1e9) * 1e9), round(message["until"] * 1e9)

    def _take(self, messages: List[Dict[str, Any]]) -> None:
        for message in messages:
            if "schedule" in message:
                self.awaited = message.get("await")
                self.schedules.append(message)

    def flush(self, until: Optional[int] = None) -> None:
        """Sends the recorded instructions, with their times converted to the clock of the host."""
        self._flushed = time.monotonic()
        if until is None and not self._records:
            return
        times = self._times
        times.correct(max((record[4] for record in self._records), default=0) if until is None else until,
                      self.marks.offset())
        if not self._records:
            return
        lines = []
        for kind, microbatch, chunk, start, end in self._records:
            lines.append(
                '{"i":["%s",%d,%s,%s]%s}\n' % (kind, microbatch, times.text(start), times.text(end), _chunk(chunk))
            )
            if len(lines) % _LINES_BETWEEN_RESTS == 0:
                self.rest()
        self.link.send("".join(lines).encode(), len(lines))
        self._records.clear()


class _Times:
    """Converts times of the GPU to times of the host by adding an offset.

    A new offset comes into force gradually, so that converted times never run backwards. A gradual change of the offset
    changes a duration by at most 0.1 %. A change of the offset by more than a millisecond comes into force at once,
    because the clock of the host was set or the first offset was wrong. If the offset falls by less than 0.1 s at once,
    converted times stand still until they have reached the last converted time before the change.
    """

    _MAX_SLOPE = 0.001
    _MAX_CORRECTION = 1_000_000
    _MAX_STEP_BACK = 100_000_000

    def __init__(self) -> None:
        self._since: Optional[int] = None
        self._base = 0
        self._offset = 0
        self._slope = 0.0
        self._earliest = 0

    def correct(self, until: int, offset: int) -> None:
        """Sets a new offset. If the offset changes gradually, the change ends at the time ``until`` of the GPU."""
        if self._since is None:
            self._since = self._base = until
            self._offset = offset
            return
        reached = self._at(self._since)
        self._base, self._since = self._since, max(self._since, until)
        span = self._since - self._base
        missing = offset - reached
        if abs(missing) > self._MAX_CORRECTION:
            self._offset, self._slope = offset, 0.0
            self._earliest = self._base + reached if -missing < self._MAX_STEP_BACK else 0
        else:
            self._offset = reached
            self._slope = max(-self._MAX_SLOPE, min(self._MAX_SLOPE, missing / span)) if span else 0.0

    def _at(self, ns: int) -> int:
        """Returns the offset that is in force at a time of the GPU."""
        return self._offset + math.floor(self._slope * max(0, ns - self._base))

    def text(self, ns: int) -> str:
        """Converts a time of the GPU to seconds of the host with 7 decimals, which a float cannot hold."""
        host = ns + self._at(ns)
        if ns >= self._base:
            host = max(host, self._earliest)
        return "%d.%07d" % divmod(host // 100, 10_000_000)


#: The kind and the clock in MHz of each forward and backward of an iteration, in order of execution.
_Steps = Sequence[Tuple[str, int]]


class _Session:
    """Holds the connection of the training thread to the agent, the current iteration and its frequency schedule.

    A failure in a method closes the connection and prints one warning, and training goes on. The methods :meth:`begin`
    and :meth:`end` run for each instruction, so they must be fast, and they take no lock.
    """

    def __init__(self, path: str, hello: Dict[str, Any], device: Optional[int] = None,
                 device_is_certain: bool = False) -> None:
        self.closed = False
        self.counter = _Counter()
        self._device = device
        self._device_is_certain = device_is_certain
        self._link = _Link(path)
        answer = self._link.hello(hello)
        self._reporter = _Reporter(self._link, answer)
        self._executed = self._reporter.executed
        self._stretch = bool(answer.get("stretch"))
        self._blocking = self._stretch or _is_set(SYNC_VARIABLE)
        self._marks: Union[_HostMarks, _GpuMarks, None] = None
        self._mark: Callable[[], _Mark] = self._first_mark
        self._steps: _Steps = ()
        self._planned_kinds: FrozenSet[str] = frozenset()
        self._next_schedule: Optional[Tuple[int, _Steps]] = None
        self._position = 0
        self._mhz = 0
        self._iteration = 0
        self._recording = True
        self._marking = True
        self._dropped = 0
        self._thread: Optional[threading.Thread] = None
        self._jobs: Deque[Tuple[Any, ...]] = collections.deque()
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._idle = False
        self._urgent = False
        self._finalizer: Any = None
        if not self._blocking:
            self._reporter.rest = self._rest
            self._thread = threading.Thread(target=self._run, name="perseus-recorder", daemon=True)
            self._thread.start()
        # A finalizer also runs at the end of a process that multiprocessing has started; atexit does not.
        self._finalizer = multiprocessing.util.Finalize(None, self.close, exitpriority=100)

    # The reporter thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            goes_on = True
            while goes_on:
                self._idle = True
                if not self._urgent:
                    try:
                        goes_on = self._wake.get(timeout=_POLL_SECONDS if self._recording else _BUFFERED_SECONDS)
                    except queue.Empty:
                        pass
                self._idle = self._urgent = False
                self._work()
                self._reporter.flush_old()
            self._reporter.flush()
        except Exception as problem:  # after any failure, training goes on
            if not self.closed or isinstance(problem, _Refusal):
                self.closed = True
                _ended(_reason(problem))
        finally:
            self._link.close()

    def _work(self) -> None:
        jobs = self._jobs
        done = 0
        while jobs:
            job = jobs.popleft()
            job[0](*job[1:])
            done += 1
            if done % _JOBS_BETWEEN_RESTS == 0:
                self._rest()

    def _rest(self) -> None:
        """Releases the GIL to the training thread for a moment, unless a task is urgent."""
        if not self._urgent and len(self._jobs) < _TOO_MANY_JOBS_TO_REST:
            time.sleep(_REST_SECONDS)

    def _do(self, *job: Any) -> None:
        """Runs an urgent task on the reporter thread, after all earlier tasks."""
        if self._thread is None:
            job[0](*job[1:])
            return
        self._jobs.append(job)
        self._urgent = True
        if self._idle:
            self._idle = False
            self._wake.put(True)

    # What the training thread calls -----------------------------------------------------------------

    def _first_mark(self) -> _Mark:
        marks = _marks(self._blocking, self._device)
        torch = sys.modules.get("torch")
        if torch is not None and self._device is not None and not self._device_is_certain:
            current = torch.cuda.current_device()
            if current != self._device:
                raise _Refusal(
                    "the GPU of this process was %d when it connected to perseus-run, and is %d now. "
                    "Call torch.cuda.set_device before perseus.connect" % (self._device, current)
                )
        self._marks = self._reporter.marks = marks
        self._mark = marks.mark
        return marks.mark()

    def begin(self, kind: str, microbatch: int, chunk: int) -> _Mark:
        """Marks the start of an instruction, and requests its clock. Returns None if no mark was made."""
        if self.closed:
            return None
        try:
            mark = self._mark() if self._marking else None
            if kind in self._planned_kinds:
                self._request_clock(kind, microbatch, chunk, mark)
            return mark
        except Exception as problem:
            self.fail(_reason(problem))
            return None

    def _request_clock(self, kind: str, microbatch: int, chunk: int, mark: _Mark) -> None:
        planned, mhz = self._steps[self._position] if self._position < len(self._steps) else ("no further one", 0)
        if planned != kind:
            self._deviate("it runs %s of microbatch %d where its first iteration ran %s" % (kind, microbatch, planned))
            return
        self._position += 1
        if mhz != self._mhz:
            self._mhz = mhz
            if mark is None:
                mark = self._mark()
            if mark is not None:
                self._do(self._reporter.next, kind, microbatch, chunk, mark)

    def _deviate(self, how: str) -> None:
        """Drops the frequency schedule, because this iteration runs other instructions than the first iteration."""
        self._set_steps(())
        how = "iteration %d has another order than the first one: %s" % (self._iteration + 1, how)
        self._do(self._reporter.deviated, how)

    def _set_steps(self, steps: _Steps) -> None:
        self._steps = steps
        self._planned_kinds = frozenset(kind for kind, _ in steps)

    def end(self, begin: _Mark, kind: str, microbatch: int, chunk: int) -> None:
        """Marks the end of an instruction, and records the instruction."""
        if begin is None or self.closed:
            return
        try:
            end = self._mark()
            if end is None:
                return
            if self._thread is not None:
                if len(self._jobs) < _MAX_JOBS:
                    self._jobs.append((self._executed, kind, microbatch, chunk, begin, end))
                else:
                    self._dropped += 1
                return
            if self._stretch and isinstance(self._marks, _HostMarks):
                begin, end = self._reporter.stretched(kind, microbatch, chunk, begin, end)
                self._marks.sleep_until(end)
            if self._recording:
                self._executed(kind, microbatch, chunk, begin, end)
        except Exception as problem:
            self.fail(_reason(problem))

    def iteration_done(self) -> None:
        """Ends an iteration, and begins a new frequency schedule if the agent has sent one."""
        if self.closed:
            return
        try:
            self._end_and_take_schedule()
        except Exception as problem:
            self.fail(_reason(problem))

    def _end_and_take_schedule(self) -> None:
        if self._steps and self._position < len(self._steps):
            self._deviate("it ran %d of %d computations" % (self._position, len(self._steps)))
        self._iteration += 1
        awaited = self._reporter.awaited
        waits = awaited is not None and awaited <= self._iteration
        if self._recording or waits:
            self._end_iteration(waits)
        else:
            self._do(self._reporter.receive)
        while self._reporter.schedules:
            message = self._reporter.schedules.popleft()
            self._next_schedule = (message.get("from", 0), [(kind, mhz) for kind, mhz in message["schedule"]])
            self._recording = message.get("record", True)
        if self._next_schedule is not None and self._iteration + 1 >= self._next_schedule[0]:
            self._set_steps(self._next_schedule[1])
            self._next_schedule = None
            self._mhz = self._steps[0][1] if self._steps else 0
        self._marking = self._recording or self._stretch and bool(self._steps)
        self._position = 0
        self.counter.reset()

    def _end_iteration(self, waits: bool) -> None:
        if self._marks is None:
            self._first_mark()
        marks = self._marks
        assert marks is not None
        mark = marks.iteration()
        if mark is None:
            return
        if self._thread is None or not waits:
            self._do(self._reporter.iteration, self._iteration, mark, self._dropped)
        else:
            # The GPU must end the current iteration before the next frequency schedule begins.
            gate = threading.Event()
            self._do(self._reporter.iteration, self._iteration, mark, self._dropped, gate)
            marks.wait(mark)
            deadline = time.monotonic() + self._reporter.wait_seconds + _LAG_SECONDS
            while not gate.wait(_LOOK_SECONDS) and self._thread.is_alive() and time.monotonic() < deadline:
                pass
        if waits:
            mark = marks.iteration()
            if mark is not None:
                self._do(self._reporter.started, mark)

    def fail(self, reason: str) -> None:
        """Closes the connection to the agent after a failure, and prints a warning."""
        if not self.closed:
            self.close(0)
            _ended(reason)

    def close(self, seconds: float = _DRAIN_SECONDS) -> None:
        """Sends the last recorded instructions that the GPU ends within ``seconds``, and closes the connection."""
        if self.closed:
            return
        self.closed = True
        self._finalizer.cancel()
        if self._thread is None:
            with contextlib.suppress(OSError):
                self._reporter.flush()
            self._link.close()
            return
        self._reporter.ends = True
        self._wake.put(False)
        self._thread.join(seconds)
        if seconds and self._thread.is_alive():
            _say(
                "the GPU has not ended the last recorded instructions within %.0f s, so that the recording lacks them."
                % seconds
            )

    def forget(self) -> None:
        """Closes the copy of the parent's connection that a forked process has inherited."""
        self.closed = True
        self._link.close()


def _ended(reason: str) -> None:
    _say("recording has ended, and training goes on: %s." % reason.rstrip("."))


def _chunk(chunk: int) -> str:
    return ',"chunk":%d' % chunk if chunk else ""


# The connection of this process ---------------------------------------------------------------------

_session: Optional[_Session] = None
_searched = False
_evaluating = 0
_undo: List[Callable[[], None]] = []
_of_parent: Optional[_Session] = None


def _forget_in_child() -> None:
    """Prevents a forked process, such as a data loader, from using its parent's connection to the agent."""
    global _session, _of_parent
    if _session is not None:
        _session.forget()
        # The session object is kept, because a forked process must not destroy the CUDA events of its parent.
        _session, _of_parent = None, _session


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


def _is_set(name: str) -> bool:
    return os.environ.get(name, "0") not in ("", "0")


def _integer(*names: str) -> Optional[int]:
    """Returns the value of the first environment variable that contains a whole number; None if there is none."""
    for name in names:
        try:
            return int(os.environ[name])
        except (KeyError, ValueError):
            pass
    return None


def _rank_and_world_size() -> Tuple[int, int]:
    """Returns the global rank and the number of ranks, from torch.distributed or from environment variables."""
    distributed = sys.modules.get("torch.distributed")
    try:
        if distributed is not None and distributed.is_initialized():
            return distributed.get_rank(), distributed.get_world_size()
    except Exception:  # a torch without torch.distributed
        pass
    return (
        _integer("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK") or 0,
        _integer("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE") or 1,
    )


def _current_device() -> Optional[int]:
    """Returns the number of the current CUDA GPU of this process; None if there is none."""
    torch = sys.modules.get("torch")
    try:
        return torch.cuda.current_device() if torch is not None and torch.cuda.is_available() else None
    except Exception:  # a module that only has the name torch
        return None


def _uuid(device: Optional[int]) -> Optional[str]:
    """Returns the UUID of a CUDA GPU; None if it is unknown."""
    if device is None:
        return None
    try:
        uuid = str(sys.modules["torch"].cuda.get_device_properties(device).uuid)
    except Exception:  # an old torch does not know the UUID
        return None
    return uuid if uuid.startswith(("GPU-", "MIG-")) else "GPU-" + uuid


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
    device: Optional[int] = None,
) -> bool:
    """Connects this rank to the agent (the process ``perseus-run``), and returns whether an agent answers.

    Call ``connect`` once, before the first instruction, if the default parameters do not fit. By default, the rank and
    the number of ranks come from torch.distributed. If torch.distributed is not initialized, they come from the
    environment variables RANK and WORLD_SIZE. By default, every rank holds one pipeline stage, and rank r is at
    position r % pp of its pipeline.

    :param pp: number of ranks of one pipeline
    :param dp: number of data-parallel pipelines
    :param tp: number of tensor-parallel ranks of each stage
    :param num_microbatches: number of microbatches of one pipeline in an iteration
    :param microbatch_size: number of samples in a microbatch
    :param stages: numbers of the pipeline stages that this rank holds
    :param device: number of the CUDA GPU on which this rank computes; by default the current CUDA GPU
    """
    global _session, _searched
    _searched = True
    path = os.environ.get(SOCKET_VARIABLE)
    if not path or _session is not None:
        return _session is not None
    try:
        default_rank, default_size = _rank_and_world_size()
        rank = default_rank if rank is None else rank
        world_size = default_size if world_size is None else world_size
        certain = device is not None
        device = _current_device() if device is None else device
        pp = max(1, world_size // (dp * tp)) if pp is None else pp
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
            "device": _uuid(device),
            "local_rank": _integer("LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK"),
            "local_world_size": _integer("LOCAL_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"),
            "num_microbatches": num_microbatches,
            "microbatch_size": microbatch_size,
            "framework": framework,
            "model": model,
            "stages": None if stages is None else list(stages),
            "recorder": "python " + __version__,
        }
        _session = _Session(path, {key: value for key, value in hello.items() if value is not None}, device, certain)
    except (FileNotFoundError, ConnectionRefusedError):
        _say(
            "nothing is recorded: no perseus-run listens at %s, which %s names. It has ended, or this process runs in "
            "a container that does not see this folder." % (path, SOCKET_VARIABLE)
        )
    except Exception as problem:  # training goes on without the agent
        _say("nothing is recorded: %s." % _reason(problem).rstrip("."))
    return _session is not None


def recording() -> bool:
    """Returns whether instructions of this process are sent to the agent (the process ``perseus-run``)."""
    return _session is not None and not _session.closed


def instruction(kind: str, microbatch: Optional[int] = None, chunk: int = 0) -> ContextManager[None]:
    """Returns a context manager that records the code inside it as one instruction.

    :param kind: ``forward``, ``backward``, ``backward_input``, ``weight_backward``, ``load``,
        ``optimizer_step``, ``reduce_grads``, ``evaluation`` or another name of lower-case letters and underscores
    :param microbatch: number of the microbatch in its iteration, from 0. By default, the instructions of each kind are
        counted from 0.
    :param chunk: index of the stage among the pipeline stages of this rank, from 0
    """
    session = _session
    if session is None:
        if _searched or not connect():
            return _NOTHING
        session = _session
    if session is None or session.closed:
        return _NOTHING
    return _Instruction(session, kind, microbatch, chunk)


@contextlib.contextmanager
def evaluation() -> Iterator[None]:
    """Marks the code inside as an evaluation, whose forwards do not count as forwards of training.

    An evaluation must run between two iterations. Jobs that call :func:`attach`, :func:`attach_megatron` or
    :func:`attach_deepspeed` need not mark their evaluations.
    """
    global _evaluating
    _evaluating += 1
    try:
        yield
    finally:
        _evaluating -= 1


def iteration_done() -> None:
    """Ends an iteration. Every rank must call ``iteration_done`` once after each optimizer step."""
    session = _session
    if session is None:
        return
    for framework in _frameworks:
        if framework.has_ended():
            return
        problem = framework.problem()
        if problem is not None:
            session.fail(problem)
    session.iteration_done()
    for framework in _frameworks:
        framework.counter.reset()


# Wrapping -------------------------------------------------------------------------------------------


class _Counter:
    """Counts the instructions of each kind and each stage of the rank in the current iteration."""

    def __init__(self) -> None:
        self._next: Dict[Tuple[str, int], int] = {}

    def next(self, kind: str, chunk: int = 0) -> int:
        number = self._next.get((kind, chunk), 0)
        self._next[kind, chunk] = number + 1
        return number

    def count(self, kind: str, chunk: int = 0) -> int:
        return self._next.get((kind, chunk), 0)

    def reset(self) -> None:
        self._next.clear()


class _Framework:
    """Counts the instructions of a framework that does not number its microbatches itself."""

    def __init__(self) -> None:
        self.counter = _Counter()

    def has_ended(self) -> bool:
        """Returns whether the framework itself has already ended the iteration."""
        return False

    def problem(self) -> Optional[str]:
        """Returns the reason why instructions of the iteration were not recorded; None if all were recorded."""
        return None


_frameworks: List[_Framework] = []

#: The kind, the microbatch and the stage (by its index on the rank) of an instruction; None to record nothing.
_Described = Optional[Tuple[str, int, int]]


def _recorded(original: Callable[..., Any], describe: Callable[..., _Described]) -> Callable[..., Any]:
    """Returns a function that calls ``original`` and records the call as an instruction."""

    @functools.wraps(original)
    def call(*arguments: Any, **keywords: Any) -> Any:
        session = _session
        if session is None or session.closed:
            return original(*arguments, **keywords)
        try:
            described = describe(*arguments, **keywords)
        except _Refusal as refusal:
            session.fail(str(refusal))
            described = None
        except Exception as problem:  # an unknown version of the framework
            name = getattr(original, "__name__", "a function of the framework")
            session.fail("%s has other parameters than expected (is this another version?): %s" % (name, problem))
            described = None
        if described is None:
            return original(*arguments, **keywords)
        if _evaluating:
            described = ("evaluation",) + described[1:]
        begin = session.begin(*described)
        result = original(*arguments, **keywords)
        session.end(begin, *described)
        return result

    call._perseus_records = True  # type: ignore[attr-defined]
    return call


def _is_recorded(function: Any) -> bool:
    """Returns whether an earlier call of attach has already wrapped the function."""
    return getattr(function, "_perseus_records", False)


def _replace(owner: Any, name: str, replacement: Any) -> None:
    """Sets an attribute, and adds a function to ``_undo`` that restores the attribute's earlier value."""
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
    """Restores all functions that were wrapped, and closes the connection to the agent."""
    global _session, _searched
    while _undo:
        _undo.pop()()
    _frameworks.clear()
    if _session is not None:
        _session.close()
    _session = None
    _searched = False


_Attach = TypeVar("_Attach", bound=Callable[..., bool])


def _guarded(attach: _Attach) -> _Attach:
    """Makes ``attach`` print a warning and return False if it fails.

    Without an agent (the process ``perseus-run``), ``attach`` has no effect.
    """

    @functools.wraps(attach)
    def call(*arguments: Any, **keywords: Any) -> bool:
        if not os.environ.get(SOCKET_VARIABLE):
            return False
        wrapped = len(_undo)
        try:
            return attach(*arguments, **keywords)
        except Exception as problem:  # for example an unknown version of the framework; training goes on
            while len(_undo) > wrapped:
                _undo.pop()()
            _say("nothing is recorded: %s." % _reason(problem).rstrip("."))
            return False

    return cast(_Attach, call)


class _Torch(_Framework):
    """Remembers which schedule of torch.distributed.pipelining is running."""

    def __init__(self, schedule: Any) -> None:
        super().__init__()
        self.running = schedule

    def trains(self) -> bool:
        return getattr(self.running, "_has_backward", True) and _computes_gradients()

    def follow(self, schedule: Any) -> None:
        """Notices when a schedule runs. A job may have one schedule for training and another one for evaluation."""
        original = schedule.step
        if _is_recorded(original):
            return

        @functools.wraps(original)
        def step(*arguments: Any, **keywords: Any) -> Any:
            self.running = schedule
            return original(*arguments, **keywords)

        step._perseus_records = True  # type: ignore[attr-defined]
        _replace(schedule, "step", step)


@_guarded
def attach(schedule: Any, *, model: Optional[str] = None, dp: Optional[int] = None, tp: int = 1,
           dp_rank: Optional[int] = None, tp_rank: int = 0, microbatch_size: Optional[int] = None) -> bool:
    """Records the forwards and backwards of a schedule of torch.distributed.pipelining.

    The position of the rank in its pipeline comes from the process group of the stage. By default, ranks at the same
    position of their pipelines are data-parallel. With tensor parallelism, the job must give ``dp``, ``tp``,
    ``dp_rank`` and ``tp_rank``. A second call for the same schedule has no effect. If the job has a second schedule for
    evaluation with the same stages, call ``attach`` for the second schedule too.

    :return: whether an agent (the process ``perseus-run``) records the job
    """
    stages = list(getattr(schedule, "_stages", None) or [getattr(schedule, "_stage", None)])
    names = ("forward_one_chunk", "backward_one_chunk")
    if not _require(schedule, ("_n_microbatches", "step"), "The schedule") or not all(
        _require(stage, names, "The pipeline stage") for stage in stages
    ):
        return False
    for framework in _frameworks:
        if isinstance(framework, _Torch):
            if all(_is_recorded(stage.forward_one_chunk) for stage in stages):
                framework.follow(schedule)
                return recording()
            _say("a further schedule with other stages is not recorded: one process can record one pipeline.")
            return False
    stages.sort(key=lambda stage: stage.stage_index)
    first = stages[0]
    rank, world_size = _rank_and_world_size()
    pp = first.group_size
    if dp is None:
        dp = max(1, world_size // (pp * tp))
    if dp_rank is None:
        dp_rank = _pipeline_of(first, pp) if dp > 1 else 0
    device = getattr(first, "device", None)
    if not connect(
        rank=rank, world_size=world_size, pp=pp, dp=dp, tp=tp, pp_rank=first.group_rank, dp_rank=dp_rank,
        tp_rank=tp_rank, num_microbatches=schedule._n_microbatches, microbatch_size=microbatch_size,
        framework="torch", model=model, stages=[stage.stage_index for stage in stages],
        device=getattr(device, "index", None) if getattr(device, "type", None) == "cuda" else None,
    ):
        return False
    torch = _Torch(schedule)
    _frameworks.append(torch)
    torch.follow(schedule)
    for chunk, stage in enumerate(stages):
        _attach_stage(torch, stage, chunk)
    return True


def _pipeline_of(stage: Any, pp: int) -> int:
    """Returns the number of the data-parallel pipeline of a stage, from the process group of the stage."""
    import torch.distributed as distributed

    ranks = sorted(distributed.get_process_group_ranks(stage.group))
    contiguous = ranks == list(range(ranks[0], ranks[0] + pp))
    return ranks[0] // pp if contiguous else ranks[0]


def _attach_stage(torch: _Torch, stage: Any, chunk: int) -> None:
    def forward(fwd_chunk_id: int, *_: Any, **__: Any) -> _Described:
        _require_no_overlap(torch.running)
        return ("forward" if torch.trains() else "evaluation", fwd_chunk_id, chunk)

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


def _require_no_overlap(schedule: Any) -> None:
    """Refuses a schedule in which a custom function runs a forward and a backward at the same time (OVERLAP_F_B)."""
    for action in getattr(schedule, "_comp_type_to_function_map", ()):
        if getattr(action, "name", action) == "OVERLAP_F_B":
            raise _Refusal(
                "the job overlaps forwards and backwards by a function of its own (register_custom_function for "
                "OVERLAP_F_B), which cannot be recorded. Without this function, torch runs them in turn"
            )


class _Megatron(_Framework):
    """Counts the forwards and backwards of Megatron-Core, to find their stages and microbatches."""

    def __init__(self, pp: int, chunks: int) -> None:
        super().__init__()
        self.chunks = chunks
        self.microbatches = 0
        # Number of microbatches in a group. A rank runs all forwards of a group on its first stage, then on its
        # second stage, and so on.
        self.group = pp
        self.ends_iterations = False

    def has_ended(self) -> bool:
        return self.ends_iterations and not self.counter.count("forward")

    def problem(self) -> Optional[str]:
        forwards, backwards = self.counter.count("forward"), self.counter.count("backward")
        expected = self.microbatches * self.chunks
        if forwards != backwards or expected and forwards % expected:
            return (
                "Megatron ran %d forwards by forward_step and %d backwards by backward_step in an iteration of %d "
                "microbatches. Functions that run both together, as with overlap_moe_expert_parallel_comm, cannot be "
                "recorded" % (forwards, backwards, expected)
            )
        return None

    def piece(self, number: int) -> Tuple[int, int]:
        """Returns the microbatch and the stage (by its index on the rank) of the forward with the given number."""
        if self.chunks == 1:
            return number, 0
        first = number // (self.group * self.chunks) * self.group
        size = min(self.group, self.microbatches - first) if self.microbatches else self.group
        within = number - first * self.chunks
        return first + within % size, within // size


@_guarded
def attach_megatron(*, model: Optional[str] = None, microbatch_size: Optional[int] = None) -> bool:
    """Records forward_step and backward_step of Megatron-Core. Call ``attach_megatron`` after initialize_megatron.

    In the training loop of Megatron-LM, each ``train_step`` ends an iteration, so that calls of :func:`iteration_done`
    are not needed. In any other training loop, call :func:`iteration_done` after each optimizer step. A second call of
    ``attach_megatron`` has no effect.

    :return: whether an agent (the process ``perseus-run``) records the job
    """
    try:
        from megatron.core import parallel_state  # type: ignore[import-not-found]
        from megatron.core.pipeline_parallel import schedules  # type: ignore[import-not-found]
    except ImportError as problem:
        _say("Megatron-Core cannot be imported, so that nothing is recorded: %s." % problem)
        return False
    if not _require(schedules, ("forward_step", "backward_step"), "megatron.core.pipeline_parallel.schedules"):
        return False
    if _is_recorded(schedules.forward_step):
        return recording()
    pp = parallel_state.get_pipeline_model_parallel_world_size()
    chunks = parallel_state.get_virtual_pipeline_model_parallel_world_size() or 1
    pp_rank = parallel_state.get_pipeline_model_parallel_rank()
    if not connect(
        pp=pp,
        dp=_with_context(parallel_state.get_data_parallel_world_size),
        tp=parallel_state.get_tensor_model_parallel_world_size(),
        pp_rank=pp_rank,
        dp_rank=_with_context(parallel_state.get_data_parallel_rank),
        tp_rank=parallel_state.get_tensor_model_parallel_rank(),
        microbatch_size=microbatch_size,
        framework="megatron",
        model=model,
        stages=[pp_rank + chunk * pp for chunk in range(chunks)],
    ):
        return False
    megatron = _Megatron(pp, chunks)
    _frameworks.append(megatron)
    counter = megatron.counter

    def forward(*arguments: Any, **keywords: Any) -> _Described:
        if not _computes_gradients():
            return ("evaluation", counter.next("evaluation"), 0)
        megatron.microbatches = keywords.get("num_microbatches", arguments[3] if len(arguments) > 3 else 0)
        config = keywords.get("config", arguments[6] if len(arguments) > 6 else None)
        megatron.group = getattr(config, "microbatch_group_size_per_vp_stage", None) or pp
        return ("forward",) + megatron.piece(counter.next("forward"))

    def backward(*_: Any, **__: Any) -> _Described:
        microbatch, chunk = megatron.piece(counter.next("backward"))
        return ("backward", microbatch, chunks - 1 - chunk)

    _replace(schedules, "forward_step", _recorded(schedules.forward_step, forward))
    _replace(schedules, "backward_step", _recorded(schedules.backward_step, backward))
    for name in ("megatron.training.training", "megatron.training"):  # old versions have only megatron.training
        loop = sys.modules.get(name)
        if hasattr(loop, "train_step") and not _is_recorded(loop.train_step):  # type: ignore[union-attr]
            megatron.ends_iterations = True
            _replace(loop, "train_step", _ending_iteration(loop.train_step))  # type: ignore[union-attr]
    return True


def _with_context(function: Callable[..., int]) -> int:
    """Calls a function of Megatron-Core that returns the data-parallel size or the data-parallel rank.

    Context-parallel ranks count as data-parallel ranks.
    """
    try:
        return function(with_context_parallel=True)
    except TypeError:  # an old version of Megatron-Core without context parallelism
        return function()


def _ending_iteration(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def call(*arguments: Any, **keywords: Any) -> Any:
        result = step(*arguments, **keywords)
        iteration_done()
        return result

    call._perseus_records = True  # type: ignore[attr-defined]
    return call


def _computes_gradients() -> bool:
    torch = sys.modules.get("torch")
    return torch is None or not hasattr(torch, "is_grad_enabled") or torch.is_grad_enabled()


_DEEPSPEED_KINDS = {
    "ForwardPass": "forward",
    "BackwardPass": "backward",
    "LoadMicroBatch": "load",
    "ReduceGrads": "reduce_grads",
    "OptimizerStep": "optimizer_step",
}


class _DeepSpeed(_Framework):
    """Counts the instructions of DeepSpeed's PipelineEngine."""

    def describer(self, kind: str) -> Callable[..., _Described]:
        def describe(*_: Any, **__: Any) -> _Described:
            # Forwards without gradients belong to an evaluation.
            if kind in ("forward", "load") and not _computes_gradients():
                return ("evaluation", self.counter.next("evaluation"), 0) if kind == "forward" else None
            return (kind, self.counter.next(kind), 0)

        return describe


@_guarded
def attach_deepspeed(engine: Any, *, model: Optional[str] = None) -> bool:
    """Records the instructions of DeepSpeed's PipelineEngine. A second call for the same engine has no effect.

    :return: whether an agent (the process ``perseus-run``) records the job
    """
    if not _require(engine, ("_INSTRUCTION_MAP", "grid", "micro_batches"), "The engine"):
        return False
    if any(_is_recorded(entry) for entry in engine._INSTRUCTION_MAP.values()):
        return recording()
    if any(isinstance(framework, _DeepSpeed) for framework in _frameworks):
        _say("a further PipelineEngine is not recorded: one process can record one pipeline.")
        return False
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
    deepspeed = _DeepSpeed()
    _frameworks.append(deepspeed)
    entries = dict(engine._INSTRUCTION_MAP)
    for command, original in entries.items():
        kind = _DEEPSPEED_KINDS.get(command.__name__)
        if kind is not None:
            entries[command] = _recorded(original, deepspeed.describer(kind))
    _replace(engine, "_INSTRUCTION_MAP", entries)
    return True

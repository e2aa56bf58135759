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

The recorder needs Python 3.9 and nothing else. On a CUDA GPU, the training thread marks the begin and the end of
each instruction by an event on the current stream, and does not wait. A daemon thread of the recorder waits for the
events and writes to the socket. Its writes never block; records that do not fit into the socket's buffer are kept up
to 1 MiB, then dropped and counted. With ``PERSEUS_RECORDER_SYNC=1``, and on simulated GPUs, there is no such thread:
the training thread waits for the GPU at the begin and the end of each instruction.
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
    Any, Callable, ContextManager, Deque, Dict, FrozenSet, Iterable, Iterator, List, Optional, Sequence, Tuple, Union
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
#: More than this many instructions that the GPU has not reached are dropped and counted.
_MAX_JOBS = 1 << 16
_ANSWER_SECONDS = 60.0
#: Time for what is left at the end of the process.
_DRAIN_SECONDS = 10.0
#: Time by which the recorder's thread may be later than the GPU, before training goes on without it.
_LAG_SECONDS = 5.0
#: A thread that waits for a schedule looks this often whether the session ends.
_LOOK_SECONDS = 0.5
_STRETCH_SECONDS = 10.0
#: An iteration that ends this soon after an instruction has not waited for anything else.
_DIRECTLY_NANOSECONDS = 500_000
#: The reporter's thread is woken this often for instructions that have ended, and always where a clock changes.
_WAKE_NANOSECONDS = 100_000_000
_OVERLAP_NANOSECONDS = 10_000
_COMPUTATIONS = frozenset(
    ("forward", "recomputation", "backward", "backward_input", "weight_backward", "forward_backward")
)


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

    __slots__ = ("_session", "_kind", "_microbatch", "_chunk", "_begin")

    def __init__(self, session: _Session, kind: str, microbatch: Optional[int], chunk: int) -> None:
        self._session = session
        self._kind = kind = "evaluation" if _evaluating else kind
        self._microbatch = session.counter.next(kind, chunk) if microbatch is None else microbatch
        self._chunk = chunk
        self._begin: Optional[_Mark] = None

    def __enter__(self) -> None:
        self._begin = self._session.begin(self._kind, self._microbatch, self._chunk)

    def __exit__(self, exception_type: object, *rest: object) -> None:
        if exception_type is None:
            self._session.end(self._begin, self._kind, self._microbatch, self._chunk)


class _Refusal(Exception):
    """Something that the recorder cannot record. Its text is a sentence for the user."""


def _reason(problem: Exception) -> str:
    if isinstance(problem, _Refusal):
        return str(problem)
    # CUDA's errors have several lines.
    return "%s: %s" % (type(problem).__name__, str(problem).strip().split("\n")[0])


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turns every exception of a method into the end of the session, with one warning."""

    @functools.wraps(method)
    def call(self: _Session, *arguments: Any) -> Any:
        if self.closed:
            return None
        try:
            return method(self, *arguments)
        except Exception as problem:  # whatever it is, training goes on
            self.fail(_reason(problem))
            return None

    return call


# Points in time -------------------------------------------------------------------------------------


class _Mark:
    """A point of the compute stream: either an event, or the time at which the GPU has passed it."""

    __slots__ = ("event", "ns")

    def __init__(self, event: Any, ns: int) -> None:
        self.event = event
        self.ns = ns


class _HostMarks:
    """Marks points by the time of the host, after the GPU's compute stream has been synchronized."""

    def __init__(self, synchronize: Optional[Callable[[], None]]) -> None:
        self._synchronize = synchronize
        self._until = self._woken = 0

    def mark(self) -> Optional[_Mark]:
        if self._synchronize is not None:
            self._synchronize()
        return _Mark(None, time.time_ns())

    def iteration(self) -> Optional[_Mark]:
        """Marks the end of an iteration, without the delay with which a busy host has ended a simulated instruction."""
        now = time.time_ns()
        return _Mark(None, self._until + now - self._woken if now - self._woken < _DIRECTLY_NANOSECONDS else now)

    def sleep_until(self, until: int) -> None:
        left = until - time.time_ns()
        if left > 0:
            time.sleep(left / 1e9)
            self._until, self._woken = until, time.time_ns()

    def resolve(self, mark: _Mark) -> int:
        return mark.ns

    def offset(self) -> int:
        return 0


class _GpuMarks:
    """Marks points of the GPU's compute stream by events, so that the training thread does not wait.

    The reporter's thread waits for the events. Times between events are the GPU's own. They become times of the host
    by an offset. Each time the thread wakes, the host's time is an upper bound for the time of the event: the smallest
    difference of the last one or two seconds is the offset. So the times do not contain how late the thread wakes.
    """

    def __init__(self, torch: Any) -> None:
        cuda = torch.cuda
        self._event = functools.partial(cuda.Event, enable_timing=True, blocking=True)
        self._stream = cuda.current_stream
        self._captures = getattr(cuda, "is_current_stream_capturing", lambda: False)
        self._set_device = functools.partial(cuda.set_device, cuda.current_device())
        self._free: Deque[Any] = collections.deque()
        # The reporter's thread alone uses what follows.
        self._last: Any = None
        self._last_ns = 0
        self._recent = self._earlier = math.inf
        self._since = 0

    def mark(self) -> Optional[_Mark]:
        """Returns None while the stream is captured into a graph, because then nothing runs."""
        if self._captures():
            return None
        try:
            event = self._free.pop()
        except IndexError:
            event = self._event()
        event.record(self._stream())
        return _Mark(event, 0)

    iteration = mark

    def resolve(self, mark: _Mark) -> int:
        """Waits until the GPU has passed a mark. Returns when it did, in nanoseconds, before the offset is added."""
        event = mark.event
        if event is None:
            return mark.ns
        if self._last is None:
            self._set_device()
            _allow_captures()
        event.synchronize()
        woken = time.time_ns()
        if self._last is None:
            mark.ns = self._since = woken
        else:
            # From event to event, so that the 24 bits of elapsed_time are always enough.
            mark.ns = self._last_ns + round(self._last.elapsed_time(event) * 1e6)
            self._free.append(self._last)
        mark.event, self._last, self._last_ns = None, event, mark.ns
        self._recent = min(self._recent, woken - mark.ns)
        return mark.ns

    def offset(self) -> int:
        """Returns the best offset for the times since the last call in nanoseconds."""
        best = min(self._recent, self._earlier)
        if self._last_ns - self._since > 1_000_000_000 and self._recent < math.inf:
            self._earlier, self._recent, self._since = self._recent, math.inf, self._last_ns
        return int(best) if best < math.inf else 0


def _allow_captures() -> None:
    """Lets this thread wait for events while another one captures a CUDA graph. CUDA's default ends such a capture."""
    with contextlib.suppress(Exception):
        mode = ctypes.c_int(1)  # CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
        ctypes.CDLL("libcuda.so.1").cuThreadExchangeStreamCaptureMode(ctypes.byref(mode))


def _marks(blocking: bool) -> Union[_HostMarks, _GpuMarks]:
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return _HostMarks(None)
    if not blocking:
        return _GpuMarks(torch)
    if os.environ.get(SYNC_VARIABLE):
        _say("%s is set, so that training waits for the GPU at each instruction." % SYNC_VARIABLE)
    current_stream = torch.cuda.current_stream
    return _HostMarks(lambda: current_stream().synchronize())


# The connection -------------------------------------------------------------------------------------


class _Link:
    """Lines of JSON to and from the agent. Only one thread uses it at a time."""

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
        """Introduces this rank, and returns the answer. From then on, writes do not block."""
        self._socket.sendall((json.dumps(hello) + "\n").encode())
        answer: Dict[str, Any] = json.loads(self.line(_ANSWER_SECONDS))
        if not answer.get("ok"):
            self.close()
            raise _Refusal(answer.get("error", "the agent refuses this rank"))
        self._socket.setblocking(False)
        return answer

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes, records: int = 0) -> None:
        """Writes whole lines without blocking. Lines that do not fit are kept; records may be dropped and counted."""
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
        """Returns all messages that have arrived. If there is none, waits for some time."""
        if seconds > 0:
            if self._pending:
                self._drain()
            select.select([self._socket], [self._socket] if self._pending else [], [], seconds)
        while True:
            try:
                self._read()
            except BlockingIOError:
                break
        *lines, self._received = self._received.split(b"\n")
        return [json.loads(line) for line in lines]

    def line(self, seconds: float) -> bytes:
        """Waits for one line."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            left = deadline - time.monotonic()
            if self._pending:
                self._drain()
            if left <= 0 or not select.select([self._socket], [], [], left)[0]:
                raise TimeoutError("the agent perseus-run does not answer")
            self._read()
        line, self._received = self._received.split(b"\n", 1)
        return line

    def _read(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the agent perseus-run has ended")
        self._received += data


class _Reporter:
    """Tells the agent what the GPU has reached, in the order in which the training thread has marked it.

    The reporter has a thread of its own, unless the recorder works in the blocking way. Then the training thread calls
    the same methods.
    """

    def __init__(self, link: _Link, answer: Dict[str, Any]) -> None:
        self.link = link
        self.marks: Union[_HostMarks, _GpuMarks] = _HostMarks(None)
        self.schedules: Deque[Dict[str, Any]] = collections.deque()
        self.awaited: Optional[int] = answer.get("await")
        self.wait_seconds = float(answer.get("wait_seconds", 30))
        self.ends = False
        self._waited_in_vain = False
        self._times = _Times()
        # Times on the axis of the marks, in nanoseconds.
        self._start = time.time_ns()
        self._start_told: Optional[str] = None
        self._has_started = False
        self._records: List[Tuple[str, int, int, int, int]] = []
        self._flushed = time.monotonic()
        self._computed = 0
        self._computation = ""

    def next(self, kind: str, microbatch: int, chunk: int, begin: _Mark) -> None:
        """Requests the clock of an instruction when the GPU begins it."""
        self.marks.resolve(begin)
        self.link.send(b'{"next":["%s",%d]%s}\n' % (kind.encode(), microbatch, _chunk(chunk).encode()))

    def executed(self, kind: str, microbatch: int, chunk: int, begin: _Mark, end: _Mark) -> None:
        """Records an instruction when the GPU has ended it."""
        started, ended = self.marks.resolve(begin), self.marks.resolve(end)
        if kind == "evaluation":
            if not self._has_started:
                self._begin_iteration(ended)  # An evaluation before the iteration does not belong to it.
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
        """Begins an iteration later than the one before it has ended."""
        self._begin_iteration(self.marks.resolve(mark))

    def _begin_iteration(self, ns: int) -> None:
        self._start, self._start_told = ns, None

    def iteration(self, number: int, end: _Mark, dropped: int, gate: Optional[threading.Event] = None) -> None:
        """Ends an iteration, and waits for a schedule if the agent wants that. Then opens the gate."""
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

    def receive(self) -> None:
        """Takes all messages that have arrived, without waiting."""
        self._take(self.link.arrived())

    def stretched(self, kind: str, microbatch: int, chunk: int, begin: _Mark, end: _Mark) -> int:
        """Asks the agent when a simulated GPU runs an instruction. Returns its end, and changes both marks."""
        self.link.send(
            b'{"stretch":["%s",%d,%.7f,%.7f]%s}\n'
            % (kind.encode(), microbatch, begin.ns / 1e9, end.ns / 1e9, _chunk(chunk).encode())
        )
        deadline = time.monotonic() + _STRETCH_SECONDS
        while True:
            message = json.loads(self.link.line(max(0.0, deadline - time.monotonic())))
            if "until" in message:
                break
            self._take([message])
        begin.ns = round(message.get("from", begin.ns / 1e9) * 1e9)
        end.ns = round(message["until"] * 1e9)
        return end.ns

    def _take(self, messages: List[Dict[str, Any]]) -> None:
        for message in messages:
            if "schedule" in message:
                self.awaited = message.get("await")
                self.schedules.append(message)

    def flush(self, until: Optional[int] = None) -> None:
        """Sends the records up to a time, with the offset that is best known now."""
        self._flushed = time.monotonic()
        if until is None and not self._records:
            return
        times = self._times
        times.correct(max((record[4] for record in self._records), default=0) if until is None else until,
                      self.marks.offset())
        if not self._records:
            return
        lines = "".join(
            '{"i":["%s",%d,%s,%s]%s}\n' % (kind, microbatch, times.text(start), times.text(end), _chunk(chunk))
            for kind, microbatch, chunk, start, end in self._records
        )
        self.link.send(lines.encode(), len(self._records))
        self._records.clear()


class _Times:
    """Converts times on the axis of the marks to times of the host.

    A better offset comes into force little by little, from the end of a batch of times to the end of the next one. So
    times never run backwards, and a duration changes by 0.1 % at most. A correction of more than a millisecond comes
    into force at once, because the clock of the host was set, or the first offset was bad.
    """

    _MAX_SLOPE = 0.001
    _MAX_CORRECTION = 1_000_000

    def __init__(self) -> None:
        self._since: Optional[int] = None
        self._base = 0
        self._offset = 0
        self._slope = 0.0

    def correct(self, until: int, offset: int) -> None:
        """Begins a batch of times that ends at some time, and approaches an offset."""
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
        else:
            self._offset = reached
            self._slope = max(-self._MAX_SLOPE, min(self._MAX_SLOPE, missing / span)) if span else 0.0

    def _at(self, ns: int) -> int:
        """Returns the offset at a time."""
        return self._offset + math.floor(self._slope * max(0, ns - self._base))

    def text(self, ns: int) -> str:
        """Returns seconds with 7 decimals, which are more than a float of this size holds."""
        return "%d.%07d" % divmod((ns + self._at(ns)) // 100, 10_000_000)


class _Session:
    """What the training thread knows: the present iteration and its schedule."""

    def __init__(self, path: str, hello: Dict[str, Any]) -> None:
        self.closed = False
        self.counter = _Counter()
        self._link = _Link(path)
        answer = self._link.hello(hello)
        self._reporter = _Reporter(self._link, answer)
        self._stretch = bool(answer.get("stretch"))
        self._blocking = self._stretch or os.environ.get(SYNC_VARIABLE, "0") not in ("", "0")
        self._marks: Union[_HostMarks, _GpuMarks, None] = None
        self._steps: Sequence[Tuple[str, int]] = ()
        self._planned_kinds: FrozenSet[str] = frozenset()
        self._next_schedule: Optional[Tuple[int, Sequence[Tuple[str, int]]]] = None
        self._position = 0
        self._mhz = 0
        self._iteration = 0
        self._recording = True
        self._dropped = 0
        self._thread: Optional[threading.Thread] = None
        self._jobs: Deque[Tuple[Any, ...]] = collections.deque()
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._woken = 0
        self._finalizer: Any = None
        if not self._blocking:
            self._thread = threading.Thread(target=self._run, name="perseus-recorder", daemon=True)
            self._thread.start()
            # This also runs at the end of a process of multiprocessing, where atexit does not.
            self._finalizer = multiprocessing.util.Finalize(None, self.close, exitpriority=100)

    # The reporter's thread --------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            goes_on = True
            while goes_on:
                try:
                    goes_on = self._wake.get(timeout=_BUFFERED_SECONDS)
                except queue.Empty:
                    self._reporter.flush()
                while self._jobs:
                    job = self._jobs.popleft()
                    job[0](*job[1:])
            self._reporter.flush()
        except Exception as problem:  # whatever it is, training goes on
            if not self.closed or isinstance(problem, _Refusal):
                self.closed = True
                _ended(_reason(problem))
        finally:
            self._link.close()

    def _do(self, *job: Any) -> None:
        """Lets the reporter do something, in the order of the calls."""
        if self._thread is None:
            job[0](*job[1:])
        else:
            self._jobs.append(job)
            self._wake.put(True)

    def _do_later(self, *job: Any) -> None:
        """Lets the reporter do something that is not urgent: to wake its thread takes longer than to add a job."""
        now = time.monotonic_ns()
        if self._thread is None or now - self._woken > _WAKE_NANOSECONDS:
            self._woken = now
            self._do(*job)
        else:
            self._jobs.append(job)

    # What the training thread calls -----------------------------------------------------------------

    def _mark(self) -> Optional[_Mark]:
        if self._marks is None:
            self._marks = self._reporter.marks = _marks(self._blocking)
        return self._marks.mark()

    @_guarded
    def begin(self, kind: str, microbatch: int, chunk: int) -> Optional[_Mark]:
        """Marks the begin of an instruction, whose clock is requested. Returns None if it is not recorded."""
        mark = self._mark() if self._recording or self._stretch else None
        if kind in self._planned_kinds:
            self._request_clock(kind, microbatch, chunk, mark)
        return mark

    def _request_clock(self, kind: str, microbatch: int, chunk: int, mark: Optional[_Mark]) -> None:
        planned, mhz = self._steps[self._position] if self._position < len(self._steps) else ("no further one", 0)
        if planned != kind:
            self._deviate("it runs %s of microbatch %d where its first iteration ran %s" % (kind, microbatch, planned))
            return
        self._position += 1
        if mhz != self._mhz:
            self._mhz = mhz
            mark = mark or self._mark()
            if mark is not None:
                self._do(self._reporter.next, kind, microbatch, chunk, mark)

    def _deviate(self, how: str) -> None:
        """Ends steering, because this iteration differs from the one whose order was learnt."""
        self._set_steps(())
        how = "iteration %d has another order than the first one: %s" % (self._iteration + 1, how)
        self._do(self._reporter.deviated, how)

    def _set_steps(self, steps: Sequence[Tuple[str, int]]) -> None:
        self._steps = steps
        self._planned_kinds = frozenset(kind for kind, _ in steps)

    @_guarded
    def end(self, begin: Optional[_Mark], kind: str, microbatch: int, chunk: int) -> None:
        """Records an instruction that has ended."""
        if begin is None or self._marks is None:
            return
        end = self._marks.mark()
        if end is None:
            return
        if self._stretch and (self._recording or self._steps) and isinstance(self._marks, _HostMarks):
            self._marks.sleep_until(self._reporter.stretched(kind, microbatch, chunk, begin, end))
        if not self._recording:
            return
        if len(self._jobs) < _MAX_JOBS:
            self._do_later(self._reporter.executed, kind, microbatch, chunk, begin, end)
        else:
            self._dropped += 1

    @_guarded
    def iteration_done(self) -> None:
        """Ends an iteration, and takes the schedule of the next one if the agent has sent it."""
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
        self._position = 0
        self.counter.reset()

    def _end_iteration(self, waits: bool) -> None:
        if self._marks is None:
            self._mark()
        marks = self._marks
        assert marks is not None
        mark = marks.iteration()
        if mark is None:
            return
        if self._thread is None or not waits:
            self._do(self._reporter.iteration, self._iteration, mark, self._dropped)
        else:
            # The next iteration begins under another schedule, so that the GPU must end this one before.
            event, gate = mark.event, threading.Event()
            self._do(self._reporter.iteration, self._iteration, mark, self._dropped, gate)
            if event is not None:
                event.synchronize()
            deadline = time.monotonic() + self._reporter.wait_seconds + _LAG_SECONDS
            while not gate.wait(_LOOK_SECONDS) and self._thread.is_alive() and time.monotonic() < deadline:
                pass
        if waits:
            mark = marks.iteration()
            if mark is not None:
                self._do(self._reporter.started, mark)

    def fail(self, reason: str) -> None:
        """Ends the session after a failure. Training goes on."""
        if not self.closed:
            self.close(0)
            _ended(reason)

    def close(self, seconds: float = _DRAIN_SECONDS) -> None:
        """Sends what is left, as far as the GPU gets in some time and the socket takes it. Closes the connection."""
        if self.closed:
            return
        self.closed = True
        if self._thread is None:
            try:
                self._reporter.flush()
            except OSError:
                pass
            self._link.close()
            return
        if self._finalizer is not None:
            self._finalizer.cancel()
        self._reporter.ends = True
        self._wake.put(False)
        self._thread.join(seconds)
        if seconds and self._thread.is_alive():
            _say("the GPU has not ended what was recorded last within %.0f s, so that it is not sent." % seconds)

    def forget(self) -> None:
        """Leaves the connection to the parent of this process."""
        self.closed = True
        self._link.close()


def _ended(reason: str) -> None:
    _say("recording has ended, and training goes on: %s." % reason.rstrip("."))


def _chunk(chunk: int) -> str:
    return ',"chunk":%d' % chunk if chunk else ""


# The session of this process ------------------------------------------------------------------------

_session: Optional[_Session] = None
_searched = False
_evaluating = 0
_undo: List[Callable[[], None]] = []
_of_parent: Optional[_Session] = None


def _forget_in_child() -> None:
    """A forked process, such as a data loader's worker, must not use its parent's connection."""
    global _session, _of_parent
    if _session is not None:
        _session.forget()
        # Kept, because a forked process must not destroy its parent's events.
        _session, _of_parent = None, _session


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
    come from the environment variables RANK and WORLD_SIZE, and every rank is one pipeline stage.
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
        rank = _integer("RANK") or 0 if rank is None else rank
        world_size = _integer("WORLD_SIZE") or 1 if world_size is None else world_size
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
        _say("nothing is recorded: %s." % _reason(problem).rstrip("."))
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
        self._next: Dict[Tuple[str, int], int] = {}

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
        except _Refusal as refusal:
            session.fail(str(refusal))
            described = None
        except Exception as problem:  # an unknown version of the framework
            session.fail("%s has other parameters than expected: %s" % (original.__name__, problem))
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
        _require_no_overlap(schedule)
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


def _require_no_overlap(schedule: Any) -> None:
    """torch runs the forward and the backward of OVERLAP_F_B in turn, unless the job has a function for them."""
    for action in getattr(schedule, "_comp_type_to_function_map", ()):
        if getattr(action, "name", action) == "OVERLAP_F_B":
            raise _Refusal(
                "the job overlaps forwards and backwards by a function of its own (register_custom_function for "
                "OVERLAP_F_B), which cannot be recorded. Without this function, torch runs them in turn"
            )


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


def _megatron_piece(number: int, state: Dict[str, int], chunks: int) -> Tuple[int, int]:
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

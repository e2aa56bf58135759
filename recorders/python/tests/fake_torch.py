"""Simulates torch.cuda in virtual time, which only tests advance. Work on the GPU ends after the host launched it."""

from __future__ import annotations

import struct
import sys
import threading
import time
import types
from typing import Any, List, Optional

#: Unix time at which the virtual time is 0, in nanoseconds.
EPOCH = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


class Gpu:
    """Simulates a GPU in virtual nanoseconds. No work runs until a test advances the time."""

    def __init__(self, ppm: float = 0) -> None:
        self.now = 0
        self.ppm = ppm
        self.delays: List[int] = []
        self.events = 0
        self.waits: List[str] = []
        self.waits_until: List[int] = []
        self.device = 3
        self.devices: List[tuple] = []
        self.capturing = False
        self.stream = Stream(self)
        self._changed = threading.Condition()

    def advance(self, seconds: float) -> None:
        with self._changed:
            self.now += round(seconds * SECOND)
            self._changed.notify_all()

    def wait(self, at: int) -> None:
        """Blocks the calling thread until the virtual time ``at``, like the method ``synchronize`` of a real event.

        If the main thread waits, it advances the virtual time itself.
        """
        self.waits.append(threading.current_thread().name)
        self.waits_until.append(at)
        with self._changed:
            if threading.current_thread() is threading.main_thread():
                self.now = max(self.now, at)
                self._changed.notify_all()
            if not self._changed.wait_for(lambda: self.now >= at, 20):
                raise AssertionError("nobody has advanced the time")

    def host_ns(self) -> int:
        """Returns the host's time in nanoseconds. Threads other than the main thread read it after a delay."""
        late = threading.current_thread() is not threading.main_thread() and bool(self.delays)
        return EPOCH + self.now + (self.delays.pop(0) if late else 0)

    def gpu_ns(self, at: int) -> float:
        """Returns the GPU's time. The GPU's clock has another start and another speed than the host's clock."""
        return 12_345 + at * (1 + self.ppm / 1e6)


class Stream:
    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu
        self.tail = 0

    def run(self, seconds: float) -> None:
        """Launches work. It begins when all earlier work of the stream has ended."""
        self.tail = max(self.tail, self.gpu.now) + round(seconds * SECOND)

    def synchronize(self) -> None:
        self.gpu.wait(self.tail)


class Event:
    def __init__(self, gpu: Gpu, enable_timing: bool = False, blocking: bool = False) -> None:
        assert enable_timing and blocking
        self.gpu = gpu
        self.at: Optional[int] = None
        gpu.events += 1

    def record(self, stream: Stream) -> None:
        assert not self.gpu.capturing
        self.at = max(stream.tail, self.gpu.now)

    def query(self) -> bool:
        assert self.at is not None
        return self.gpu.now >= self.at

    def synchronize(self) -> None:
        assert self.at is not None
        self.gpu.wait(self.at)

    def elapsed_time(self, end: Event) -> float:
        """Returns the milliseconds between two events as a 32-bit float, like CUDA."""
        assert self.at is not None and end.at is not None
        if max(self.at, end.at) > self.gpu.now:
            raise RuntimeError("CUDA error: device not ready")
        elapsed = (self.gpu.gpu_ns(end.at) - self.gpu.gpu_ns(self.at)) / 1e6
        result: float = struct.unpack("f", struct.pack("f", elapsed))[0]
        return result


class Torch:
    """Installs a fake module torch with one GPU, and makes the given module read the virtual time of the host."""

    def __init__(self, gpu: Gpu, module: Any) -> None:
        self.gpu = gpu
        self._module = module
        cuda = types.SimpleNamespace(
            is_available=lambda: True,
            current_device=lambda: gpu.device,
            set_device=lambda device: gpu.devices.append((threading.current_thread().name, device)),
            current_stream=lambda device=None: gpu.stream,
            is_current_stream_capturing=lambda: gpu.capturing,
            Event=lambda **options: Event(gpu, **options),
        )
        self._torch = types.ModuleType("torch")
        self._torch.cuda = cuda  # type: ignore[attr-defined]
        self._torch._C = types.SimpleNamespace(  # type: ignore[attr-defined]
            _cuda_getCurrentRawStream=lambda device: id(gpu.stream)
        )
        self._clock = types.SimpleNamespace(
            time_ns=gpu.host_ns, monotonic=time.monotonic, monotonic_ns=lambda: gpu.now, sleep=time.sleep
        )

    def __enter__(self) -> Gpu:
        sys.modules["torch"] = self._torch
        self._module.time = self._clock
        return self.gpu

    def __exit__(self, *_: object) -> None:
        sys.modules.pop("torch", None)
        self._module.time = time

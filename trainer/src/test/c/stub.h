/*
 * A stub of NVIDIA's libraries libnvidia-ml.so.1 and libcuda.so.1, for tests on machines without a GPU. The class
 * perseus.gpu.nvml.StubNvml builds it, writes its configuration and reads its log.
 *
 * All processes that name the same directory by the environment variable PERSEUS_STUB_NVML share its GPUs. Without
 * the variable, the directory is the one from which the library was loaded. The directory contains:
 *   config         lines KEY=VALUE, written by the test; a change takes effect at the next call
 *   settings.log   one line for each call that sets or resets something, by any process
 *   state.bin      the state of the GPUs, mapped by all processes
 */
#ifndef PERSEUS_STUB_H
#define PERSEUS_STUB_H

#include <stdbool.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define MAX_GPUS 16
#define MAX_CLOCKS 512
#define RING 120

/* The directory of the configuration, the log and the state. */
const char *stub_directory(void);

/* Reads the configuration again if the file has changed. Call it with the lock held. */
void config_refresh(void);

/*
 * The value of KEY.GPU, else of KEY, else the fallback. A GPU below 0 reads KEY alone. The result is valid until the
 * lock is released.
 */
const char *config_text(const char *key, int gpu, const char *fallback);
double config_number(const char *key, int gpu, double fallback);

struct sample {
  uint64_t time_us;
  uint32_t milliwatts;
};

struct gpu {
  uint32_t locked_mhz; /* 0: not locked */
  uint32_t before_mhz; /* clock in force before the last change */
  uint64_t changed_us; /* time of the last change */
  uint32_t limit_mw;   /* 0: the default limit */
  double joules;
  uint64_t integrated_us; /* joules counts up to this time */
  double sampled_joules;
  uint64_t sampled_us;
  uint64_t published_mj;
  uint64_t published_us;
  double filtered_watts; /* power that a low-pass sensor shows */
  double filtered_joules;
  uint64_t filtered_us;
  uint64_t samples; /* number of samples since the start; the last RING are in the ring */
  struct sample ring[RING];
};

uint64_t now_us(void);

/* Locks the state against threads and processes, and maps it if needed. */
void state_lock(void);
void state_unlock(void);

/* The following functions need the lock. */
struct gpu *gpu_state(int gpu);
int gpu_count(void);

/* Fills the list of supported clocks, highest first, and returns their number. */
int gpu_clocks(int gpu, uint32_t *clocks);
uint32_t gpu_limit_mw(int gpu);

/* The clock in force, and why it is lower than the requested clock (NVML's bit mask). */
uint32_t gpu_clock_mhz(int gpu, uint64_t time_us, uint64_t *reasons);

/*
 * Counts the energy of the GPU up to now, with the dynamic energy of this process, and publishes counter and samples
 * when they are due.
 */
void gpu_advance(int gpu);

/*
 * Notes that this process reads a sensor of the GPU. After the third read, a process that reads the sensors of a
 * GPU at least once a second counts as computing on this GPU: its CPU time causes dynamic power. A process that
 * reads the GPUs of a host only to choose one of them causes none.
 */
void gpu_read(int gpu);

/* Error codes of NVML. */
enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7 };

/* The number of the GPU with a handle; -1 if there is none. */
int index_of(void *handle);

/* Takes the lock. Returns the scripted error of a function, which may be an error for one GPU alone. */
int enter(const char *function, int gpu);

/* Releases the lock and returns the code. */
int leave(int code);

#endif

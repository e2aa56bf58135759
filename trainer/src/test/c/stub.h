/*
 * Declares a stub of NVIDIA's libraries libnvidia-ml.so.1 and libcuda.so.1, for tests on machines without a GPU. The
 * class perseus.gpu.nvml.StubNvml builds the stub, writes its configuration and reads its log.
 *
 * The environment variable PERSEUS_STUB_NVML contains the path of a directory. All processes with the same directory
 * share GPUs. By default, the directory is the folder that contains the loaded library. Files in the directory:
 *   config         Lines KEY=VALUE, which the test writes. A changed value is used at the next call.
 *   settings.log   One line for each call of any process that sets or resets a clock or a power limit.
 *   state.bin      The state of the GPUs, which all processes map into their memory.
 */
#ifndef PERSEUS_STUB_H
#define PERSEUS_STUB_H

#include <stdbool.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define MAX_GPUS 16
#define MAX_CLOCKS 512
#define RING 120

/* Returns the directory that contains the configuration, the log and the state. */
const char *stub_directory(void);

/* Reads the file config again if it has changed. Callers must hold the lock. */
void config_refresh(void);

/*
 * Returns the value of a key for one GPU: the value of KEY.GPU if this key exists, else the value of KEY, else
 * fallback. If gpu is below 0, only KEY is read. The returned text is valid until the lock is released.
 */
const char *config_text(const char *key, int gpu, const char *fallback);
double config_number(const char *key, int gpu, double fallback);

struct sample {
  uint64_t time_us;
  uint32_t milliwatts;
};

struct gpu {
  uint32_t locked_mhz; /* 0 if the clock is not locked */
  uint32_t before_mhz; /* clock before the last change of the lock */
  uint64_t changed_us; /* time of the last change of the lock */
  uint32_t limit_mw;   /* 0 for the default power limit */
  double joules;
  uint64_t integrated_us; /* time up to which joules contains the idle energy */
  double sampled_joules;
  uint64_t sampled_us;
  uint64_t published_mj;
  uint64_t published_us;
  double filtered_watts; /* output of the low-pass filter */
  double filtered_joules;
  uint64_t filtered_us;
  uint64_t samples; /* number of samples since the start; the ring holds the last RING samples */
  struct sample ring[RING];
};

uint64_t now_us(void);

/*
 * Takes the lock, which protects the state from other threads and processes. The first call maps the state into
 * memory.
 */
void state_lock(void);
void state_unlock(void);

/* Callers of the functions below must hold the lock. */
struct gpu *gpu_state(int gpu);
int gpu_count(void);

/* Writes the supported clocks in MHz, highest first, and returns their number. */
int gpu_clocks(int gpu, uint32_t *clocks);
uint32_t gpu_limit_mw(int gpu);

/* Returns the clock at which the GPU runs, and NVML's bit mask of the reasons why it is below the requested clock. */
uint32_t gpu_clock_mhz(int gpu, uint64_t time_us, uint64_t *reasons);

/*
 * Adds the idle energy of the GPU up to now, and the dynamic energy that this process has caused. Then updates the
 * energy counter and the power samples if their time has come.
 */
void gpu_advance(int gpu);

/*
 * Stores that this process reads a sensor of the GPU. From its third read on, the CPU time of the process causes
 * dynamic power of the GPU. If a process reads no sensor of the GPU for a second, its reads are counted from 0 again.
 * So a process that only chooses a GPU causes no dynamic power.
 */
void gpu_read(int gpu);

/* Error codes of NVML. */
enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7 };

/* Returns the number of the GPU with the given handle; -1 if no GPU has this handle. */
int index_of(void *handle);

/* Takes the lock, and returns the error code that the configuration contains for a function of a GPU. */
int enter(const char *function, int gpu);

/* Releases the lock, and returns the given code. */
int leave(int code);

#endif

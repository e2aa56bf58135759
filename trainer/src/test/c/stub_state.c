/*
 * Holds the state of the stub's GPUs, which all processes share, and computes the energy of the GPUs.
 *
 * The power of a GPU is idle_watts + dynamic_watts * share * (f / f_max)^3. The SM clock of the GPU is f, and its
 * highest clock is f_max. The share is the CPU time of a process that uses the GPU, divided by the elapsed time, and at
 * most 1.
 *
 * Each process adds the energy of the latest interval every 20 ms, and whenever it reads a sensor or the exact energy.
 * So the stored energy lacks at most the dynamic energy of 20 ms.
 */
#define _GNU_SOURCE
#include "stub.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TICK_US 20000
#define PUBLISH_US 100000
#define WATCH_US 1000000
#define WATCH_READS 3

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int file = -1;
static struct gpu *gpus;

/* How this process reads each GPU's sensors: whether it ever has, how often without a pause of 1 s, and the time of
 * the last read. */
static bool seen[MAX_GPUS];
static int reads[MAX_GPUS];
static uint64_t read_us[MAX_GPUS];

static bool ticking;

/* The time at which this process has last added the energy of each GPU, and its CPU time at that time. */
static uint64_t ticked_us[MAX_GPUS];
static uint64_t cpu_us[MAX_GPUS];

static uint64_t clock_us(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

uint64_t now_us(void) { return clock_us(CLOCK_REALTIME); }

static void map(void) {
  char path[4200];
  snprintf(path, sizeof path, "%s/state.bin", stub_directory());
  file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    perror(path);
    abort();
  }
}

void state_lock(void) {
  pthread_mutex_lock(&mutex);
  if (file < 0) {
    map();
  }
  flock(file, LOCK_EX);
  config_refresh();
  if (gpus != NULL) {
    return;
  }
  size_t size = MAX_GPUS * sizeof(struct gpu);
  struct stat status;
  fstat(file, &status);
  bool fresh = status.st_size == 0;
  if (fresh && ftruncate(file, (off_t)size) != 0) {
    perror("state.bin");
    abort();
  }
  gpus = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (gpus == MAP_FAILED) {
    perror("state.bin");
    abort();
  }
  for (int i = 0; fresh && i < MAX_GPUS; i++) {
    struct gpu *gpu = &gpus[i];
    gpu->joules = gpu->sampled_joules = gpu->filtered_joules = 1000.0 * (i + 1);
    gpu->published_mj = (uint64_t)(gpu->joules * 1000);
    gpu->integrated_us = gpu->sampled_us = gpu->published_us = gpu->filtered_us = now_us();
  }
}

void state_unlock(void) {
  flock(file, LOCK_UN);
  pthread_mutex_unlock(&mutex);
}

struct gpu *gpu_state(int gpu) { return &gpus[gpu]; }

int gpu_count(void) {
  int count = (int)config_number("gpus", -1, 1);
  return count < MAX_GPUS ? count : MAX_GPUS;
}

int gpu_clocks(int gpu, uint32_t *clocks) {
  unsigned highest = 1980, lowest = 345, step = 15;
  sscanf(config_text("clocks", gpu, ""), "%u,%u,%u", &highest, &lowest, &step);
  int count = 0;
  for (unsigned mhz = highest; mhz >= lowest && count < MAX_CLOCKS; mhz -= step) {
    clocks[count++] = mhz;
    if (mhz < step) {
      break;
    }
  }
  return count;
}

uint32_t gpu_limit_mw(int gpu) {
  double watts = config_number("power_limit.default", gpu, 700);
  return gpus[gpu].limit_mw != 0 ? gpus[gpu].limit_mw : (uint32_t)(watts * 1000);
}

static double idle_watts(int gpu) { return config_number("idle_watts", gpu, 75); }

static double dynamic_watts(int gpu) { return config_number("dynamic_watts", gpu, 500); }

/* Returns the highest clock in MHz at which the power at full load is at most the power limit. */
static uint32_t power_cap_mhz(int gpu, const uint32_t *clocks, int count) {
  double room = gpu_limit_mw(gpu) / 1000.0 - idle_watts(gpu);
  for (int i = 0; i < count; i++) {
    if (dynamic_watts(gpu) * pow((double)clocks[i] / clocks[0], 3) <= room) {
      return clocks[i];
    }
  }
  return clocks[count - 1];
}

uint32_t gpu_clock_mhz(int gpu, uint64_t time_us, uint64_t *reasons) {
  struct gpu *state = &gpus[gpu];
  uint32_t clocks[MAX_CLOCKS];
  int count = gpu_clocks(gpu, clocks);
  uint64_t delay_us = (uint64_t)(config_number("lock_delay_ms", gpu, 10) * 1000);
  uint32_t wanted = state->locked_mhz != 0 ? state->locked_mhz : clocks[0];
  if (time_us < state->changed_us + delay_us && state->before_mhz != 0) {
    wanted = state->before_mhz;
  }
  uint32_t cap = power_cap_mhz(gpu, clocks, count);
  uint32_t scripted = (uint32_t)config_number("cap_mhz", gpu, clocks[0]);
  if (scripted < cap) {
    cap = scripted;
  }
  if (reasons != NULL) {
    *reasons = cap < wanted ? 4 : 0;
  }
  return cap < wanted ? cap : wanted;
}

static void integrate_idle(int gpu, uint64_t now) {
  struct gpu *state = &gpus[gpu];
  if (now > state->integrated_us) {
    state->joules += idle_watts(gpu) * (double)(now - state->integrated_us) * 1e-6;
    state->integrated_us = now;
  }
}

/* Updates the output of the low-pass filter with the mean power since the last call. */
static void filter(int gpu, uint64_t now) {
  struct gpu *state = &gpus[gpu];
  double constant = config_number("sample_filter_ms", gpu, 0) * 1e-3;
  double seconds = (double)(now - state->filtered_us) * 1e-6;
  if (constant > 0 && now > state->filtered_us) {
    double watts = (state->joules - state->filtered_joules) / seconds;
    double before = state->filtered_watts == 0 ? watts : state->filtered_watts;
    state->filtered_watts = watts + (before - watts) * exp(-seconds / constant);
  }
  state->filtered_joules = state->joules;
  state->filtered_us = now;
}

static uint32_t sample_milliwatts(int gpu, uint64_t now) {
  struct gpu *state = &gpus[gpu];
  double mean = (state->joules - state->sampled_joules) / ((double)(now - state->sampled_us) * 1e-6);
  /* Before the first call of filter, the filter has no output. */
  bool filtered = config_number("sample_filter_ms", gpu, 0) > 0 && state->filtered_watts > 0;
  return (uint32_t)lround((filtered ? state->filtered_watts : mean) * 1000);
}

/* Updates the energy counter every 100 ms, and adds a power sample every 20 ms. */
static void publish(int gpu, uint64_t now) {
  struct gpu *state = &gpus[gpu];
  if (now >= state->published_us + PUBLISH_US) {
    state->published_mj = (uint64_t)(state->joules * 1000);
    state->published_us = now;
  }
  if (now >= state->sampled_us + TICK_US - 1000) {
    state->ring[state->samples++ % RING] = (struct sample){now, sample_milliwatts(gpu, now)};
    state->sampled_joules = state->joules;
    state->sampled_us = now;
  }
}

/* Adds the dynamic energy between two times, in which this process has used a share of a processor. */
static void integrate_dynamic(int gpu, double share, uint64_t from, uint64_t to) {
  uint32_t clocks[MAX_CLOCKS];
  gpu_clocks(gpu, clocks);
  uint64_t change = gpus[gpu].changed_us + (uint64_t)(config_number("lock_delay_ms", gpu, 10) * 1000);
  if (from < change && change < to) {
    integrate_dynamic(gpu, share, from, change);
    from = change;
  }
  double speed = (double)gpu_clock_mhz(gpu, from + (to - from) / 2, NULL) / clocks[0];
  gpus[gpu].joules += dynamic_watts(gpu) * share * pow(speed, 3) * (double)(to - from) * 1e-6;
}

void gpu_advance(int gpu) {
  uint64_t now = now_us();
  uint64_t cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID);
  bool computes = ticking && reads[gpu] >= WATCH_READS && now > ticked_us[gpu];
  if (computes) {
    double share = fmin(1, (double)(cpu - cpu_us[gpu]) / (double)(now - ticked_us[gpu]));
    integrate_dynamic(gpu, share, ticked_us[gpu], now);
  }
  integrate_idle(gpu, now);
  if (computes || now > gpus[gpu].filtered_us + TICK_US) {
    filter(gpu, now);
  }
  publish(gpu, now);
  ticked_us[gpu] = now;
  cpu_us[gpu] = cpu;
}

static void *run(void *unused) {
  (void)unused;
  for (;;) {
    usleep(TICK_US - now_us() % TICK_US);
    state_lock();
    for (int gpu = 0; gpu < MAX_GPUS; gpu++) {
      if (seen[gpu]) {
        gpu_advance(gpu);
      }
      if (now_us() > read_us[gpu] + WATCH_US) {
        reads[gpu] = 0;
      }
    }
    state_unlock();
  }
  return NULL;
}

void gpu_read(int gpu) {
  gpu_advance(gpu);
  seen[gpu] = true;
  reads[gpu]++;
  read_us[gpu] = now_us();
  if (ticking) {
    return;
  }
  ticking = true;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* Threads of the JVM must handle all signals. */
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/*
 * Implements the functions of NVML that set or reset clocks and power limits, and their log. Also has functions for
 * tests.
 */
#define _GNU_SOURCE
#include "stub.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int logged(const char *function, int gpu, const char *arguments, int code) {
  char path[4200], line[256];
  snprintf(path, sizeof path, "%s/settings.log", stub_directory());
  uint64_t now = now_us();
  int length = snprintf(line, sizeof line, "%lu.%06lu %d %s %d [%s] %d\n", (unsigned long)(now / 1000000),
                        (unsigned long)(now % 1000000), getpid(), function, gpu, arguments, code);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0 || write(file, line, (size_t)length) != length) {
    perror(path);
    abort();
  }
  close(file);
  return leave(code);
}

static void change_clock(int gpu, unsigned mhz) {
  gpu_advance(gpu);
  struct gpu *state = gpu_state(gpu);
  uint64_t now = now_us();
  state->before_mhz = gpu_clock_mhz(gpu, now, NULL);
  state->locked_mhz = mhz;
  state->changed_us = now;
}

EXPORT int nvmlDeviceSetGpuLockedClocks(void *device, unsigned least, unsigned most) {
  int gpu = index_of(device);
  char arguments[64];
  snprintf(arguments, sizeof arguments, "%u,%u", least, most);
  int code = enter(__func__, gpu);
  if (code == SUCCESS && (least > most || most == (unsigned)config_number("refused_clock", gpu, 0))) {
    code = INVALID;
  }
  if (code == SUCCESS) {
    change_clock(gpu, most);
  }
  return logged(__func__, gpu, arguments, code);
}

EXPORT int nvmlDeviceResetGpuLockedClocks(void *device) {
  int gpu = index_of(device);
  int code = enter(__func__, gpu);
  if (code == SUCCESS) {
    change_clock(gpu, 0);
  }
  return logged(__func__, gpu, "", code);
}

EXPORT int nvmlDeviceSetPowerManagementLimit(void *device, unsigned milliwatts) {
  int gpu = index_of(device);
  char arguments[64];
  snprintf(arguments, sizeof arguments, "%u", milliwatts);
  int code = enter(__func__, gpu);
  if (code == SUCCESS) {
    gpu_advance(gpu);
    gpu_state(gpu)->limit_mw = milliwatts;
  }
  return logged(__func__, gpu, arguments, code);
}

/* Returns the present energy of a GPU in joules for tests. The energy counter shows this energy with a delay. */
EXPORT double perseusStubExactJoules(unsigned gpu) {
  state_lock();
  gpu_advance((int)gpu);
  double joules = gpu_state((int)gpu)->joules;
  state_unlock();
  return joules;
}

/* Returns the SM clock in MHz at which a GPU runs, for tests. */
EXPORT unsigned perseusStubClockMhz(unsigned gpu) {
  state_lock();
  unsigned mhz = gpu_clock_mhz((int)gpu, now_us(), NULL);
  state_unlock();
  return mhz;
}

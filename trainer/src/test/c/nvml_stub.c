/*
 * Implements the functions of NVML that read properties and sensors. NVIDIA's nvml.h defines all numbers and
 * structs.
 */
#define _GNU_SOURCE
#include "stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pci {
  char legacy[16];
  unsigned domain, bus, device, device_id, subsystem_id;
  char bus_id[32];
};

struct memory {
  unsigned long long total, free, used;
};

struct nvml_sample {
  unsigned long long time_us;
  union {
    double d;
    unsigned u;
    unsigned long ul;
    unsigned long long ull;
    long long sll;
    int s;
    unsigned short us;
  } value;
};

static bool initialized;

/* The handle of GPU i is the address of byte i. */
static char handles[MAX_GPUS];

int index_of(void *handle) {
  long index = (char *)handle - handles;
  return index >= 0 && index < MAX_GPUS ? (int)index : -1;
}

int enter(const char *function, int gpu) {
  state_lock();
  char key[128];
  snprintf(key, sizeof key, "error.%s", function);
  int code = (int)config_number(key, gpu, SUCCESS);
  if (code == SUCCESS && !initialized && strncmp(function, "nvmlInit", 8) != 0) {
    code = UNINITIALIZED;
  }
  return code;
}

int leave(int code) {
  state_unlock();
  return code;
}

#define ENTER(gpu)                  \
  int code = enter(__func__, gpu);  \
  if (code != SUCCESS) {            \
    return leave(code);             \
  }

#define ENTER_GPU                   \
  int gpu = index_of(device);       \
  if (gpu < 0) {                    \
    return INVALID;                 \
  }                                 \
  ENTER(gpu)

static int copy(const char *text, char *to, unsigned length) {
  if (strlen(text) >= length) {
    return TOO_SMALL;
  }
  strcpy(to, text);
  return SUCCESS;
}

EXPORT int nvmlInit_v2(void) {
  ENTER(-1)
  initialized = true;
  return leave(SUCCESS);
}

EXPORT int nvmlInit(void) { return nvmlInit_v2(); }

EXPORT const char *nvmlErrorString(int code) {
  static char text[64];
  snprintf(text, sizeof text, "Stub Error %d", code);
  return text;
}

EXPORT int nvmlSystemGetDriverVersion(char *version, unsigned length) {
  ENTER(-1)
  return leave(copy(config_text("driver", -1, "580.159.03"), version, length));
}

EXPORT int nvmlDeviceGetCount_v2(unsigned *count) {
  ENTER(-1)
  *count = (unsigned)gpu_count();
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetCount(unsigned *count) { return nvmlDeviceGetCount_v2(count); }

EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  ENTER((int)index)
  if (index >= (unsigned)gpu_count()) {
    return leave(INVALID);
  }
  *device = &handles[index];
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetHandleByIndex(unsigned index, void **device) {
  return nvmlDeviceGetHandleByIndex_v2(index, device);
}

EXPORT int nvmlDeviceGetName(void *device, char *name, unsigned length) {
  ENTER_GPU
  return leave(copy(config_text("name", gpu, "NVIDIA Stub"), name, length));
}

EXPORT int nvmlDeviceGetUUID(void *device, char *uuid, unsigned length) {
  ENTER_GPU
  char own[64];
  snprintf(own, sizeof own, "GPU-%08x-0000-4000-8000-000000000000", 0x57ab0000 + (unsigned)gpu);
  return leave(copy(config_text("uuid", gpu, own), uuid, length));
}

EXPORT int nvmlDeviceGetPciInfo_v3(void *device, struct pci *pci) {
  ENTER_GPU
  memset(pci, 0, sizeof *pci);
  pci->bus = (unsigned)config_number("pci_bus", gpu, 0x10 + gpu);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory) {
  ENTER_GPU
  memory->total = 150ULL << 30;
  memory->free = (unsigned long long)config_number("memory_free", gpu, 140e9);
  memory->used = memory->total - memory->free;
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor) {
  ENTER_GPU
  int tenths = (int)config_number("compute_capability", gpu, 90);
  *major = tenths / 10;
  *minor = tenths % 10;
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending) {
  ENTER_GPU
  *current = *pending = (unsigned)config_number("mig", gpu, 0);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetPersistenceMode(void *device, unsigned *mode) {
  ENTER_GPU
  *mode = (unsigned)config_number("persistence", gpu, 1);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) {
  ENTER_GPU
  gpu_read(gpu);
  *celsius = (unsigned)config_number("temperature", gpu, 45);
  return leave(sensor == 0 ? SUCCESS : INVALID);
}

EXPORT int nvmlDeviceGetClockInfo(void *device, int type, unsigned *mhz) {
  ENTER_GPU
  gpu_read(gpu);
  *mhz = gpu_clock_mhz(gpu, now_us(), NULL);
  return leave(type == 1 ? SUCCESS : INVALID);
}

EXPORT int nvmlDeviceGetCurrentClocksEventReasons(void *device, unsigned long long *reasons) {
  ENTER_GPU
  uint64_t now;
  gpu_clock_mhz(gpu, now_us(), &now);
  *reasons = (unsigned long long)config_number("reasons", gpu, (double)now);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *reasons) {
  return nvmlDeviceGetCurrentClocksEventReasons(device, reasons);
}

static int give(const uint32_t *values, int size, unsigned *count, unsigned *to) {
  bool fits = to != NULL && *count >= (unsigned)size;
  *count = (unsigned)size;
  if (!fits) {
    return TOO_SMALL;
  }
  memcpy(to, values, (size_t)size * sizeof *values);
  return SUCCESS;
}

/* The lowest memory clock is first. Drivers may return the memory clocks in any order. */
static const uint32_t MEMORY_CLOCKS[] = {1593, 3201};

EXPORT int nvmlDeviceGetSupportedMemoryClocks(void *device, unsigned *count, unsigned *mhz) {
  ENTER_GPU
  return leave(give(MEMORY_CLOCKS, 2, count, mhz));
}

EXPORT int nvmlDeviceGetSupportedGraphicsClocks(void *device, unsigned memory, unsigned *count, unsigned *mhz) {
  ENTER_GPU
  uint32_t clocks[MAX_CLOCKS + 1];
  int size = 1;
  clocks[0] = 210;
  if (memory == MEMORY_CLOCKS[1]) {
    size = gpu_clocks(gpu, clocks);
    clocks[size] = clocks[0]; /* A driver may return a clock twice and in any order. */
    size++;
  }
  return leave(give(clocks, size, count, mhz));
}

EXPORT int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts) {
  ENTER_GPU
  *milliwatts = gpu_limit_mw(gpu);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetPowerManagementDefaultLimit(void *device, unsigned *milliwatts) {
  ENTER_GPU
  *milliwatts = (unsigned)(config_number("power_limit.default", gpu, 700) * 1000);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetPowerManagementLimitConstraints(void *device, unsigned *least, unsigned *most) {
  ENTER_GPU
  *least = (unsigned)(config_number("power_limit.min", gpu, 200) * 1000);
  *most = (unsigned)(config_number("power_limit.max", gpu, 700) * 1000);
  return leave(SUCCESS);
}

EXPORT int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
  ENTER_GPU
  gpu_read(gpu);
  struct gpu *state = gpu_state(gpu);
  const char *counter = config_text("counter", gpu, "normal");
  *millijoules = state->published_mj;
  if (strcmp(counter, "none") == 0) {
    return leave(NOT_SUPPORTED);
  }
  if (strcmp(counter, "normal") != 0) {
    *millijoules = strtoull(counter, NULL, 10); /* The counter always has this value. */
  }
  return leave(SUCCESS);
}

static void fill(struct nvml_sample *to, const struct sample *from, int type) {
  to->time_us = from->time_us;
  memset(&to->value, 0xAB, sizeof to->value); /* The unused bytes of the union may have any value. */
  switch (type) {
    case 0: to->value.d = from->milliwatts; break;
    case 1: to->value.u = from->milliwatts; break;
    case 2: to->value.ul = from->milliwatts; break;
    case 3: to->value.ull = from->milliwatts; break;
    case 4: to->value.sll = from->milliwatts; break;
    case 5: to->value.s = (int)from->milliwatts; break;
    case 6: to->value.us = (unsigned short)from->milliwatts; break;
  }
}

EXPORT int nvmlDeviceGetSamples(void *device, int kind, unsigned long long last_us, int *type, unsigned *count,
                                struct nvml_sample *samples) {
  ENTER_GPU
  gpu_read(gpu);
  struct gpu *state = gpu_state(gpu);
  if (kind != 0 || strcmp(config_text("samples", gpu, ""), "none") == 0) {
    return leave(NOT_SUPPORTED);
  }
  *type = (int)config_number("sample_type", gpu, 1);
  if (samples == NULL) {
    *count = RING;
    return leave(SUCCESS);
  }
  unsigned given = 0;
  for (uint64_t i = state->samples > RING ? state->samples - RING : 0; i < state->samples && given < *count; i++) {
    if (state->ring[i % RING].time_us > last_us) {
      fill(&samples[given++], &state->ring[i % RING], *type);
    }
  }
  *count = given;
  return leave(given == 0 ? NOT_FOUND : SUCCESS);
}

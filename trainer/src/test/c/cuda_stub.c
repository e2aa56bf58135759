/*
 * Implements the functions of CUDA's driver library that list the GPUs. The key "cuda" of the configuration contains
 * NVML's numbers of the GPUs in CUDA's order, such as cuda=1,0. Without this key, cuInit returns an error.
 */
#include "stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Error codes of CUDA. */
enum { CUDA_INVALID_VALUE = 1, CUDA_NO_DEVICE = 100, CUDA_UNKNOWN = 999 };

static int devices[MAX_GPUS];
static int count;

EXPORT int cuInit(unsigned flags) {
  state_lock();
  char list[256];
  snprintf(list, sizeof list, "%s", config_text("cuda", -1, "?"));
  state_unlock();
  if (list[0] == '?') {
    return CUDA_UNKNOWN;
  }
  count = 0;
  for (char *part = strtok(list, ","); part != NULL && count < MAX_GPUS; part = strtok(NULL, ",")) {
    devices[count++] = atoi(part);
  }
  return count == 0 ? CUDA_NO_DEVICE : flags == 0 ? SUCCESS : CUDA_INVALID_VALUE;
}

EXPORT int cuDeviceGetCount(int *number) {
  *number = count;
  return SUCCESS;
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
  *device = 100 + ordinal;
  return ordinal < count ? SUCCESS : CUDA_INVALID_VALUE;
}

/* Returns the default UUID of the NVML stub. The keys "uuid" of the configuration are not used. */
EXPORT int cuDeviceGetUuid_v2(unsigned char *uuid, int device) {
  static const unsigned char bytes[16] = {0x57, 0xab, 0, 0, 0, 0, 0x40, 0, 0x80};
  memcpy(uuid, bytes, sizeof bytes);
  uuid[3] = (unsigned char)devices[device - 100];
  return SUCCESS;
}

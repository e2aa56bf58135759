/*
 * Implements the functions of NCCL that send, receive and sum data, and groups of these
 * operations.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stub.h"

/*
 * The kind and the size of an operation, which each rank sends to the other rank before the
 * data.
 */
typedef struct {
  int kind;
  int type;
  size_t count;
} header_t;

static __thread int group_depth;
static __thread operation_t *group;

size_t type_bytes(int type) {
  switch (type) {
    case ncclUint8:
      return 1;
    case ncclFloat16:
    case ncclBfloat16:
      return 2;
    case ncclFloat32:
      return 4;
    default:
      return 0;
  }
}

static float bfloat16_to_float(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

/*
 * Rounds to the nearest bfloat16 number. If two numbers are equally near, the result is the even
 * number.
 */
static uint16_t float_to_bfloat16(float value) {
  uint32_t wide;
  memcpy(&wide, &value, sizeof wide);
  return (uint16_t)((wide + 0x7fff + ((wide >> 16) & 1)) >> 16);
}

static void add(void *sum, const void *term, size_t count, int type) {
  for (size_t i = 0; i < count; i++) {
    if (type == ncclFloat32) {
      ((float *)sum)[i] += ((const float *)term)[i];
    } else if (type == ncclFloat16) {
      ((_Float16 *)sum)[i] += ((const _Float16 *)term)[i];
    } else {
      uint16_t *sums = sum;
      const uint16_t *terms = term;
      sums[i] = float_to_bfloat16(bfloat16_to_float(sums[i]) + bfloat16_to_float(terms[i]));
    }
  }
}

/* Waits until the receiver is ready, and then sends the data. NCCL may send small data earlier. */
static int run_send(operation_t *operation) {
  comm_t *comm = operation->comm;
  int socket = comm->to[operation->peer];
  header_t own = {SEND, operation->type, operation->count};
  header_t ready;
  if (read_all(comm, socket, &ready, sizeof ready) < 0 ||
      write_all(comm, socket, &own, sizeof own) < 0) {
    return -1;
  }
  size_t bytes = operation->count * type_bytes(operation->type);
  if (ready.count * type_bytes(ready.type) != bytes) {
    set_last_error("a send of %zu bytes meets a receive of %zu bytes", bytes,
                   ready.count * type_bytes(ready.type));
    comm_fail(comm, ncclInvalidUsage);
    comm_wait_for_abort(comm);
    return -1;
  }
  return write_all(comm, socket, operation->input, bytes);
}

static int run_receive(operation_t *operation) {
  comm_t *comm = operation->comm;
  int socket = comm->from[operation->peer];
  header_t own = {RECEIVE, operation->type, operation->count};
  header_t sent;
  if (write_all(comm, socket, &own, sizeof own) < 0 ||
      read_all(comm, socket, &sent, sizeof sent) < 0) {
    return -1;
  }
  size_t bytes = operation->count * type_bytes(operation->type);
  if (sent.count * type_bytes(sent.type) != bytes) {
    set_last_error("a receive of %zu bytes meets a send of %zu bytes", bytes,
                   sent.count * type_bytes(sent.type));
    comm_fail(comm, ncclInvalidUsage);
    comm_wait_for_abort(comm);
    return -1;
  }
  return read_all(comm, socket, operation->output, bytes);
}

/*
 * Rank 0 sums the terms in the order of ranks. If the ranks have different sizes, the call hangs,
 * as in NCCL.
 */
static int run_all_reduce(operation_t *operation) {
  comm_t *comm = operation->comm;
  size_t bytes = operation->count * type_bytes(operation->type);
  header_t own = {ALL_REDUCE, operation->type, operation->count};
  if (comm->rank > 0) {
    return write_all(comm, comm->to[0], &own, sizeof own) < 0 ||
                   write_all(comm, comm->to[0], operation->input, bytes) < 0
               ? -1
               : read_all(comm, comm->from[0], operation->output, bytes);
  }
  char *sum = malloc(bytes);
  char *term = malloc(bytes);
  int result = 0;
  memcpy(sum, operation->input, bytes);
  for (int peer = 1; peer < comm->size && result == 0; peer++) {
    header_t header;
    result = read_all(comm, comm->from[peer], &header, sizeof header);
    if (result == 0 && (header.kind != own.kind || header.type != own.type ||
                        header.count != own.count)) {
      comm_wait_for_abort(comm);
      result = -1;
    }
    if (result == 0) {
      result = read_all(comm, comm->from[peer], term, bytes);
    }
    if (result == 0) {
      add(sum, term, operation->count, operation->type);
    }
  }
  for (int peer = 1; peer < comm->size && result == 0; peer++) {
    result = write_all(comm, comm->to[peer], sum, bytes);
  }
  if (result == 0) {
    memcpy(operation->output, sum, bytes);
  }
  free(sum);
  free(term);
  return result;
}

static void *run_transfer(void *argument) {
  operation_t *operation = argument;
  if (operation->stalled) {
    comm_wait_for_abort(operation->comm);
  } else if (operation->kind == SEND) {
    run_send(operation);
  } else {
    run_receive(operation);
  }
  return NULL;
}

void run_kernel(void *argument) {
  kernel_t *kernel = argument;
  comm_t *comm = kernel->comm;
  pthread_mutex_lock(&comm->mutex);
  while (comm->finished < kernel->number && !comm->aborted) {
    pthread_cond_wait(&comm->changed, &comm->mutex);
  }
  pthread_mutex_unlock(&comm->mutex);
  pthread_t threads[2 * MAX_RANKS];
  int started = 0;
  for (operation_t *each = kernel->operations; each; each = each->next) {
    if (each->kind == ALL_REDUCE) {
      if (each->stalled) {
        comm_wait_for_abort(comm);
      }
      run_all_reduce(each);
    } else {
      pthread_create(&threads[started++], NULL, run_transfer, each);
    }
  }
  for (int i = 0; i < started; i++) {
    pthread_join(threads[i], NULL);
  }
  pthread_mutex_lock(&comm->mutex);
  comm->finished++;
  pthread_cond_broadcast(&comm->changed);
  pthread_mutex_unlock(&comm->mutex);
  while (kernel->operations) {
    operation_t *next = kernel->operations->next;
    free(kernel->operations);
    kernel->operations = next;
  }
  free(kernel);
  comm_leave(comm);
}

static void *launch(void *argument) {
  kernel_t *kernel = argument;
  comm_t *comm = kernel->comm;
  stream_add(kernel->operations->stream, run_kernel, kernel);
  pthread_mutex_lock(&comm->mutex);
  comm->state = ncclSuccess;
  pthread_cond_broadcast(&comm->changed);
  pthread_mutex_unlock(&comm->mutex);
  return NULL;
}

EXPORT ncclResult_t ncclGroupStart(void) {
  group_depth++;
  return ncclSuccess;
}

/* Moves the operations of one communicator from the group into a kernel. */
static kernel_t *take_kernel(comm_t *comm) {
  kernel_t *kernel = calloc(1, sizeof *kernel);
  operation_t **end = &kernel->operations;
  operation_t **link = &group;
  kernel->comm = comm;
  while (*link) {
    operation_t *operation = *link;
    if (operation->comm == comm) {
      *link = operation->next;
      operation->next = NULL;
      *end = operation;
      end = &operation->next;
    } else {
      link = &operation->next;
    }
  }
  return kernel;
}

EXPORT ncclResult_t ncclGroupEnd(void) {
  ncclResult_t result = ncclSuccess;
  if (group_depth == 0) {
    set_last_error("ncclGroupEnd without ncclGroupStart");
    return ncclInvalidUsage;
  }
  if (--group_depth > 0) {
    return ncclSuccess;
  }
  while (group) {
    comm_t *comm = group->comm;
    kernel_t *kernel = take_kernel(comm);
    pthread_t thread;
    comm_enter(comm);
    pthread_mutex_lock(&comm->mutex);
    comm->state = ncclInProgress;
    kernel->number = comm->launched++;
    pthread_mutex_unlock(&comm->mutex);
    pthread_create(&thread, NULL, launch, kernel);
    if (comm->blocking) {
      pthread_join(thread, NULL);
    } else {
      pthread_detach(thread);
      result = ncclInProgress;
    }
  }
  return result;
}

static ncclResult_t add_operation(const char *function, operation_t given, void *stream) {
  comm_t *comm = given.comm;
  int value;
  if (!comm || comm->destroyed) {
    count_misuse("an operation of a destroyed communicator");
    return ncclInvalidArgument;
  }
  pthread_mutex_lock(&comm->mutex);
  int busy = comm->state == ncclInProgress;
  pthread_mutex_unlock(&comm->mutex);
  if (busy) {
    count_misuse("an operation of a communicator that is in progress");
    return ncclInvalidArgument;
  }
  if (given.peer < 0 || given.peer >= comm->size || type_bytes(given.type) == 0 ||
      (given.kind == ALL_REDUCE && given.type == ncclUint8) ||
      (given.kind != ALL_REDUCE && given.peer == comm->rank)) {
    set_last_error("%s has a wrong argument", function);
    return ncclInvalidArgument;
  }
  action_t action = script_call(function, comm->rank, &value);
  if (action == ERROR) {
    return value;
  }
  if (action == ASYNC) {
    comm_fail(comm, value);
  }
  operation_t *operation = malloc(sizeof *operation);
  *operation = given;
  operation->stalled = action == STALL || action == ASYNC;
  operation->stream = stream_of(stream);
  operation_t **end = &group;
  while (*end) {
    end = &(*end)->next;
  }
  *end = operation;
  ncclGroupStart();
  return ncclGroupEnd();
}

EXPORT ncclResult_t ncclSend(const void *buffer, size_t count, int type, int peer, comm_t *comm,
                             void *stream) {
  operation_t operation = {
      .kind = SEND, .input = buffer, .count = count, .type = type, .peer = peer, .comm = comm};
  return add_operation("ncclSend", operation, stream);
}

EXPORT ncclResult_t ncclRecv(void *buffer, size_t count, int type, int peer, comm_t *comm,
                             void *stream) {
  operation_t operation = {
      .kind = RECEIVE, .output = buffer, .count = count, .type = type, .peer = peer, .comm = comm};
  return add_operation("ncclRecv", operation, stream);
}

EXPORT ncclResult_t ncclAllReduce(const void *input, void *output, size_t count, int type,
                                  int reduction, comm_t *comm, void *stream) {
  operation_t operation = {.kind = ALL_REDUCE,
                           .input = input,
                           .output = output,
                           .count = count,
                           .type = type,
                           .comm = comm};
  if (reduction != 0) {
    set_last_error("the stub only sums");
    return ncclInvalidArgument;
  }
  return add_operation("ncclAllReduce", operation, stream);
}

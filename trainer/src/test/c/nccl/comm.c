/* Implements the functions of NCCL that connect, check, abort and destroy communicators. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stub.h"

enum { ID_BYTES = 128, BACKLOG = 2 * MAX_RANKS };
enum { CONFIG_MAGIC = 0xcafebeef, CONFIG_BYTES_OF_218 = 48 };

static const char ID_MAGIC[8] = "NCCLSTUB";

/*
 * The trainer looks for this symbol to find out that the library is a stub, which works on the
 * memory of the host.
 */
EXPORT int nccl_host_memory = 1;

typedef struct {
  char bytes[ID_BYTES];
} id_t_128;

typedef struct {
  size_t size;
  unsigned magic;
  unsigned version;
  int blocking;
} config_t;

/*
 * The first message on a connection: the rank that connects, and the direction in which data will
 * be sent.
 */
typedef struct {
  int rank;
  int size;
  int to_caller;
} hello_t;

int comm_aborted(comm_t *comm) {
  pthread_mutex_lock(&comm->mutex);
  int aborted = comm->aborted;
  pthread_mutex_unlock(&comm->mutex);
  return aborted;
}

void comm_fail(comm_t *comm, ncclResult_t error) {
  pthread_mutex_lock(&comm->mutex);
  comm->async_error = error;
  pthread_mutex_unlock(&comm->mutex);
}

void comm_enter(comm_t *comm) {
  pthread_mutex_lock(&comm->mutex);
  comm->threads++;
  pthread_mutex_unlock(&comm->mutex);
}

void comm_leave(comm_t *comm) {
  pthread_mutex_lock(&comm->mutex);
  comm->threads--;
  pthread_cond_broadcast(&comm->changed);
  pthread_mutex_unlock(&comm->mutex);
}

void comm_wait_for_abort(comm_t *comm) {
  pthread_mutex_lock(&comm->mutex);
  while (!comm->aborted) {
    pthread_cond_wait(&comm->changed, &comm->mutex);
  }
  pthread_mutex_unlock(&comm->mutex);
}

static int move(comm_t *comm, int socket, char *buffer, size_t bytes, int writes) {
  while (bytes > 0) {
    struct pollfd ready = {socket, writes ? POLLOUT : POLLIN, 0};
    if (comm_aborted(comm)) {
      return -1;
    }
    if (poll(&ready, 1, POLL_MILLIS) == 0) {
      continue;
    }
    ssize_t moved = writes ? send(socket, buffer, bytes, MSG_NOSIGNAL | MSG_DONTWAIT)
                           : recv(socket, buffer, bytes, MSG_DONTWAIT);
    if (moved > 0) {
      buffer += moved;
      bytes -= (size_t)moved;
    } else if (moved == 0 || (errno != EAGAIN && errno != EINTR)) {
      comm_wait_for_abort(comm);
      return -1;
    }
  }
  return 0;
}

int read_all(comm_t *comm, int socket, void *buffer, size_t bytes) {
  return move(comm, socket, buffer, bytes, 0);
}

int write_all(comm_t *comm, int socket, const void *buffer, size_t bytes) {
  return move(comm, socket, (char *)(uintptr_t)buffer, bytes, 1);
}

static struct sockaddr_un address(comm_t *comm, int rank) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/%d", comm->directory, rank);
  return address;
}

static int call(comm_t *comm, int rank, int to_caller) {
  struct sockaddr_un peer = address(comm, rank);
  hello_t hello = {comm->rank, comm->size, to_caller};
  while (!comm_aborted(comm)) {
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(connection, (struct sockaddr *)&peer, sizeof peer) == 0) {
      return write_all(comm, connection, &hello, sizeof hello) == 0 ? connection : -1;
    }
    close(connection);
    sleep_millis(POLL_MILLIS);
  }
  return -1;
}

static int answer(comm_t *comm) {
  struct pollfd ready = {comm->listener, POLLIN, 0};
  hello_t hello;
  while (poll(&ready, 1, POLL_MILLIS) <= 0) {
    if (comm_aborted(comm)) {
      return -1;
    }
  }
  int connection = accept4(comm->listener, NULL, NULL, SOCK_CLOEXEC);
  if (read_all(comm, connection, &hello, sizeof hello) < 0) {
    return -1;
  }
  if (hello.size != comm->size) {
    set_last_error("rank %d has a communicator of %d ranks, not %d", hello.rank, hello.size,
                   comm->size);
    comm_fail(comm, ncclInvalidUsage);
    comm_wait_for_abort(comm);
    return -1;
  }
  if (hello.to_caller) {
    comm->to[hello.rank] = connection;
  } else {
    comm->from[hello.rank] = connection;
  }
  return 0;
}

int comm_connect(comm_t *comm) {
  for (int peer = 0; peer < comm->rank; peer++) {
    comm->to[peer] = call(comm, peer, 0);
    comm->from[peer] = call(comm, peer, 1);
    if (comm->to[peer] < 0 || comm->from[peer] < 0) {
      return -1;
    }
  }
  for (int left = 2 * (comm->size - 1 - comm->rank); left > 0; left--) {
    if (answer(comm) < 0) {
      return -1;
    }
  }
  struct sockaddr_un own = address(comm, comm->rank);
  close(comm->listener);
  comm->listener = -1;
  unlink(own.sun_path);
  rmdir(comm->directory);
  return 0;
}

static void *initialize(void *argument) {
  comm_t *comm = argument;
  if (comm_connect(comm) == 0) {
    pthread_mutex_lock(&comm->mutex);
    comm->state = ncclSuccess;
    pthread_cond_broadcast(&comm->changed);
    pthread_mutex_unlock(&comm->mutex);
  }
  comm_leave(comm);
  return NULL;
}

EXPORT ncclResult_t ncclGetVersion(int *version) {
  int value;
  action_t action = script_call("ncclGetVersion", -1, &value);
  *version = action == VALUE ? value : 22809;
  return action == ERROR ? value : ncclSuccess;
}

EXPORT const char *ncclGetErrorString(ncclResult_t result) {
  static const char *texts[] = {"no error",         "unhandled cuda error", "unhandled system error",
                                "internal error",   "invalid argument",     "invalid usage",
                                "remote process exited or there was a network error",
                                "NCCL operation in progress"};
  return result >= 0 && result < 8 ? texts[result] : "unknown result code";
}

EXPORT ncclResult_t ncclGetUniqueId(id_t_128 *id) {
  int value;
  if (script_call("ncclGetUniqueId", -1, &value) == ERROR) {
    return value;
  }
  memset(id, 0, sizeof *id);
  memcpy(id->bytes, ID_MAGIC, sizeof ID_MAGIC);
  const char *base = stub_directory();
  /* The path of a Unix socket may have only about 100 bytes. */
  snprintf(id->bytes + sizeof ID_MAGIC, PATH_BYTES, "%s/nccl-stub-XXXXXX",
           base && strlen(base) < PATH_BYTES - 20 ? base : "/tmp");
  if (!mkdtemp(id->bytes + sizeof ID_MAGIC)) {
    set_last_error("a directory cannot be created for a communicator");
    return ncclSystemError;
  }
  /* The check of this last byte shows whether callers pass the whole id. */
  id->bytes[ID_BYTES - 1] = 77;
  return ncclSuccess;
}

static int valid(id_t_128 *id, int size, int rank, config_t *config) {
  const char *wrong = NULL;
  if (memcmp(id->bytes, ID_MAGIC, sizeof ID_MAGIC) != 0 || id->bytes[ID_BYTES - 1] != 77) {
    wrong = "the unique id is not one of ncclGetUniqueId";
  } else if (rank < 0 || rank >= size || size > MAX_RANKS) {
    wrong = "the rank is not one of the communicator";
  } else if (config->magic != (unsigned)CONFIG_MAGIC || config->size < CONFIG_BYTES_OF_218) {
    wrong = "the configuration is not initialized";
  }
  if (wrong) {
    set_last_error("%s", wrong);
  }
  return wrong == NULL;
}

EXPORT ncclResult_t ncclCommInitRankConfig(comm_t **created, int size, id_t_128 id, int rank,
                                           config_t *config) {
  int value = 0;
  if (!valid(&id, size, rank, config)) {
    return ncclInvalidArgument;
  }
  action_t action = script_call("ncclCommInitRankConfig", rank, &value);
  if (action == ERROR) {
    return value;
  }
  log_call("ncclCommInitRankConfig", rank, size);
  comm_t *comm = calloc(1, sizeof *comm);
  comm->rank = rank;
  comm->size = size;
  comm->blocking = config->blocking != 0;
  comm->state = ncclInProgress;
  comm->async_error = action == ASYNC ? value : ncclSuccess;
  snprintf(comm->directory, PATH_BYTES, "%.95s", id.bytes + sizeof ID_MAGIC);
  pthread_mutex_init(&comm->mutex, NULL);
  pthread_cond_init(&comm->changed, NULL);
  comm->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un own = address(comm, rank);
  if (bind(comm->listener, (struct sockaddr *)&own, sizeof own) < 0 ||
      listen(comm->listener, BACKLOG) < 0) {
    set_last_error("rank %d cannot listen at %s: %s", rank, own.sun_path, strerror(errno));
    return ncclSystemError;
  }
  *created = comm;
  if (action != STALL) {
    pthread_t thread;
    comm_enter(comm);
    pthread_create(&thread, NULL, initialize, comm);
    pthread_detach(thread);
  }
  pthread_mutex_lock(&comm->mutex);
  while (comm->blocking && comm->state == ncclInProgress) {
    pthread_cond_wait(&comm->changed, &comm->mutex);
  }
  ncclResult_t state = comm->state;
  pthread_mutex_unlock(&comm->mutex);
  return state;
}

EXPORT ncclResult_t ncclCommGetAsyncError(comm_t *comm, ncclResult_t *error) {
  if (!comm || comm->destroyed) {
    count_misuse("ncclCommGetAsyncError of a destroyed communicator");
    return ncclInvalidArgument;
  }
  int value;
  action_t action = script_call("ncclCommGetAsyncError", comm->rank, &value);
  pthread_mutex_lock(&comm->mutex);
  *error = comm->async_error != ncclSuccess ? comm->async_error : comm->state;
  pthread_mutex_unlock(&comm->mutex);
  if (action == ASYNC) {
    *error = value;
  }
  return action == ERROR ? value : ncclSuccess;
}

/* Waits until no thread uses the communicator, and closes its sockets. */
static void reclaim(comm_t *comm) {
  pthread_mutex_lock(&comm->mutex);
  while (comm->threads > 0) {
    pthread_cond_wait(&comm->changed, &comm->mutex);
  }
  comm->destroyed = 1;
  pthread_mutex_unlock(&comm->mutex);
  for (int peer = 0; peer < comm->size; peer++) {
    if (comm->to[peer] > 0) {
      close(comm->to[peer]);
      close(comm->from[peer]);
    }
  }
  if (comm->listener >= 0) {
    struct sockaddr_un own = address(comm, comm->rank);
    close(comm->listener);
    unlink(own.sun_path);
    rmdir(comm->directory);
  }
  /*
   * The memory of the communicator is not freed, so that the stub can detect a later use of the
   * communicator.
   */
}

EXPORT ncclResult_t ncclCommAbort(comm_t *comm) {
  int value;
  if (!comm || comm->destroyed) {
    count_misuse("ncclCommAbort of a destroyed communicator");
    return ncclInvalidArgument;
  }
  script_call("ncclCommAbort", comm->rank, &value);
  log_call("ncclCommAbort", comm->rank, comm->size);
  pthread_mutex_lock(&comm->mutex);
  comm->aborted = 1;
  pthread_cond_broadcast(&comm->changed);
  pthread_mutex_unlock(&comm->mutex);
  reclaim(comm);
  return ncclSuccess;
}

static void *finalize(void *argument) {
  comm_t *comm = argument;
  pthread_mutex_lock(&comm->mutex);
  while (comm->finished < comm->launched && !comm->aborted) {
    pthread_cond_wait(&comm->changed, &comm->mutex);
  }
  comm->state = ncclSuccess;
  pthread_mutex_unlock(&comm->mutex);
  comm_leave(comm);
  return NULL;
}

EXPORT ncclResult_t ncclCommFinalize(comm_t *comm) {
  int value;
  if (!comm || comm->destroyed) {
    count_misuse("ncclCommFinalize of a destroyed communicator");
    return ncclInvalidArgument;
  }
  action_t action = script_call("ncclCommFinalize", comm->rank, &value);
  log_call("ncclCommFinalize", comm->rank, comm->size);
  if (action == ERROR) {
    return value;
  }
  pthread_mutex_lock(&comm->mutex);
  comm->state = ncclInProgress;
  pthread_mutex_unlock(&comm->mutex);
  if (action != STALL) {
    pthread_t thread;
    comm_enter(comm);
    pthread_create(&thread, NULL, finalize, comm);
    pthread_detach(thread);
  }
  return ncclInProgress;
}

EXPORT ncclResult_t ncclCommDestroy(comm_t *comm) {
  int value;
  if (!comm || comm->destroyed) {
    count_misuse("ncclCommDestroy of a destroyed communicator");
    return ncclInvalidArgument;
  }
  script_call("ncclCommDestroy", comm->rank, &value);
  log_call("ncclCommDestroy", comm->rank, comm->size);
  reclaim(comm);
  return ncclSuccess;
}

/*
 * A stub of NVIDIA's NCCL and of the part of the CUDA driver that goes with it, for tests on hosts
 * without GPUs. All memory is the host's memory. Processes exchange data over Unix sockets.
 *
 * The stub behaves as the real libraries do:
 *  - The ranks of a communicator meet in a directory that the unique id names. It lies in the
 *    directory of the script, or under /tmp.
 *  - A communicator with blocking = 0 answers ncclInProgress until its operation is in a stream.
 *  - A stream is a thread that runs its operations in order. Operations of one communicator also
 *    run in the order of their calls, whatever their streams.
 *  - A send ends when its receive has begun and the data are copied. Two ranks that send to each
 *    other on one communicator before they receive therefore wait forever, unless the calls are in
 *    one group.
 *  - The loss of a process is not detected: operations with it wait until ncclCommAbort.
 *
 * Each thread has its own null stream, because tests run ranks as threads.
 *
 * A script makes calls fail. It consists of lines
 *     FUNCTION RANK NUMBER ACTION VALUE
 * RANK is a rank of a communicator, or -1 for any. NUMBER counts the calls of the function with
 * this rank, from 1; 0 means every call. ACTION is one of
 *     error   the call returns VALUE
 *     async   the call succeeds, but the communicator then has the asynchronous error VALUE
 *     hang    the call never returns
 *     stall   the call succeeds, but its operation never ends
 *     delay   the call returns after VALUE milliseconds
 *     value   the call stores VALUE (ncclGetVersion alone)
 * The script comes from nccl_stub_script(), or from the file "script" in the directory that the
 * environment variable NCCL_STUB names. Where that variable is set, the file "log-PID" in the same
 * directory lists the calls that begin and end communicators.
 */
#ifndef PERSEUS_NCCL_STUB_H
#define PERSEUS_NCCL_STUB_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

typedef int ncclResult_t;
enum {
  ncclSuccess = 0,
  ncclUnhandledCudaError = 1,
  ncclSystemError = 2,
  ncclInternalError = 3,
  ncclInvalidArgument = 4,
  ncclInvalidUsage = 5,
  ncclRemoteError = 6,
  ncclInProgress = 7
};

enum { ncclUint8 = 1, ncclFloat16 = 6, ncclFloat32 = 7, ncclBfloat16 = 9 };

enum { MAX_RANKS = 64, PATH_BYTES = 96, POLL_MILLIS = 10 };

/* What a script does to a call. */
typedef enum { PASS, ERROR, ASYNC, HANG, STALL, DELAY, VALUE } action_t;

/* Counts a call, runs the actions hang and delay, and returns any other action and its value. */
action_t script_call(const char *function, int rank, int *value);

/* Adds a line to the log. */
void log_call(const char *function, int rank, int size);

/* Returns the directory that the environment names; NULL if there is none. */
const char *stub_directory(void);

/* Counts a use of a communicator that is not allowed, such as a use after ncclCommAbort. */
void count_misuse(const char *what);

/* Sets the text that ncclGetLastError returns. */
void set_last_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

void sleep_millis(int millis);

/* A stream: a queue of tasks that a thread runs in order. */
typedef struct stream stream_t;

/* Returns a stream; for NULL, the null stream of the calling thread. */
stream_t *stream_of(void *handle);

void stream_add(stream_t *stream, void (*run)(void *), void *argument);

/* A communicator. */
typedef struct comm {
  int rank;
  int size;
  int blocking;
  char directory[PATH_BYTES];
  int listener;
  int to[MAX_RANKS];   /* sockets for data from this rank to another */
  int from[MAX_RANKS]; /* sockets for data from another rank to this one */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  ncclResult_t state;
  ncclResult_t async_error;
  int aborted;
  int destroyed;
  int threads;         /* threads that use the communicator */
  long launched;       /* kernels launched */
  long finished;       /* kernels finished */
} comm_t;

int comm_aborted(comm_t *comm);
void comm_fail(comm_t *comm, ncclResult_t error);
void comm_enter(comm_t *comm);
void comm_leave(comm_t *comm);

/* Waits until the communicator is aborted. */
void comm_wait_for_abort(comm_t *comm);

/* Connects the sockets of a communicator; returns 0, or -1 after an abort. */
int comm_connect(comm_t *comm);

/* Read or write all bytes; return 0, or -1 after an abort. A lost peer means waiting for it. */
int read_all(comm_t *comm, int socket, void *buffer, size_t bytes);
int write_all(comm_t *comm, int socket, const void *buffer, size_t bytes);

/* An operation of a communicator: a send, a receive or an all-reduce. */
typedef struct operation {
  enum { SEND, RECEIVE, ALL_REDUCE } kind;
  const void *input;
  void *output;
  size_t count;
  int type;
  int peer;
  int stalled;
  comm_t *comm;
  stream_t *stream;
  struct operation *next;
} operation_t;

/* The operations of one communicator in one group. */
typedef struct kernel {
  comm_t *comm;
  operation_t *operations;
  long number;
} kernel_t;

/* Returns the bytes of an element, or 0 for a type that the stub does not know. */
size_t type_bytes(int type);

/* Runs the operations of a kernel; a task of a stream. */
void run_kernel(void *kernel);

#endif

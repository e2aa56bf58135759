/*
 * Declares a stub of NVIDIA's NCCL, and of the functions of the CUDA driver that the NCCL transport
 * calls. Tests on hosts without GPUs use the stub. All memory is the memory of the host, and
 * processes exchange data over Unix sockets.
 *
 * The stub behaves like the real libraries:
 *  - The unique id of a communicator contains the path of a directory in which its ranks meet. The
 *    stub creates the directory in the directory of the script, or in /tmp.
 *  - A nonblocking communicator (blocking = 0) is in the state ncclInProgress until its operation is
 *    in a stream.
 *  - A stream is a thread that runs its operations in order. The operations of one communicator run
 *    in the order of their calls, even if they are in different streams.
 *  - A send ends when its receive has begun and the data are copied. If two ranks first send to each
 *    other and then receive, both wait forever, unless the calls are in one group.
 *  - The stub does not detect the loss of a process. Operations with a lost process wait until
 *    ncclCommAbort.
 *
 * Each thread has its own null stream, because tests run ranks as threads.
 *
 * A script makes calls fail. It consists of lines
 *     FUNCTION RANK NUMBER ACTION VALUE
 * RANK is a rank of a communicator, or -1 for all ranks. NUMBER is the number of the call of the
 * function by this rank, from 1, or 0 for all calls. ACTION is one of
 *     error   the call returns VALUE
 *     async   the call succeeds, but the communicator then has the asynchronous error VALUE
 *     hang    the call never returns
 *     stall   the call succeeds, but its operation never ends
 *     delay   the call returns after VALUE milliseconds
 *     value   the call stores VALUE (only for ncclGetVersion)
 * A test sets the script by nccl_stub_script(). If the environment variable NCCL_STUB contains the
 * path of a directory, the stub reads the script from the file "script" in the directory. It then
 * writes the calls that begin and end communicators into the file "log-PID" in the directory.
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

/* The actions of a script. */
typedef enum { PASS, ERROR, ASYNC, HANG, STALL, DELAY, VALUE } action_t;

/*
 * Counts a call, and finds its action in the script. Runs the actions hang and delay, and returns
 * all other actions.
 */
action_t script_call(const char *function, int rank, int *value);

/* Adds a line to the log. */
void log_call(const char *function, int rank, int size);

/* Returns the directory in the environment variable NCCL_STUB; NULL if the variable is not set. */
const char *stub_directory(void);

/* Counts a use of a communicator that is not allowed, such as a use after ncclCommAbort. */
void count_misuse(const char *what);

/* Sets the text that ncclGetLastError returns. */
void set_last_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

void sleep_millis(int millis);

/* A stream is a queue of tasks that a thread runs in order. */
typedef struct stream stream_t;

/*
 * Returns the stream with the given handle. The handle NULL is the null stream of the calling
 * thread.
 */
stream_t *stream_of(void *handle);

void stream_add(stream_t *stream, void (*run)(void *), void *argument);

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
  long launched;       /* number of kernels that were started */
  long finished;       /* number of kernels that have ended */
} comm_t;

int comm_aborted(comm_t *comm);
void comm_fail(comm_t *comm, ncclResult_t error);
void comm_enter(comm_t *comm);
void comm_leave(comm_t *comm);

/* Waits until the communicator is aborted. */
void comm_wait_for_abort(comm_t *comm);

/* Connects the sockets of a communicator; returns 0, or -1 after an abort. */
int comm_connect(comm_t *comm);

/*
 * Read or write all bytes. Return 0, or -1 after an abort. If the other process is lost, they wait
 * for the abort.
 */
int read_all(comm_t *comm, int socket, void *buffer, size_t bytes);
int write_all(comm_t *comm, int socket, const void *buffer, size_t bytes);

/* An operation is a send, a receive or an all-reduce of a communicator. */
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

/* A kernel runs the operations of one communicator in one group. */
typedef struct kernel {
  comm_t *comm;
  operation_t *operations;
  long number;
} kernel_t;

/* Returns the bytes of an element, or 0 for a type that the stub does not know. */
size_t type_bytes(int type);

/* Runs the operations of a kernel. The kernel is a task of a stream. */
void run_kernel(void *kernel);

#endif

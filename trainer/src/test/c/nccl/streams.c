/*
 * Implements the functions for streams and events of the CUDA driver that the NCCL transport
 * calls.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "stub.h"

enum { CUDA_SUCCESS = 0, CUDA_ERROR_INVALID_VALUE = 1, CUDA_ERROR_NOT_READY = 600 };

typedef struct task {
  void (*run)(void *);
  void *argument;
  struct task *next;
} task_t;

struct stream {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  task_t *first;
  task_t *last;
};

/*
 * An event counts how often it was recorded and passed. A waiter waits for the record that was the
 * last when it began.
 */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  long recorded;
  long passed;
} event_t;

typedef struct {
  event_t *event;
  long number;
} mark_t;

static pthread_key_t null_stream;

__attribute__((constructor)) static void start(void) { pthread_key_create(&null_stream, NULL); }

static void *work(void *argument) {
  stream_t *stream = argument;
  while (1) {
    pthread_mutex_lock(&stream->mutex);
    while (!stream->first) {
      pthread_cond_wait(&stream->changed, &stream->mutex);
    }
    task_t *task = stream->first;
    pthread_mutex_unlock(&stream->mutex);
    task->run(task->argument);
    pthread_mutex_lock(&stream->mutex);
    stream->first = task->next;
    pthread_mutex_unlock(&stream->mutex);
    free(task);
  }
  return NULL;
}

static stream_t *new_stream(void) {
  stream_t *stream = calloc(1, sizeof *stream);
  pthread_mutex_init(&stream->mutex, NULL);
  pthread_cond_init(&stream->changed, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, work, stream);
  pthread_detach(thread);
  return stream;
}

stream_t *stream_of(void *handle) {
  if (handle) {
    return handle;
  }
  stream_t *stream = pthread_getspecific(null_stream);
  if (!stream) {
    stream = new_stream();
    pthread_setspecific(null_stream, stream);
  }
  return stream;
}

void stream_add(stream_t *stream, void (*run)(void *), void *argument) {
  task_t *task = calloc(1, sizeof *task);
  task->run = run;
  task->argument = argument;
  pthread_mutex_lock(&stream->mutex);
  if (stream->first) {
    stream->last->next = task;
  } else {
    stream->first = task;
  }
  stream->last = task;
  pthread_cond_signal(&stream->changed);
  pthread_mutex_unlock(&stream->mutex);
}

static void pass(void *argument) {
  mark_t *mark = argument;
  pthread_mutex_lock(&mark->event->mutex);
  mark->event->passed = mark->number;
  pthread_cond_broadcast(&mark->event->changed);
  pthread_mutex_unlock(&mark->event->mutex);
  free(mark);
}

static void await(void *argument) {
  mark_t *mark = argument;
  pthread_mutex_lock(&mark->event->mutex);
  while (mark->event->passed < mark->number) {
    pthread_cond_wait(&mark->event->changed, &mark->event->mutex);
  }
  pthread_mutex_unlock(&mark->event->mutex);
  free(mark);
}

static mark_t *mark(event_t *event) {
  mark_t *mark = calloc(1, sizeof *mark);
  mark->event = event;
  mark->number = event->recorded;
  return mark;
}

EXPORT int cuInit(unsigned flags) { return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; }

EXPORT int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return CUDA_SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRetain(void **context, int device) {
  (void)device;
  *context = &null_stream;
  return CUDA_SUCCESS;
}

EXPORT int cuCtxSetCurrent(void *context) {
  return context == &null_stream ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuStreamCreate(void **stream, unsigned flags) {
  *stream = new_stream();
  return flags == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuEventCreate(void **event, unsigned flags) {
  event_t *created = calloc(1, sizeof *created);
  pthread_mutex_init(&created->mutex, NULL);
  pthread_cond_init(&created->changed, NULL);
  *event = created;
  return flags == 2 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuEventRecord(void *handle, void *stream) {
  event_t *event = handle;
  pthread_mutex_lock(&event->mutex);
  event->recorded++;
  mark_t *recorded = mark(event);
  pthread_mutex_unlock(&event->mutex);
  stream_add(stream_of(stream), pass, recorded);
  return CUDA_SUCCESS;
}

EXPORT int cuEventQuery(void *handle) {
  event_t *event = handle;
  pthread_mutex_lock(&event->mutex);
  int ready = event->passed == event->recorded;
  pthread_mutex_unlock(&event->mutex);
  return ready ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

EXPORT int cuStreamWaitEvent(void *stream, void *handle, unsigned flags) {
  event_t *event = handle;
  pthread_mutex_lock(&event->mutex);
  mark_t *awaited = mark(event);
  pthread_mutex_unlock(&event->mutex);
  stream_add(stream_of(stream), await, awaited);
  return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuGetErrorString(int error, const char **text) {
  *text = error == CUDA_ERROR_INVALID_VALUE ? "invalid argument" : "other error";
  return CUDA_SUCCESS;
}

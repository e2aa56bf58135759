/* Reads the script, which makes calls fail. Writes the log, and counts calls. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stub.h"

enum { MAX_RULES = 32, MAX_COUNTERS = 512, NAME_BYTES = 40, TEXT_BYTES = 256 };

typedef struct {
  char function[NAME_BYTES];
  int rank;
  int number;
  action_t action;
  int value;
} rule_t;

typedef struct {
  char function[NAME_BYTES];
  int rank;
  int calls;
} counter_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static rule_t rules[MAX_RULES];
static int rule_count;
static counter_t counters[MAX_COUNTERS];
static int counter_count;
static __thread char last_error[TEXT_BYTES];
static char last_error_of_any[TEXT_BYTES];

static action_t action_named(const char *name) {
  static const char *names[] = {"pass", "error", "async", "hang", "stall", "delay", "value"};
  for (int i = 0; i < 7; i++) {
    if (strcmp(name, names[i]) == 0) {
      return (action_t)i;
    }
  }
  fprintf(stderr, "NCCL stub: unknown action %s\n", name);
  exit(1);
}

/* Replaces the script and sets all counters to 0. */
EXPORT void nccl_stub_script(const char *text) {
  pthread_mutex_lock(&mutex);
  rule_count = 0;
  counter_count = 0;
  char *copy = strdup(text);
  char *rest = NULL;
  for (char *line = strtok_r(copy, "\n", &rest); line && rule_count < MAX_RULES;
       line = strtok_r(NULL, "\n", &rest)) {
    rule_t *rule = &rules[rule_count];
    char action[NAME_BYTES];
    if (sscanf(line, "%39s %d %d %39s %d", rule->function, &rule->rank, &rule->number, action,
               &rule->value) >= 4) {
      rule->action = action_named(action);
      rule_count++;
    }
  }
  free(copy);
  pthread_mutex_unlock(&mutex);
}

const char *stub_directory(void) { return getenv("NCCL_STUB"); }

__attribute__((constructor)) static void read_script(void) {
  char path[512];
  char text[4096];
  if (!stub_directory()) {
    return;
  }
  snprintf(path, sizeof path, "%s/script", stub_directory());
  FILE *file = fopen(path, "r");
  if (file) {
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    nccl_stub_script(text);
  }
}

static int count(const char *function, int rank) {
  for (int i = 0; i < counter_count; i++) {
    if (counters[i].rank == rank && strcmp(counters[i].function, function) == 0) {
      return ++counters[i].calls;
    }
  }
  if (counter_count < MAX_COUNTERS) {
    counter_t *counter = &counters[counter_count++];
    snprintf(counter->function, NAME_BYTES, "%s", function);
    counter->rank = rank;
    counter->calls = 1;
  }
  return 1;
}

action_t script_call(const char *function, int rank, int *value) {
  pthread_mutex_lock(&mutex);
  int number = count(function, rank);
  rule_t found = {.action = PASS};
  for (int i = 0; i < rule_count; i++) {
    rule_t *rule = &rules[i];
    if (strcmp(rule->function, function) == 0 && (rule->rank < 0 || rule->rank == rank) &&
        (rule->number == 0 || rule->number == number)) {
      found = *rule;
      break;
    }
  }
  pthread_mutex_unlock(&mutex);
  *value = found.value;
  if (found.action == ERROR || found.action == ASYNC) {
    set_last_error("scripted error of %s", function);
  }
  if (found.action == DELAY) {
    sleep_millis(found.value);
    return PASS;
  }
  while (found.action == HANG) {
    sleep_millis(1000);
  }
  return found.action;
}

/* Returns how often all ranks together have called a function. */
EXPORT int nccl_stub_calls(const char *function) {
  int sum = 0;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < counter_count; i++) {
    sum += strcmp(counters[i].function, function) == 0 ? counters[i].calls : 0;
  }
  pthread_mutex_unlock(&mutex);
  return sum;
}

void count_misuse(const char *what) {
  pthread_mutex_lock(&mutex);
  count("misuse", -1);
  pthread_mutex_unlock(&mutex);
  fprintf(stderr, "NCCL stub: misuse: %s\n", what);
}

void log_call(const char *function, int rank, int size) {
  char path[512];
  if (!stub_directory()) {
    return;
  }
  snprintf(path, sizeof path, "%s/log-%d", stub_directory(), getpid());
  FILE *file = fopen(path, "a");
  if (file) {
    fprintf(file, "%s rank %d of %d\n", function, rank, size);
    fclose(file);
  }
}

void set_last_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
  pthread_mutex_lock(&mutex);
  memcpy(last_error_of_any, last_error, sizeof last_error);
  pthread_mutex_unlock(&mutex);
}

EXPORT const char *ncclGetLastError(comm_t *comm) {
  (void)comm;
  return last_error[0] ? last_error : last_error_of_any;
}

void sleep_millis(int millis) {
  struct timespec time = {millis / 1000, (millis % 1000) * 1000000L};
  nanosleep(&time, NULL);
}

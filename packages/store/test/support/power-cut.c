/*
 * A preload library that makes a power failure possible in a test. Before a write to a file under
 * POWER_CUT_DIRECTORY it notes, in POWER_CUT_LOG, what the write replaces; fsync and fdatasync of a file forget its
 * notes. After a kill, undoing the notes leaves what was on the disk for certain. With POWER_CUT_BYTES set,
 * writes fail with ENOSPC once that many bytes have been written: a full disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static const char *directory, *log_directory;
static int64_t bytes_left = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwritev = dlsym(RTLD_NEXT, "pwritev64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  directory = getenv("POWER_CUT_DIRECTORY");
  log_directory = getenv("POWER_CUT_LOG");
  const char *bytes = getenv("POWER_CUT_BYTES");
  if (bytes != NULL) bytes_left = atoll(bytes);
}

/* Whether the file is one of those that matter, and its log. */
static int tracked(int fd, char *log, size_t size) {
  char link[64], path[4096];
  struct stat status;
  if (directory == NULL || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  if (strncmp(path, directory, strlen(directory)) != 0 || strstr(path, "-shm") != NULL) return 0;
  if (log != NULL) snprintf(log, size, "%s/%llu", log_directory, (unsigned long long)status.st_ino);
  return 1;
}

/* Notes [size of the file, offset, length, old bytes] before something is changed there. */
static void note(int fd, off_t offset, size_t length) {
  char log[4352];
  struct stat status;
  if (log_directory == NULL || !tracked(fd, log, sizeof log) || fstat(fd, &status) != 0) return;
  size_t old = offset >= status.st_size ? 0 : (size_t)(status.st_size - offset);
  if (old > length) old = length;
  char *record = malloc(24 + old);
  int64_t head[3] = {status.st_size, offset, (int64_t)old};
  memcpy(record, head, 24);
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int reader = open(link, O_RDONLY);
  ssize_t got = old == 0 ? 0 : pread64(reader, record + 24, old, offset);
  if (reader >= 0) close(reader);
  if (got == (ssize_t)old) {
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (out >= 0) {
      if (real_write(out, record, 24 + old) < 0) abort();
      close(out);
    }
  }
  free(record);
}

static int refuse(int fd, size_t length) {
  if (bytes_left < 0 || !tracked(fd, NULL, 0)) return 0;
  if ((int64_t)length > bytes_left) {
    errno = ENOSPC;
    return 1;
  }
  bytes_left -= (int64_t)length;
  return 0;
}

static void forget(int fd) {
  char log[4352];
  if (log_directory != NULL && tracked(fd, log, sizeof log)) unlink(log);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  ssize_t result = -1;
  if (!refuse(fd, length)) {
    note(fd, offset, length);
    result = real_pwrite(fd, data, length, offset);
  }
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
  if (!tracked(fd, NULL, 0)) return real_write(fd, data, length);
  pthread_mutex_lock(&lock);
  ssize_t result = -1;
  if (!refuse(fd, length)) {
    note(fd, lseek64(fd, 0, SEEK_CUR), length);
    result = real_write(fd, data, length);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) {
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  pthread_mutex_lock(&lock);
  note(fd, offset, length);
  ssize_t result = real_pwritev(fd, parts, count, offset);
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev64(fd, parts, count, offset); }

int ftruncate64(int fd, off_t length) {
  struct stat status;
  pthread_mutex_lock(&lock);
  if (fstat(fd, &status) == 0) {
    note(fd, length, status.st_size > length ? (size_t)(status.st_size - length) : 0);
  }
  int result = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
  pthread_mutex_lock(&lock);
  int result = real_fsync(fd);
  if (result == 0) forget(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

int fdatasync(int fd) {
  pthread_mutex_lock(&lock);
  int result = real_fdatasync(fd);
  if (result == 0) forget(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

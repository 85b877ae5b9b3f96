/*
 * A preload library that remembers what has been synced, so that a test can throw away the rest: killing a
 * process loses nothing that it has written, because the page cache outlives it; a power failure does.
 *
 * Each completed fsync or fdatasync of a regular file appends one line to the file named by POWER_LEDGER:
 *
 *     inode size
 *
 * where size is what the file had when the call began. A size is enough for files that only grow, which is all
 * that LevelDB writes; that a file's name is durable with its first sync is what ext4, xfs and btrfs do.
 * A file that is removed or replaced is noted with size 0 beforehand, because its inode may be used again.
 *
 * With POWER_DISK_BYTES, buffered writes fail half-way with ENOSPC once so many bytes have been written.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* With optimisation stdio.h makes it a macro. */
#undef fwrite_unlocked

static int ledger(void) {
  static int fd = -2;
  if (fd == -2) {
    const char *path = getenv("POWER_LEDGER");
    fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  }
  return fd;
}

static void note(ino_t inode, off_t size) {
  char line[64];
  int length = snprintf(line, sizeof line, "%llu %lld\n", (unsigned long long)inode, (long long)size);
  if (ledger() >= 0 && write(ledger(), line, (size_t)length) != length) abort();
}

static int sync_and_note(int fd, int (*real)(int)) {
  struct stat before;
  int known = fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
  int result = real(fd);
  if (result == 0 && known) note(before.st_ino, before.st_size);
  return result;
}

static void forget(const char *path) {
  struct stat file;
  if (lstat(path, &file) == 0 && S_ISREG(file.st_mode)) note(file.st_ino, 0);
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return sync_and_note(fd, real);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return sync_and_note(fd, real);
}

int unlink(const char *path) {
  static int (*real)(const char *);
  if (!real) real = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  forget(path);
  return real(path);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (!real) real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  forget(to);
  return real(from, to);
}

size_t fwrite_unlocked(const void *data, size_t size, size_t count, FILE *file) {
  static size_t (*real)(const void *, size_t, size_t, FILE *);
  static _Atomic long long written;
  if (!real) real = (size_t(*)(const void *, size_t, size_t, FILE *))dlsym(RTLD_NEXT, "fwrite_unlocked");
  const char *limit = getenv("POWER_DISK_BYTES");
  if (limit && atomic_fetch_add(&written, (long long)(size * count)) + (long long)(size * count) > atoll(limit)) {
    size_t half = real(data, size, count / 2, file);
    errno = ENOSPC;
    return half;
  }
  return real(data, size, count, file);
}

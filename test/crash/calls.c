/*
 * Stands between a program and the system: counts the calls that change something (or all that touch its
 * files), and at a chosen one ends the program as kill -9 would, or lets the call fail. Loaded with LD_PRELOAD.
 *
 *   CALLS_UNDER   only files below this folder count, and connections
 *   CALLS_FILES   set: connections do not count
 *   CALLS_ALL     set: opening, reading and looking count, too
 *   CALLS_AT      the number of the call to act at, from 1
 *   CALLS_LAST    the last call to act at (default: the same one)
 *   CALLS_ACT     0: end the program before the call; -1: write half of what is to be written, then end it;
 *                 otherwise the error number the call fails with, without being made
 *   CALLS_LOG     a file that gets a line for each counted call, before it is made
 *
 * There is no #include here, so that any C compiler without the system's headers will do.
 */
typedef unsigned long size_type;
typedef long ssize_type;
typedef long offset_type;
struct piece { char *base; size_type length; };

extern void *dlsym(void *, const char *);
extern char *getenv(const char *);
extern long atol(const char *);
extern int *__errno_location(void);
extern int kill(int, int);
extern int getpid(void);
extern int pause(void);
extern long readlink(const char *, char *, size_type);
extern int snprintf(char *, size_type, const char *, ...);
extern size_type strlen(const char *);
extern int strncmp(const char *, const char *, size_type);
extern int pthread_mutex_lock(void *);
extern int pthread_mutex_unlock(void *);

#define REAL(type, name, parameters) \
  static type(*real) parameters; \
  if (!real) real = (type(*) parameters) dlsym((void *)-1L, name)
#define ROOM 600

static long mutex[16]; /* all zero is an unlocked mutex */
static const char *under;
static size_type depth;
static long at, last, act, all, files, count;
static int logfile = -1;

__attribute__((constructor)) static void begin(void) {
  const char *text;
  under = getenv("CALLS_UNDER");
  depth = under ? strlen(under) : 0;
  all = getenv("CALLS_ALL") != 0;
  files = getenv("CALLS_FILES") != 0;
  if ((text = getenv("CALLS_AT"))) at = atol(text);
  last = (text = getenv("CALLS_LAST")) ? atol(text) : at;
  if ((text = getenv("CALLS_ACT"))) act = atol(text);
  if ((text = getenv("CALLS_LOG"))) {
    REAL(int, "open", (const char *, int, ...));
    logfile = real(text, 02001 | 0100 | 02000000, 0600); /* append, create, close-on-exec */
  }
}

static int counts(const char *path) {
  return path && under && !strncmp(path, under, depth) && (path[depth] == '/' || path[depth] == 0);
}

static void note(long number, const char *call, const char *one, const char *two) {
  char line[2 * ROOM + 64];
  int length;
  REAL(ssize_type, "write", (int, const void *, size_type));
  length = snprintf(line, sizeof line, "%ld %s %s%s%s\n", number, call, one, two[0] ? " " : "", two);
  if (length > 0 && length < (int)sizeof line) real(logfile, line, (size_type)length);
}

static void end(void) {
  kill(getpid(), 9);
  for (;;) pause();
}

/* 0: make the call. 1: it fails, errno is set. 2: do half of it, then end. */
static int meet(const char *call, const char *one, const char *two, int writes) {
  long number;
  pthread_mutex_lock(mutex);
  number = ++count;
  if (logfile >= 0) note(number, call, one, two);
  if (number == at && act <= 0 && !(act < 0 && writes)) end();
  pthread_mutex_unlock(mutex);
  if (!at || number < at || number > last) return 0;
  if (act < 0) return 2;
  *__errno_location() = (int)act;
  return 1;
}

static int meet_path(const char *call, const char *one, const char *two) {
  return counts(one) || (two[0] && counts(two)) ? meet(call, one, two, 0) : 0;
}

static int meet_file(const char *call, int file, int writes) {
  char name[40], path[ROOM];
  long length;
  if (file < 0 || file == logfile) return 0;
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  length = readlink(name, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return counts(path) ? meet(call, path, "", writes) : 0;
}

#define BY_PATH(name, parameters, arguments, one, two) \
  int name parameters { \
    REAL(int, #name, parameters); \
    return meet_path(#name, one, two) ? -1 : real arguments; \
  }

BY_PATH(link, (const char *from, const char *to), (from, to), from, to)
BY_PATH(rename, (const char *from, const char *to), (from, to), from, to)
BY_PATH(unlink, (const char *path), (path), path, "")
BY_PATH(rmdir, (const char *path), (path), path, "")
BY_PATH(mkdir, (const char *path, unsigned mode), (path, mode), path, "")
BY_PATH(chmod, (const char *path, unsigned mode), (path, mode), path, "")

#define BY_FILE(name, parameters, arguments) \
  int name parameters { \
    REAL(int, #name, parameters); \
    return meet_file(#name, file, 0) ? -1 : real arguments; \
  }

BY_FILE(fsync, (int file), (file))
BY_FILE(fdatasync, (int file), (file))
BY_FILE(ftruncate, (int file, offset_type size), (file, size))
BY_FILE(ftruncate64, (int file, offset_type size), (file, size))
BY_FILE(fchmod, (int file, unsigned mode), (file, mode))

ssize_type write(int file, const void *from, size_type size) {
  int met;
  REAL(ssize_type, "write", (int, const void *, size_type));
  met = meet_file("write", file, 1);
  if (met == 2) { real(file, from, size / 2); end(); }
  return met ? -1 : real(file, from, size);
}

#define PWRITE(name) \
  ssize_type name(int file, const void *from, size_type size, offset_type place) { \
    int met; \
    REAL(ssize_type, #name, (int, const void *, size_type, offset_type)); \
    met = meet_file(#name, file, 1); \
    if (met == 2) { real(file, from, size / 2, place); end(); } \
    return met ? -1 : real(file, from, size, place); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_type writev(int file, const struct piece *pieces, int many) {
  int met;
  REAL(ssize_type, "writev", (int, const struct piece *, int));
  met = meet_file("writev", file, 1);
  if (met == 2) { real(file, pieces, (many + 1) / 2); end(); }
  return met ? -1 : real(file, pieces, many);
}

#define PWRITEV(name) \
  ssize_type name(int file, const struct piece *pieces, int many, offset_type place) { \
    int met; \
    REAL(ssize_type, #name, (int, const struct piece *, int, offset_type)); \
    met = meet_file(#name, file, 1); \
    if (met == 2) { real(file, pieces, (many + 1) / 2, place); end(); } \
    return met ? -1 : real(file, pieces, many, place); \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)

/* Opening changes something when it creates (0100) or empties (01000) a file. */
#define OPEN(name) \
  int name(const char *path, int flags, unsigned mode) { \
    REAL(int, #name, (const char *, int, ...)); \
    if (((flags & 01100) || all) && meet_path(flags & 01100 ? "create" : "open", path, "")) return -1; \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int connect(int file, const void *address, unsigned length) {
  const unsigned short *family = address;
  const unsigned char *port = address;
  char where[24];
  REAL(int, "connect", (int, const void *, unsigned));
  if (!files && (*family == 2 || *family == 10)) {
    snprintf(where, sizeof where, "port:%d", port[2] * 256 + port[3]);
    if (meet("connect", where, "", 0)) return -1;
  }
  return real(file, address, length);
}

ssize_type read(int file, void *to, size_type size) {
  REAL(ssize_type, "read", (int, void *, size_type));
  return all && meet_file("read", file, 0) ? -1 : real(file, to, size);
}

#define PREAD(name) \
  ssize_type name(int file, void *to, size_type size, offset_type place) { \
    REAL(ssize_type, #name, (int, void *, size_type, offset_type)); \
    return all && meet_file(#name, file, 0) ? -1 : real(file, to, size, place); \
  }
PREAD(pread)
PREAD(pread64)

int scandir64(const char *path, void *entries, void *filter, void *order) {
  REAL(int, "scandir64", (const char *, void *, void *, void *));
  return all && meet_path("scandir", path, "") ? -1 : real(path, entries, filter, order);
}

/* A file may be closed with an error; its number is free all the same. */
int close(int file) {
  int met;
  REAL(int, "close", (int));
  met = all ? meet_file("close", file, 0) : 0;
  if (!met) return real(file);
  { int error = *__errno_location(); real(file); *__errno_location() = error; }
  return -1;
}

/* statx has no function of its own in old C libraries, and Node.js closes its files without one. */
#ifdef __x86_64__
#define STATX 332
#define CLOSE 3
#else
#define STATX 291
#define CLOSE 57
#endif
long syscall(long number, long a, long b, long c, long d, long e, long f) {
  REAL(long, "syscall", (long, ...));
  if (number == CLOSE) return close((int)a);
  if (all && number == STATX && b && ((const char *)b)[0] && meet_path("stat", (const char *)b, "")) return -1;
  return real(number, a, b, c, d, e, f);
}

#if defined(__linux__)
#  define _GNU_SOURCE /* MAP_ANONYMOUS and the names of the caches */
#endif

#include "probe_read.h"

#if defined(_WIN32)

read_rate probe_read(uint64_t bytes, uint32_t threads, uint32_t rounds)
{
    (void)bytes;
    (void)rounds;
    return (read_rate){threads, 0, 0};
}

uint64_t probe_cache_bytes(void)
{
    return 0;
}

uint32_t probe_processors(void)
{
    return 1;
}

uint64_t probe_memory_bytes(void)
{
    return 0;
}

uint64_t probe_disk_bytes(void)
{
    return 0;
}

#else

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 64 };

typedef struct worker {
    pthread_t thread;
    pthread_barrier_t *barrier;
    uint64_t words;
    uint32_t rounds;
    uint64_t *data;
    uint64_t sum; /* what was read must be used, or it is not read */
} worker;

typedef uint64_t wide __attribute__((vector_size(32)));

/* Four sums at once: a single one waits for itself and not for memory. */
static inline __attribute__((always_inline)) uint64_t add_up(const uint64_t *data, uint64_t words)
{
    const wide *from = (const wide *)data;
    wide sum[4] = {{0}};
    for (uint64_t i = 0; i + 16 <= words; i += 16, from += 4)
        for (int k = 0; k < 4; k++)
            sum[k] += from[k];
    sum[0] += sum[1] + sum[2] + sum[3];
    return sum[0][0] + sum[0][1] + sum[0][2] + sum[0][3];
}

/* A core asks for more at once the wider its loads are: with 32 bytes each one thread read half as much again as with 16. */
#  if defined(__x86_64__)
static __attribute__((target("avx2"))) uint64_t add_up_avx2(const uint64_t *data, uint64_t words)
{
    return add_up(data, words);
}
#  endif

static uint64_t read_words(const uint64_t *data, uint64_t words)
{
#  if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return add_up_avx2(data, words);
#  endif
    return add_up(data, words);
}

static void *work(void *argument)
{
    worker *own = argument;
    for (uint64_t i = 0; own->data != NULL && i < own->words; i++)
        own->data[i] = i;
    for (uint32_t round = 0; round < own->rounds; round++) {
        pthread_barrier_wait(own->barrier);
        if (own->data != NULL)
            own->sum += read_words(own->data, own->words);
        pthread_barrier_wait(own->barrier);
    }
    return NULL;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Large pages where the system gives them: with small ones the translation of addresses is measured too. */
static uint64_t *take_pages(uint64_t bytes)
{
    void *data = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED)
        return NULL;
#  if defined(MADV_HUGEPAGE)
    (void)madvise(data, (size_t)bytes, MADV_HUGEPAGE);
#  endif
    return data;
}

read_rate probe_read(uint64_t bytes, uint32_t threads, uint32_t rounds)
{
    read_rate out = {threads, 0, 0};
    pthread_barrier_t barrier;
    double rate[MOST_ROUNDS] = {0};
    uint64_t each = bytes / threads / 4096 * 4096, read = 0;
    worker *workers = calloc(threads, sizeof *workers);
    uint32_t started = 0;

    rounds = rounds < MOST_ROUNDS ? rounds : MOST_ROUNDS;
    if (workers == NULL || pthread_barrier_init(&barrier, NULL, threads + 1) != 0) {
        free(workers);
        return out;
    }
    for (uint32_t i = 0; i < threads; i++) {
        workers[i] = (worker){.barrier = &barrier, .words = each / 8, .rounds = rounds, .data = take_pages(each)};
        read += workers[i].data != NULL ? each : 0;
        started += pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    }
    if (started < threads)
        abort(); /* the others wait at the barrier for ever */
    for (uint32_t round = 0; round < rounds; round++) {
        pthread_barrier_wait(&barrier);
        double begin = seconds();
        pthread_barrier_wait(&barrier);
        rate[round] = (double)read / (seconds() - begin);
    }
    for (uint32_t i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        if (workers[i].data != NULL)
            munmap(workers[i].data, (size_t)each);
    }
    pthread_barrier_destroy(&barrier);
    free(workers);
    qsort(rate, rounds, sizeof *rate, by_size);
    out.best_bytes_per_s = rate[rounds - 1];
    out.median_bytes_per_s = rate[rounds / 2];
    return out;
}

uint64_t probe_cache_bytes(void)
{
    long bytes = 0;
#  if defined(_SC_LEVEL3_CACHE_SIZE)
    bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
#  endif
    return bytes > 0 ? (uint64_t)bytes : 0;
}

uint32_t probe_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 && count < 1024 ? (uint32_t)count : 1;
}

uint64_t probe_memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

uint64_t probe_disk_bytes(void)
{
    struct statvfs disk;
    return statvfs(".", &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
}

#endif

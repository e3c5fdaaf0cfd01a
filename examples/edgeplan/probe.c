/* edgeplan probe: this host's read bandwidth, measured, as a target block that --registry accepts. */
#include <inttypes.h>
#include <time.h>

#include "probe_read.h"
#include "session.h"

enum { ROUNDS = 20 };
#define LEAST_BYTES (UINT64_C(256) << 20)
#define MOST_BYTES (UINT64_C(4) << 30)

/* Well above the caches, so that memory is read; within what the machine has. */
static uint64_t working_set(void)
{
    uint64_t bytes = 8 * probe_cache_bytes(), memory = probe_memory_bytes();
    bytes = bytes < LEAST_BYTES ? LEAST_BYTES : bytes > MOST_BYTES ? MOST_BYTES : bytes;
    return memory != 0 && bytes > memory / 4 ? memory / 4 : bytes;
}

static const char *architecture(void)
{
#if defined(__x86_64__) || defined(_M_X64)
    return "x86-64";
#elif defined(__aarch64__) || defined(_M_ARM64)
    return "arm64";
#else
    return "other";
#endif
}

static void print_block(const read_rate *best, uint64_t bytes)
{
    char today[16];
    time_t now = time(NULL);
    uint64_t ram = probe_memory_bytes();
    strftime(today, sizeof today, "%Y-%m-%d", gmtime(&now));
    printf("edgeplan_registry: 1.0\n"
           "sources:\n"
           "  - {id: probe-this-host, title: \"edgeplan probe on this host: best of %d rounds over %" PRIu64 " MiB, %u threads\",\n"
           "     url: \"file:this-host\", seen: %s}\n"
           "chips:\n"
           "  - id: this-host\n"
           "    name: This host\n"
           "    source: probe-this-host\n"
           "    confidence: measured\n"
           "    # What this machine was seen to read; its memory's own peak may be higher.\n"
           "    memory: {peak_bandwidth: %.1f GB/s}\n"
           "    engines: [{accelerator: cpu, architecture: %s, bandwidth: %.1f GB/s}]\n"
           "targets:\n"
           "  - {id: this-host, name: This host, platform: linux, class: desktop, chip: this-host, ram: [%" PRIu64 " MiB], limits: linux,\n"
           "     runtimes: [llama.cpp], source: probe-this-host, confidence: measured}\n",
           ROUNDS, bytes >> 20, (unsigned)best->threads, today, best->best_bytes_per_s / 1e9, architecture(),
           best->median_bytes_per_s / 1e9, ram >> 20);
}

int command_probe(session *now)
{
    uint64_t bytes = working_set();
    read_rate best = {0, 0, 0};
    (void)now;
    for (uint32_t threads = 1;; threads *= 2) {
        uint32_t used = threads < probe_processors() ? threads : probe_processors();
        read_rate rate = probe_read(bytes, used, ROUNDS);
        fprintf(stderr, "%u thread%s: %.1f GB/s, median %.1f\n", (unsigned)used, used == 1 ? "" : "s", rate.best_bytes_per_s / 1e9,
                rate.median_bytes_per_s / 1e9);
        if (rate.median_bytes_per_s > best.median_bytes_per_s)
            best = rate;
        if (used == probe_processors())
            break;
    }
    if (best.best_bytes_per_s <= 0)
        return print_error("this system's memory cannot be measured here");
    print_block(&best, bytes);
    return EXIT_YES;
}

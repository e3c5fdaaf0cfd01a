/* How fast this machine reads memory: the one number a decode ceiling needs. */
#ifndef EDGEPLAN_PROGRAM_PROBE_READ_H
#define EDGEPLAN_PROGRAM_PROBE_READ_H

#include <stdint.h>

typedef struct read_rate {
    uint32_t threads;
    double best_bytes_per_s, median_bytes_per_s; /* over the rounds; 0 if it could not be measured */
} read_rate;

/* Reads `bytes` in each of `rounds` rounds, split over the threads; every thread touches only its own part, so that pages lie near it. */
read_rate probe_read(uint64_t bytes, uint32_t threads, uint32_t rounds);

uint64_t probe_cache_bytes(void); /* of the largest cache; 0 if the system does not say */
uint32_t probe_processors(void);  /* 1 if the system does not say */
uint64_t probe_memory_bytes(void); /* installed; 0 if the system does not say */
uint64_t probe_disk_bytes(void);  /* free where the program runs; 0 if the system does not say */

#endif

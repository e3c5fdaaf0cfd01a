/* A model description that is one text: config.json, a lock file, an index of shards. */
#ifndef EP_TESTS_FUZZ_TEXT_H
#define EP_TESTS_FUZZ_TEXT_H

#include "fuzz.h"

int fuzz_open_text(const uint8_t *data, size_t size, edgeplan_file_kind kind, uint64_t fixed_bytes);

#endif

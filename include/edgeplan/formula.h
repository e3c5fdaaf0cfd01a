/** @file
 *  The formulas alone: numbers in, number out. No registry, no handle, no allocation; any thread.
 */
#ifndef EDGEPLAN_FORMULA_H
#define EDGEPLAN_FORMULA_H

#include <edgeplan/base.h>
#include <edgeplan/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The decode ceiling that memory bandwidth sets: every byte of a step crosses the memory bus once.
 *  Formula: `bandwidth / bytes`. Source: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009, its bandwidth-bound side.
 *  @param[in] bytes_per_token          read for one token, bytes; > 0
 *  @param[in] bandwidth_bytes_per_s    peak of the memory, bytes per second; > 0
 *  @return tokens per second; 0 if an argument is not a positive finite number. Since 0.1. */
EDGEPLAN_API double edgeplan_decode_ceiling(double bytes_per_token, double bandwidth_bytes_per_s);

/** Bytes of a KV cache of equal attention layers without windows.
 *  Formula: `layers × tokens × (row(kv_k, kv_heads × key_width) + row(kv_v, kv_heads × value_width))`, a row rounded up to whole
 *  blocks of its element type. Source: llama.cpp `src/llama-kv-cache.cpp`.
 *  @param[in]  layers       layers with a cache of their own
 *  @param[in]  kv_heads     KV heads of each
 *  @param[in]  key_width    elements of a key head
 *  @param[in]  value_width  elements of a value head
 *  @param[in]  tokens       cells kept, tokens
 *  @param[in]  kv_k         element type of the keys
 *  @param[in]  kv_v         element type of the values
 *  @param[out] out          bytes
 *  @return ::EDGEPLAN_OK; ::EDGEPLAN_ERROR_RANGE if the product reaches 2^53; ::EDGEPLAN_ERROR_INVALID_ARGUMENT. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_kv_bytes(uint64_t layers, uint64_t kv_heads, uint64_t key_width,
                                                                 uint64_t value_width, uint64_t tokens,
                                                                 edgeplan_element_type kv_k, edgeplan_element_type kv_v,
                                                                 uint64_t *out);

/** The least time a prompt's arithmetic takes.
 *  Formula: `flop / throughput`. Source: as edgeplan_decode_ceiling(), its compute-bound side.
 *  @param[in] flop                    floating-point operations of the prompt, a multiply-add is two; > 0
 *  @param[in] throughput_flop_per_s   peak of the engine for the number type; > 0
 *  @return seconds; 0 if an argument is not a positive finite number. Since 0.1. */
EDGEPLAN_API double edgeplan_prefill_floor(double flop, double throughput_flop_per_s);

/** Speed-up of speculative decoding; below 1 is a loss.
 *  Formula: `((1 − a^(g+1)) / (1 − a)) / (g × c + v)`. Source: Leviathan et al., arXiv 2211.17192, with the verification cost kept,
 *  as microsoft/onnxruntime-genai `docs/SpeculativeDecoding.md` computes it.
 *  @param[in] acceptance     a, chance that a drafted token is kept, independent; 0 to 1
 *  @param[in] draft_tokens   g, tokens drafted in a round; 1 to 64
 *  @param[in] draft_cost     c, time of one drafted token over the time of a plain step; >= 0
 *  @param[in] verify_cost    v, time of a verifying step over the time of a plain step; > 0
 *  @return factor on tokens per second; 0 if an argument is out of range. Since 0.1. */
EDGEPLAN_API double edgeplan_speculative_speedup(double acceptance, uint32_t draft_tokens, double draft_cost,
                                                 double verify_cost);

#ifdef __cplusplus
}
#endif
#endif

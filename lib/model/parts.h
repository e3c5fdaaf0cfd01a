/* What the families of family_table.c are made of. */
#ifndef EP_MODEL_PARTS_H
#define EP_MODEL_PARTS_H

#include "model/recipe.h"

extern const ep_parts ep_parts_qkv_bias, ep_parts_head_norm, ep_parts_full_norm, ep_parts_fused, ep_parts_plain_experts;
extern const ep_parts ep_parts_qwen_experts, ep_parts_qwen2_experts, ep_parts_gpt_oss, ep_parts_phimoe, ep_parts_bitnet;
extern const ep_parts ep_parts_gemma2, ep_parts_gemma3, ep_parts_gemma3n, ep_parts_gemma4, ep_parts_whisper;
extern const ep_parts ep_parts_deepseek2, ep_parts_deepseek3, ep_parts_minicpm3, ep_parts_kimi_linear;
extern const ep_parts ep_parts_delta, ep_parts_lfm2, ep_parts_granite_hybrid, ep_parts_nemotron_h, ep_parts_falcon_h1;
extern const ep_parts ep_parts_mamba, ep_parts_mamba2, ep_parts_jamba, ep_parts_rwkv7;

#endif

/* The words of the registry. docs/registry.md and docs/rules.md say what each means; a new word is a line there and one here. */
#include "registry/words.h"

#include "model/graph_traits.h"

const ep_word ep_accelerator_words[] = {
    {"cpu", EDGEPLAN_ACCELERATOR_CPU}, {"gpu", EDGEPLAN_ACCELERATOR_GPU}, {"npu", EDGEPLAN_ACCELERATOR_NPU}, {NULL, 0},
};

const ep_word ep_class_words[] = {
    {"phone", 1}, {"tablet", 2}, {"laptop", 3}, {"desktop", 4}, {"embedded", 5}, {"board", 6}, {"browser", 7}, {"datacenter", 8}, {NULL, 0},
};

const ep_word ep_number_type_words[] = {
    {"f32", EP_NUMBER_F32}, {"f16", EP_NUMBER_F16},   {"bf16", EP_NUMBER_BF16}, {"fp8", EP_NUMBER_FP8},
    {"fp4", EP_NUMBER_FP4}, {"int8", EP_NUMBER_INT8}, {"int4", EP_NUMBER_INT4}, {NULL, 0},
};

const ep_word ep_preset_words[] = {
    {"library", EDGEPLAN_PRESET_LIBRARY}, {"cli", EDGEPLAN_PRESET_CLI}, {"server", EDGEPLAN_PRESET_SERVER}, {NULL, 0},
};

const ep_word ep_limit_words[] = {
    {"total", EDGEPLAN_LIMIT_TOTAL},     {"gpu-working-set", EDGEPLAN_LIMIT_GPU_WORKING_SET}, {"buffer", EDGEPLAN_LIMIT_BUFFER},
    {"session", EDGEPLAN_LIMIT_SESSION}, {"file", EDGEPLAN_LIMIT_FILE},                       {NULL, 0},
};

const ep_word ep_measure_words[] = {
    {"charged", EDGEPLAN_MEASURE_CHARGED}, {"touched", EDGEPLAN_MEASURE_TOUCHED}, {"reserved", EDGEPLAN_MEASURE_RESERVED}, {NULL, 0},
};

const ep_word ep_entitlement_words[] = {{"none", 1}, {"increased-memory", 2}, {NULL, 0}}; /* as ep_limit_rule says */

const ep_word ep_app_state_words[] = {
    {"foreground", EDGEPLAN_APP_STATE_FOREGROUND},
    {"service", EDGEPLAN_APP_STATE_SERVICE},
    {"background", EDGEPLAN_APP_STATE_BACKGROUND},
    {"extension", EDGEPLAN_APP_STATE_EXTENSION},
    {NULL, 0},
};

const ep_word ep_span_words[] = {
    {"all", EDGEPLAN_SPAN_ALL}, {"window", EDGEPLAN_SPAN_WINDOW}, {"chunk", EDGEPLAN_SPAN_CHUNK}, {"fixed", EDGEPLAN_SPAN_FIXED}, {NULL, 0},
};

const ep_word ep_confidence_words[] = {
    {"measured", EDGEPLAN_CONFIDENCE_MEASURED}, {"cited", EDGEPLAN_CONFIDENCE_CITED},
    {"derived", EDGEPLAN_CONFIDENCE_DERIVED},   {"assumed", EDGEPLAN_CONFIDENCE_ASSUMED},
    {NULL, 0},
};

const ep_word ep_checked_words[] = {{"oracle", 1}, {"source", 2}, {"published", 3}, {NULL, 0}};
const ep_word ep_system_words[] = {{"linux", 1}, {"macos", 2}, {"windows", 3}, {"target", 4}, {NULL, 0}};
const ep_word ep_speculation_words[] = {{"draft", 1}, {"eagle-3", 2}, {"mtp", 3}, {NULL, 0}};
const ep_word ep_evidence_words[] = {{"run", 1}, {"reported", 2}, {"documented", 3}, {NULL, 0}};
const ep_word ep_quality_words[] = {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}, {"f", 6}, {NULL, 0}};
const ep_word ep_rounding_words[] = {{"none", 1}, {"imatrix", 2}, {"awq", 3}, {"gptq", 4}, {"seqmse", 5}, {"qat", 6}, {NULL, 0}};
const ep_word ep_grade_words[] = {{"a", 1}, {"b", 2}, {"c", 3}, {NULL, 0}};

const ep_word ep_storage_words[] = {{"llama-quantize", EP_STORAGE_LLAMA_QUANTIZE}, {"parts", EP_STORAGE_PARTS}, {NULL, 0}};
const ep_word ep_tied_words[] = {{"head", EP_TIED_HEAD}, {"embedding", EP_TIED_EMBEDDING}, {"both", EP_TIED_BOTH}, {NULL, 0}};

/* ---- rules of a runtime ---- */

const ep_word ep_split_words[] = {{"none", EP_SPLIT_NONE}, {"sequences", EP_SPLIT_SEQUENCES}, {NULL, 0}};
const ep_word ep_per_words[] = {{"total", EP_PER_TOTAL}, {"sequence", EP_PER_SEQUENCE}, {NULL, 0}};

const ep_word ep_prompt_words[] = {{"chunks", 0}, {"whole", 1}, {NULL, 0}};
const ep_word ep_cache_words[] = {{"cells", EP_CACHE_CELLS}, {"pages", EP_CACHE_PAGES}, {"static", EP_CACHE_STATIC}, {NULL, 0}};
const ep_word ep_window_plus_words[] = {{"none", EP_PLUS_NONE}, {"chunk", EP_PLUS_CHUNK}, {NULL, 0}};
const ep_word ep_window_times_words[] = {{"one", EP_TIMES_ONE}, {"sequences_if_unified", EP_TIMES_SEQUENCES_IF_UNIFIED}, {NULL, 0}};
const ep_word ep_value_rows_words[] = {
    {"own", EP_VALUES_OWN}, {"widest_without_flash_attention", EP_VALUES_WIDEST_WITHOUT_FLASH_ATTENTION}, {NULL, 0},
};
const ep_word ep_group_words[] = {{"none", EP_GROUP_NONE}, {"smallest_class", EP_GROUP_SMALLEST_CLASS}, {NULL, 0}};

const ep_word ep_reservation_words[] = {
    {"exact", EP_RESERVE_EXACT}, {"step", EP_RESERVE_STEP}, {"pool", EP_RESERVE_POOL}, {"compiled", EP_RESERVE_COMPILED}, {NULL, 0},
};

const ep_word ep_rows_words[] = {{"one", EP_ROWS_ONE}, {"sequences", EP_ROWS_SEQUENCES}, {"chunk", EP_ROWS_CHUNK}, {NULL, 0}};

const ep_word ep_quantized_values_words[] = {{"any", 0}, {"need_flash_attention", 1}, {NULL, 0}};
const ep_word ep_latent_types_words[] = {{"any", 0}, {"equal", 1}, {NULL, 0}};
const ep_word ep_blocks_words[] = {{"any", 0}, {"divide_heads_with_flash_attention", 1}, {NULL, 0}};

const ep_word ep_compute_words[] = {{"workspace", EP_COMPUTE_WORKSPACE}, {"arena", EP_COMPUTE_ARENA}, {NULL, 0}};
const ep_word ep_graphs_words[] = {{"llama.cpp-0.5", EP_GRAPHS_LLAMA_CPP_0_5}, {NULL, 0}};

const ep_word ep_dimension_words[] = {
    {"one", EP_DIM_ONE},
    {"chunk", EP_DIM_CHUNK},
    {"context", EP_DIM_CONTEXT},
    {"hidden", EP_DIM_HIDDEN},
    {"ffn", EP_DIM_FFN},
    {"experts_used", EP_DIM_EXPERTS_USED},
    {"vocabulary", EP_DIM_VOCABULARY},
    {"query_heads", EP_DIM_QUERY_HEADS},
    {"kv_heads", EP_DIM_KV_HEADS},
    {"head_width", EP_DIM_HEAD_WIDTH},
    {"layers", EP_DIM_LAYERS},
    {"sequences", EP_DIM_SEQUENCES},
    {"outputs", EP_DIM_OUTPUTS},
    {"window_context", EP_DIM_WINDOW_CONTEXT},
    {"convolved", EP_DIM_CONVOLVED},
    {"patches", EP_DIM_PATCHES},
    {"weights", EP_DIM_WEIGHTS},
    {NULL, 0},
};

const ep_word ep_when_words[] = {
    {"flash_attention", EP_WHEN_FLASH_ATTENTION}, {"no_flash_attention", EP_WHEN_NO_FLASH_ATTENTION},
    {"f16_cache", EP_WHEN_F16_CACHE}, {"f32_cache", EP_WHEN_F32_CACHE}, {NULL, 0},
};

const ep_word ep_tied_head_words[] = {{"shared", 0}, {"duplicated", 1}, {NULL, 0}};
const ep_word ep_override_head_words[] = {{"read_twice", 1}, {NULL, 0}};
const ep_word ep_offload_words[] = {
    {"all", EP_OFFLOAD_ALL}, {"layers", EP_OFFLOAD_LAYERS}, {"layers_and_chunks", EP_OFFLOAD_LAYERS_AND_CHUNKS}, {NULL, 0},
};
const ep_word ep_embedding_words[] = {{"device", 0}, {"host", 1}, {NULL, 0}};

const ep_word ep_charge_words[] = {
    {"mapped", EP_CHARGE_MAPPED}, {"wired", EP_CHARGE_WIRED}, {"anonymous", EP_CHARGE_ANONYMOUS}, {NULL, 0},
};

const ep_word ep_reads_cache_words[] = {{"once", 0}, {"per_query_head", 1}, {NULL, 0}};
const ep_word ep_reads_context_words[] = {{"depth", 0}, {"reserved", 1}, {NULL, 0}};
const ep_word ep_reads_embedding_words[] = {{"rows", 0}, {NULL, 0}};

const ep_word ep_bandwidth_words[] = {{"peak", 0}, {"stream", 1}, {NULL, 0}};

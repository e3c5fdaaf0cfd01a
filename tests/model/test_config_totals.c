/* Every family against what others counted.

   `parameters`, `active`, KV bytes, layers and state are computed apart from this library, from the dimensions in each row's
   config.json, by counters whose totals equal the published ones wherever those are exact. `published` is the total an
   independent catalogue gives: AlexsJones/llmfit, llmfit-core/data/hf_models.json at 5bdc9df (safetensors totals of Hugging
   Face; the base model's where the instruct model's is rounded), OpenAI's Whisper from its model pages on Hugging Face, Llama 2
   from KerasHub's presets. `apart` is what it counts that is not the text model:
     - a tied head stored a second time: vocabulary times hidden width (Qwen3 0.6B and 1.7B, Granite 4.1 8B);
     - vision towers with their projector: SigLIP (Gemma 3); Qwen3.5's, 27 (24, 12) layers of 1152 (1024, 768), patches of
       16 x 16 x 2 x 3, 2304 positions, merged 2 x 2 into the hidden width; each sum follows from `vision_config`;
     - one layer that predicts a further token (Qwen3.5): a full-attention layer and 2 h^2 + 5 h;
     - less the experts' correction terms, which the catalogue leaves out (LFM2-8B-A1B, Nemotron 3 Nano). */
#include "configs.h"

#include "model/model.h"

typedef struct total {
    const char *config, *family;
    uint64_t parameters, active;
    uint64_t kv_bytes; /* per token, 16 bit, of the layers that look back on everything */
    uint32_t all, window, recurrent; /* layers */
    uint64_t conv, state; /* elements of a recurrent layer */
    uint64_t published; /* 0: no exact figure is */
    int64_t apart;
} total;

/* Active parameters leave out lookup tables and unused experts. A sum shows where we count more than those counters: norms of
   keys no layer uses (Gemma 3n and 4), scales of unused experts (Gemma 4 26B), a decoder's positions (Whisper), biases
   (Phi-mini-MoE). The windows of Phi-3-mini-4k and Phi-mini-MoE are their authors'; llama.cpp ignores them. */
static const total totals[] = {
    {"llama-3.2-1b", "llama", 1235814400, 1235814400, 32768, 16, 0, 0, 0, 0, 1235814400, 0},
    {"llama-3.2-3b", "llama", 3212749824, 3212749824, 114688, 28, 0, 0, 0, 0, 3212749824, 0},
    {"llama-3.1-8b", "llama", 8030261248, 7504924672, 131072, 32, 0, 0, 0, 0, 8030261248, 0},
    {"llama-3.3-70b", "llama", 70553706496, 69503033344, 327680, 80, 0, 0, 0, 0, 70553706496, 0},
    {"llama-4-scout", "llama4", 107769861120, 16138408960, 49152, 12, 36, 0, 0, 0, 0, 0},
    {"mistral-7b-v0.3", "mistral", 7248023552, 7113805824, 131072, 32, 0, 0, 0, 0, 7248023552, 0},
    {"mistral-nemo", "mistral", 12247782400, 11576693760, 163840, 40, 0, 0, 0, 0, 12247782400, 0},
    {"ministral-8b", "mistral", 8019808256, 7482937344, 147456, 36, 0, 0, 0, 0, 0, 0},
    {"ministral-3-3b", "ministral3", 3429006336, 3429006336, 106496, 26, 0, 0, 0, 0, 0, 0},
    {"mistral-small-3.2", "mistral", 23572403200, 22901314560, 163840, 40, 0, 0, 0, 0, 0, 0},
    {"phi-3-mini-4k", "phi3", 3821079552, 3722578944, 0, 0, 32, 0, 0, 0, 3821079552, 0},
    {"phi-3.5-mini", "phi3", 3821079552, 3722578944, 393216, 32, 0, 0, 0, 0, 3821079552, 0},
    {"phi-4-mini", "phi3", 3836021760, 3836021760, 131072, 32, 0, 0, 0, 0, 0, 0},
    {"phi-4", "phi3", 14659507200, 14145704960, 204800, 40, 0, 0, 0, 0, 0, 0},
    {"phi-mini-moe", "phimoe", 7647632704, 2231046144 + 429376, 0, 0, 32, 0, 0, 0, 7647632704, 0},
    {"gemma-2-2b", "gemma2", 2614341888, 2614341888, 53248, 13, 13, 0, 0, 0, 2614341888, 0},
    {"gemma-2-9b", "gemma2", 9241705984, 9241705984, 172032, 21, 21, 0, 0, 0, 9241705984, 0},
    {"gemma-2-27b", "gemma2", 27227128320, 27227128320, 188416, 23, 23, 0, 0, 0, 27227128320, 0},
    {"gemma-3-270m", "gemma3", 268098176, 268098176, 3072, 3, 15, 0, 0, 0, 0, 0},
    {"gemma-3-1b", "gemma3", 999885952, 999885952, 4096, 4, 22, 0, 0, 0, 999885952, 0},
    {"gemma-3-4b", "gemma3", 3880263168, 3880263168, 20480, 5, 29, 0, 0, 0, 4300079472, 419816304},
    {"gemma-3-12b", "gemma3", 11766034176, 11766034176, 65536, 8, 40, 0, 0, 0, 12187325040, 421290864},
    {"gemma-3-27b", "gemma3", 27009346304, 27009346304, 81920, 10, 52, 0, 0, 0, 27432406640, 423060336},
    {"gemma-3n-e2b", "gemma3n", 4456156768, 2421916768 + 10 * 256, 8192, 6, 24, 0, 0, 0, 0, 0},
    {"gemma-3n-e4b", "gemma3n", 6866696688, 4486425328 + 15 * 256, 8192, 7, 28, 0, 0, 0, 0, 0},
    {"gemma-4-e2b", "gemma4", 4647449891, 2279759139 + 16 * 256 + 4 * 512, 6144, 7, 28, 0, 0, 0, 0, 0},
    {"gemma-4-e4b", "gemma4", 7518069034, 4644441130 + 15 * 256 + 3 * 512, 16384, 7, 35, 0, 0, 0, 0, 0},
    {"gemma-4-26b-a4b", "gemma4", 25233141790, 3822526990 + 30 * (128 - 8), 20480, 5, 25, 0, 0, 0, 0, 0},
    {"gemma-4-31b", "gemma4", 30697345340, 30697345340, 81920, 10, 50, 0, 0, 0, 0, 0},
    {"qwen2.5-0.5b", "qwen2", 494032768, 494032768, 12288, 24, 0, 0, 0, 0, 494032768, 0},
    {"qwen2.5-1.5b", "qwen2", 1543714304, 1543714304, 28672, 28, 0, 0, 0, 0, 1543714304, 0},
    {"qwen2.5-3b", "qwen2", 3085938688, 3085938688, 36864, 36, 0, 0, 0, 0, 3085938688, 0},
    {"qwen2.5-7b", "qwen2", 7615616512, 7070619136, 57344, 28, 0, 0, 0, 0, 7615616512, 0},
    {"qwen2.5-14b", "qwen2", 14770033664, 13991465984, 196608, 48, 0, 0, 0, 0, 14770033664, 0},
    {"qwen2.5-32b", "qwen2", 32763876352, 31985308672, 262144, 64, 0, 0, 0, 0, 32763876352, 0},
    {"r1-distill-qwen-1.5b", "qwen2", 1777088000, 1543714304, 28672, 28, 0, 0, 0, 0, 1777088000, 0},
    {"qwen3-0.6b", "qwen3", 596049920, 596049920, 114688, 28, 0, 0, 0, 0, 751632384, 151936 * 1024},
    {"qwen3-1.7b", "qwen3", 1720574976, 1720574976, 114688, 28, 0, 0, 0, 0, 2031739904, 151936 * 2048},
    {"qwen3-4b", "qwen3", 4022468096, 4022468096, 147456, 36, 0, 0, 0, 0, 4022468096, 0},
    {"qwen3-8b", "qwen3", 8190735360, 7568405504, 147456, 36, 0, 0, 0, 0, 8190735360, 0},
    {"qwen3-14b", "qwen3", 14768307200, 13990394880, 163840, 40, 0, 0, 0, 0, 14768307200, 0},
    {"qwen3-32b", "qwen3", 32762123264, 31984210944, 262144, 64, 0, 0, 0, 0, 0, 0},
    {"qwen3-30b-a3b", "qwen3_moe", 30532122624, 3041867776, 98304, 48, 0, 0, 0, 0, 30532122624, 0},
    {"qwen3.5-0.8b", "qwen3_5", 752393024, 752393024, 12288, 6, 0, 18, 18432, 262144, 873438784, 20452864 + 100592896},
    {"qwen3.5-2b", "qwen3_5", 1881825088, 1881825088, 12288, 6, 0, 18, 18432, 262144, 2274069824, 60828160 + 331416576},
    {"qwen3.5-4b", "qwen3_5", 4205751296, 4205751296, 32768, 8, 0, 24, 24576, 524288, 4659865088, 120599552 + 333514240},
    {"qwen3.5-9b", "qwen3_5", 8953803264, 7936684544, 32768, 8, 0, 24, 24576, 524288, 9653104368, 243290624 + 456010480},
    {"qwen3.5-27b", "qwen3_5", 26895998464, 25624600064, 65536, 16, 0, 48, 30720, 786432, 27781427952, 424699392 + 460730096},
    {"qwen3.5-35b-a3b", "qwen3_5_moe", 34660610688, 2946429568, 20480, 10, 0, 30, 24576, 524288, 35951822704,
     844640768 + 446571248},
    {"qwen3-next-80b-a3b", "qwen3_next", 79674391296, 3563764480, 24576, 12, 0, 36, 24576, 524288, 79674391296, 0},
    {"gpt-oss-20b", "gpt-oss", 20914757184, 3608307264, 24576, 12, 12, 0, 0, 0, 20914757184, 0},
    {"gpt-oss-120b", "gpt-oss", 116829156672, 5132849472, 36864, 18, 18, 0, 0, 0, 0, 0},
    {"smollm2-135m", "llama", 134515008, 134515008, 23040, 30, 0, 0, 0, 0, 134515008, 0},
    {"smollm2-360m", "llama", 361821120, 361821120, 40960, 32, 0, 0, 0, 0, 361821120, 0},
    {"smollm2-1.7b", "llama", 1711376384, 1711376384, 196608, 24, 0, 0, 0, 0, 1711376384, 0},
    {"smollm3-3b", "smollm3", 3075098624, 3075098624, 73728, 36, 0, 0, 0, 0, 3075098624, 0},
    {"lfm2-350m", "lfm2", 354483968, 354483968, 12288, 6, 0, 10, 2048, 0, 354483968, 0},
    {"lfm2-700m", "lfm2", 742489344, 742489344, 12288, 6, 0, 10, 3072, 0, 742489344, 0},
    {"lfm2-1.2b", "lfm2", 1170340608, 1170340608, 12288, 6, 0, 10, 4096, 0, 1170340608, 0},
    {"lfm2-2.6b", "lfm2", 2569272320, 2569272320, 16384, 8, 0, 22, 4096, 0, 2569272320, 0},
    {"lfm2-8b-a1b", "lfm2_moe", 8339930560, 1557740992, 12288, 6, 0, 18, 4096, 0, 8339929856, -22 * 32},
    {"granite-3.3-2b", "granite", 2533539840, 2533539840, 81920, 40, 0, 0, 0, 0, 0, 0},
    {"granite-4.1-3b", "granite", 3402836480, 3402836480, 81920, 40, 0, 0, 0, 0, 3402836480, 0},
    {"granite-4.1-8b", "granite", 8380551168, 8380551168, 163840, 40, 0, 0, 0, 0, 8791592960, 100352 * 4096},
    {"granite-4.0-h-350m", "granite_hybrid", 340332224, 340332224, 4096, 4, 0, 28, 5376, 196608, 0, 0},
    {"granite-4.0-h-1b", "granite_hybrid", 1461538368, 1461538368, 8192, 4, 0, 36, 9984, 393216, 0, 0},
    {"granite-4.0-h-tiny", "granite_hybrid", 6939037248, 1465470528, 8192, 4, 0, 36, 9984, 393216, 6939037248, 0},
    {"granite-4.0-h-small", "granite_hybrid", 32207337984, 8803121664, 16384, 4, 0, 36, 25344, 1048576, 0, 0},
    {"nemotron-nano-9b-v2", "nemotron_h", 8888227328, 8301024768, 16384, 4, 0, 27, 36864, 1310720, 8888227328, 0},
    {"nemotron-3-nano-30b-a3b", "nemotron_h", 31577940288, 3227754816, 6144, 6, 0, 23, 18432, 524288, 31577937344, -23 * 128},
    {"falcon-h1-0.5b", "falcon_h1", 521411104, 487840288, 18432, 36, 0, 36, 5376, 196608, 0, 0},
    {"falcon-h1-1.5b", "falcon_h1", 1554789760, 1420569984, 24576, 24, 0, 24, 10752, 786432, 0, 0},
    {"falcon-h1-3b", "falcon_h1", 3149256192, 2981484032, 32768, 32, 0, 32, 13824, 1048576, 0, 0},
    {"falcon-h1-7b", "falcon_h1", 7585513568, 7186006112, 45056, 44, 0, 44, 10752, 786432, 0, 0},
    {"falcon3-3b", "llama", 3227655168, 2825001984, 90112, 22, 0, 0, 0, 0, 0, 0},
    {"falcon3-7b", "llama", 7455550464, 7052897280, 114688, 28, 0, 0, 0, 0, 7455550464, 0},
    {"falcon-mamba-7b", "mamba", 7272665088, 7006326784, 0, 0, 0, 64, 24576, 131072, 7272665088, 0},
    {"jamba-1.5-mini", "jamba", 51570323328, 11841875840, 16384, 4, 0, 28, 24576, 131072, 0, 0},
    {"deepseek-v2-lite", "deepseek2", 15706484224, 2451435008, 31104, 27, 0, 0, 0, 0, 15706484224, 0},
    {"deepseek-v3", "deepseek2", 671026419200, 36625618432, 70272, 61, 0, 0, 0, 0, 0, 0},
    {"kimi-k2", "deepseek2", 1026408232448, 31687095808, 70272, 61, 0, 0, 0, 0, 0, 0},
    {"kimi-linear-48b-a3b", "kimi_linear", 49122681728, 3106972544, 8064, 7, 0, 20, 36864, 524288, 49122681728, 0},
    {"minicpm3-4b", "minicpm3", 4073875968, 4073875968, 62 * 40 * (96 + 64) * 2, 62, 0, 0, 0, 0, 0, 0},
    {"minicpm4-0.5b", "minicpm", 433873920, 433873920, 12288, 24, 0, 0, 0, 0, 433873920, 0},
    {"minicpm-2b", "minicpm", 2724880896, 2724880896, 368640, 40, 0, 0, 0, 0, 0, 0},
    {"olmo-2-7b", "olmo2", 7298617344, 6887575552, 524288, 32, 0, 0, 0, 0, 7298617344, 0},
    {"olmo-3-7b", "olmo3", 7298011136, 6887272448, 131072, 8, 24, 0, 0, 0, 7298011136, 0},
    {"exaone-4.0-1.2b", "exaone4", 1279391488, 1279391488, 61440, 30, 0, 0, 0, 0, 1279391488, 0},
    {"hunyuan-4b", "hunyuan_dense", 4221757440, 4221757440, 147456, 36, 0, 0, 0, 0, 0, 0},
    {"ernie-4.5-0.3b", "ernie4_5", 360748032, 360748032, 18432, 18, 0, 0, 0, 0, 0, 0},
    {"bitnet-2b-4t", "bitnet", 2412820480, 2412820480, 76800, 30, 0, 0, 0, 0, 0, 0},
    {"whisper-tiny", "whisper", 37760640, 29380224 + 448 * 384, 6144, 4, 0, 0, 0, 0, 0, 0},
    {"whisper-large-v3", "whisper", 1543490560, 905948160 + 448 * 1280, 163840, 32, 0, 0, 0, 0, 1543490560, 0},
    {"whisper-large-v3-turbo", "whisper", 808878080, 171335680 + 448 * 1280, 20480, 4, 0, 0, 0, 0, 808878080, 0},
    {"rwkv7-0.1b", "rwkv7", 191034624, 140702976, 0, 0, 0, 12, 1536, 49152, 0, 0},
    {"rwkv7-0.4b", "rwkv7", 450767872, 383659008, 0, 0, 0, 24, 2048, 65536, 0, 0},
    {"rwkv7-1.5b", "rwkv7", 1527404544, 1393186816, 0, 0, 0, 24, 4096, 131072, 0, 0},
    {"rwkv7-2.9b", "rwkv7", 2947735040, 2779962880, 0, 0, 0, 32, 5120, 163840, 0, 0},
    {"r1-distill-qwen-7b", "qwen2", 7615616512, 7070619136, 57344, 28, 0, 0, 0, 0, 7615616512, 0},
    {"r1-distill-qwen-14b", "qwen2", 14770033664, 13991465984, 196608, 48, 0, 0, 0, 0, 14770033664, 0},
    {"r1-distill-llama-8b", "llama", 8030261248, 7504924672, 131072, 32, 0, 0, 0, 0, 8030261248, 0},
    {"llama-2-7b", "llama", 6738415616, 6607343616, 524288, 32, 0, 0, 0, 0, 6738415616, 0},
    {"mixtral-8x7b", "mixtral", 46702792704, 12748853248, 131072, 32, 0, 0, 0, 0, 46702792704, 0},
    {"qwen1.5-moe-a2.7b", "qwen2_moe", 14315784192, 2378008576, 196608, 24, 0, 0, 0, 0, 14315784192, 0},
    {"qwen3-vl-4b", "qwen3_vl", 4022468096, 4022468096, 147456, 36, 0, 0, 0, 0, 0, 0}, /* the text model is Qwen3-4B's */
    {"mamba-codestral-7b", "mamba2", 7285403648, 7285403648 - 32768 * 4096, 0, 0, 0, 64, 30720, 1048576, 0, 0}, /* mamba2_total */
    {"mimo-7b", "mimo", 7622619136, 7622619136 - 151680 * 4096, 147456, 36, 0, 0, 0, 0, 0, 0}, /* mimo_total */
};

static uint64_t growing_bytes(const edgeplan_layer *layer)
{
    if (layer->span != EDGEPLAN_SPAN_ALL || layer->kv_source != 0)
        return 0;
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        return 2 * (layer->latent_width + layer->rope_width);
    return 2 * layer->kv_heads * (layer->key_width + layer->value_width);
}

static void compare(const char *config, const char *what, uint64_t got, uint64_t expected)
{
    if (got != expected)
        fail_msg("%s: %llu %s, expected %llu", config, (unsigned long long)got, what, (unsigned long long)expected);
}

static void check(const total *row)
{
    edgeplan_model *model = open_config(row->config);
    uint64_t kv_bytes = 0;
    uint32_t all = 0, window = 0, recurrent = 0;
    for (uint32_t i = 0; i < model->layer_count; i++) {
        const edgeplan_layer *layer = &model->layers[i];
        kv_bytes += growing_bytes(layer);
        all += layer->attention != EDGEPLAN_ATTENTION_NONE && layer->span == EDGEPLAN_SPAN_ALL;
        window += layer->span == EDGEPLAN_SPAN_WINDOW || layer->span == EDGEPLAN_SPAN_CHUNK;
        if (layer->recurrent == EDGEPLAN_RECURRENT_NONE)
            continue;
        recurrent++;
        compare(row->config, "elements of convolution", layer->conv_elements, row->conv);
        compare(row->config, "elements of state", layer->state_elements, row->state);
    }
    compare(row->config, "parameters", model->head.parameters, row->parameters);
    compare(row->config, "active parameters", model->head.active_parameters, row->active);
    compare(row->config, "KV bytes per token", kv_bytes, row->kv_bytes);
    compare(row->config, "full layers", all, row->all);
    compare(row->config, "window layers", window, row->window);
    compare(row->config, "recurrent layers", recurrent, row->recurrent);
    if (row->published != 0)
        compare(row->config, "parameters as published", (uint64_t)((int64_t)model->head.parameters + row->apart), row->published);
    assert_string_equal(edgeplan_model_family(model), row->family);
    assert_string_equal(edgeplan_model_id(model), row->config);
    edgeplan_model_unref(model);
}

static void test_totals(void **state)
{
    (void)state;
    size_t published = 0;
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        check(&totals[i]);
        published += totals[i].published != 0;
    }
    assert_true(published >= 67);
}

/* Two models no catalogue at hand has: counted by hand. */
static void test_counted_by_hand(void **state)
{
    (void)state;
    const uint64_t h = 4096, inner = 8192, wide = inner + 2 * 8 * 128, heads = 128;
    const uint64_t mamba2 = h * (inner + wide + heads) + wide * (4 + 1) + 3 * heads + inner + inner * h + h;
    const uint64_t mamba2_total = 64 * mamba2 + 2 * 32768 * h + h;
    const uint64_t mimo = 2 * h * h + 2 * h * 1024 + h + 2 * 1024 + 3 * h * 11008 + 2 * h;
    const uint64_t mimo_total = 36 * mimo + 2 * 151680 * h + h;
    edgeplan_model *model = open_config("mamba-codestral-7b");
    compare("mamba-codestral-7b", "parameters", model->head.parameters, mamba2_total);
    assert_int_equal(model->head.trained_context_tokens, 0); /* no limit, and the file has none */
    edgeplan_model_unref(model);
    model = open_config("mimo-7b");
    compare("mimo-7b", "parameters", model->head.parameters, mimo_total);
    edgeplan_model_unref(model);
}

/* What the totals above leave apart, each sum on its own: published total less text and tower (Qwen3.5); 11.5 billion parameters apart from
   embedding and output matrix by deepseek-ai/DeepSeek-V3 README_WEIGHTS.md, and its config's 256 experts of 2048, one shared, beside latent
   attention (DeepSeek V3), as counted by hand. */
static void test_further_tokens(void **state)
{
    static const struct {
        const char *config;
        uint64_t parameters, kv_heads, latent, experts;
    } rows[] = {
        {"qwen3.5-0.8b", 20452864, 2, 0, 0},
        {"qwen3.5-2b", 60828160, 2, 0, 0},
        {"qwen3.5-4b", 120599552, 4, 0, 0},
        {"qwen3.5-9b", 243290624, 4, 0, 0},
        {"qwen3.5-27b", 424699392, 4, 0, 0},
        {"qwen3.5-35b-a3b", 844640768, 2, 0, 256},
        {"deepseek-v3", 0, 1, 512, 256},
    };
    const uint64_t h = 7168;
    const uint64_t attention = h * 1536 + 1536 + 1536 * 128 * 192 + h * 576 + 512 + 512 * 128 * 256 + 128 * 128 * h;
    const uint64_t deepseek = attention + 257 * 3 * 2048 * h + 256 * h + 256 + 2 * h * h + 5 * h;
    (void)state;
    assert_near((double)deepseek, 11.5e9, 0.01);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        edgeplan_model *model = open_config_part(rows[i].config, EDGEPLAN_PART_MTP);
        assert_count(model->head.parameters, rows[i].parameters != 0 ? rows[i].parameters : deepseek);
        assert_int_equal(model->layer_count, 1);
        assert_count(model->layers[0].recurrent, EDGEPLAN_RECURRENT_NONE);
        assert_count(model->layers[0].kv_heads, rows[i].kv_heads);
        assert_count(model->layers[0].latent_width, rows[i].latent);
        assert_count(model->layers[0].experts, rows[i].experts);
        edgeplan_model_unref(model);
    }
}

/* What the totals above leave apart for what sees, each sum on its own. Dimensions: vision_config of google/gemma-3-4b-it and Qwen/Qwen3.5-*
   on Hugging Face. */
static void test_towers(void **state)
{
    static const struct {
        const char *config;
        uint64_t parameters, patches;
    } rows[] = {
        {"{\"model_type\":\"gemma3\",\"text_config\":{\"model_type\":\"gemma3_text\",\"hidden_size\":2560,\"num_hidden_layers\":34},"
         "\"vision_config\":{\"hidden_size\":1152,\"image_size\":896,\"intermediate_size\":4304,\"num_attention_heads\":16,"
         "\"num_hidden_layers\":27,\"patch_size\":14}}", 419816304, 4096},
#define QWEN(width, ffn, depth, heads, out)                                                                                           \
    "{\"model_type\":\"qwen3_5\",\"text_config\":{\"model_type\":\"qwen3_5_text\",\"hidden_size\":" out "},\"vision_config\":{\"depth\":" depth \
    ",\"hidden_size\":" width ",\"intermediate_size\":" ffn ",\"num_heads\":" heads ",\"num_position_embeddings\":2304,\"out_hidden_size\":" out \
    ",\"patch_size\":16,\"spatial_merge_size\":2,\"temporal_patch_size\":2,\"deepstack_visual_indexes\":[]}}"
        {QWEN("768", "3072", "12", "12", "1024"), 100592896, 0},
        {QWEN("1024", "4096", "24", "16", "2048"), 331416576, 0},
        {QWEN("1024", "4096", "24", "16", "2560"), 333514240, 0},
        {QWEN("1152", "4304", "27", "16", "4096"), 456010480, 0},
        {QWEN("1152", "4304", "27", "16", "5120"), 460730096, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        edgeplan_model *model = NULL;
        assert_int_equal(read_text_part(NULL, rows[i].config, strlen(rows[i].config), "m", EDGEPLAN_PART_ENCODER, NULL, &model),
                         EDGEPLAN_OK);
        assert_count(model->head.parameters, rows[i].parameters);
        assert_count(model->towers[0].patches, rows[i].patches);
        assert_int_equal(model->layer_count, 0);
        edgeplan_model_unref(model);
    }
    edgeplan_model *model = NULL;
    assert_int_equal(read_text_part(NULL, "{\"model_type\":\"llama\"}", 22, "m", EDGEPLAN_PART_ENCODER, NULL, &model),
                     EDGEPLAN_ERROR_UNSUPPORTED);
    assert_int_equal(read_text_part(NULL, rows[0].config, strlen(rows[0].config) - 17, "m", EDGEPLAN_PART_ENCODER, NULL, &model),
                     EDGEPLAN_ERROR_SYNTAX);
}

static void test_no_further_tokens(void **state)
{
    edgeplan_diagnostics *diagnostics = NULL;
    edgeplan_model *model = NULL;
    size_t length = 0;
    char *text = load_text("kimi-k2", &length); /* says 0 */
    (void)state;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(read_text_part(NULL, text, length, "kimi-k2", EDGEPLAN_PART_MTP, diagnostics, &model), EDGEPLAN_ERROR_UNSUPPORTED);
    assert_null(model);
    assert_string_equal(edgeplan_diagnostics_key_path(diagnostics, 0), "num_nextn_predict_layers");
    edgeplan_diagnostics_unref(diagnostics);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_counted_by_hand),
        cmocka_unit_test(test_further_tokens),
        cmocka_unit_test(test_no_further_tokens),
        cmocka_unit_test(test_towers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sources: src/llama-arch.cpp (names), src/models/ (windows: load_arch_hparams), src/llama-model.cpp (create_memory: which layers keep a
   cache or a state) of ggml-org/llama.cpp, tree of 2026-08-22. Families as config.json's table has them. */
#include "model/gguf_architectures.h"

#include <stddef.h>

#include "base/text.h"

#define SSM EDGEPLAN_RECURRENT_SSM
#define DELTA EDGEPLAN_RECURRENT_DELTA
#define RWKV EDGEPLAN_RECURRENT_RWKV
#define SHORT EDGEPLAN_RECURRENT_CONVOLUTION
#define PERIOD(n, usual) .window = EP_GGUF_WINDOW_PERIOD, .period = (n), .tokens = (usual)
#define ENCODER .is_encoder = 1, .refusal = "is an encoder: it makes embeddings, no text"
#define DIFFUSION .refusal = "is a diffusion model: it fills in all positions at once and keeps no cache"
#define DRAFT .refusal = "is the draft part of another model and cannot run alone"
#define NO_TEXT .refusal = "makes or reads sound or images, no text"
#define INDEXED .refusal = "keeps an index beside its cache, which is not planned yet"

static const ep_gguf_architecture architectures[] = {
    {"llama", .family = "llama", .with_experts = "mixtral"},
    {"llama4", .family = "llama4", PERIOD(4, 8192), .span = EDGEPLAN_SPAN_CHUNK},
    {"mistral3", .family = "ministral3"},
    {"deci", .family = "deci"},
    {"qwen2", .family = "qwen2"},
    {"qwen2vl", .family = "qwen2_vl"},
    {"qwen2moe", .family = "qwen2_moe"},
    {"qwen3", .family = "qwen3"},
    {"qwen3moe", .family = "qwen3_moe"},
    {"qwen3vl", .family = "qwen3_vl"},
    {"qwen3vlmoe", .family = "qwen3_vl_moe"},
    {"qwen3next", .family = "qwen3_next", .recurrent = DELTA},
    {"qwen35", .family = "qwen3_5", .recurrent = DELTA},
    {"qwen35moe", .family = "qwen3_5_moe", .recurrent = DELTA},
    {"phi2", .family = "phi2"},
    {"phi3", .family = "phi3"},
    {"phimoe", .family = "phimoe"},
    {"gemma", .family = "gemma"},
    {"gemma2", .family = "gemma2", PERIOD(2, 4096)},
    {"gemma3", .family = "gemma3", PERIOD(6, 0)},
    {"gemma3n", .family = "gemma3n", PERIOD(5, 0), .sharing = EP_GGUF_SHARES_AFTER_20},
    {"gemma4", .family = "gemma4", .window = EP_GGUF_WINDOW_LISTED, .sharing = EP_GGUF_SHARES_BY_KEY},
    {"gpt-oss", .family = "gpt-oss", PERIOD(2, 0)},
    {"smollm3", .family = "smollm3"},
    {"smallthinker", .family = "smallthinker", .window = EP_GGUF_WINDOW_FIRST, .period = 4},
    {"olmo", .family = "olmo"},
    {"olmo2", .family = "olmo2", PERIOD(4, 0), .with_window = "olmo3"},
    {"olmoe", .family = "olmoe"},
    {"exaone", .family = "exaone"},
    {"exaone4", .family = "exaone4", PERIOD(4, 4096), .only_layers = 64},
    {"exaone-moe", .family = "exaone_moe", PERIOD(4, 128)},
    {"cohere2", .family = "cohere2", PERIOD(4, 0)},
    {"command-r", .family = "command-r"},
    {"granite", .family = "granite"},
    {"granitemoe", .family = "granite_moe"},
    {"granitehybrid", .family = "granite_hybrid", .recurrent = SSM},
    {"granite_swa", .family = "granite_swa", .window = EP_GGUF_WINDOW_LISTED},
    {"lfm2", .family = "lfm2", .recurrent = SHORT, .window = EP_GGUF_WINDOW_EVERY},
    {"lfm2moe", .family = "lfm2_moe", .recurrent = SHORT},
    {"falcon-h1", .family = "falcon_h1", .recurrent = SSM, .side_by_side = 1},
    {"nemotron", .family = "nemotron"},
    {"nemotron_h", .family = "nemotron_h", .recurrent = SSM},
    {"nemotron_h_moe", .family = "nemotron_h", .recurrent = SSM},
    {"jamba", .family = "jamba", .recurrent = SSM},
    {"plamo2", .family = "plamo2", .recurrent = SSM},
    {"mamba", .family = "mamba", .recurrent = SSM},
    {"mamba2", .family = "mamba2", .recurrent = SSM},
    {"rwkv6", .family = "rwkv6", .recurrent = RWKV},
    {"rwkv6qwen2", .family = "rwkv6", .recurrent = RWKV},
    {"rwkv7", .family = "rwkv7", .recurrent = RWKV},
    {"arwkv7", .family = "rwkv7", .recurrent = RWKV},
    {"deepseek", .family = "deepseek"},
    {"deepseek2", .family = "deepseek2"},
    {"minicpm", .family = "minicpm"},
    {"minicpm3", .family = "minicpm3"},
    {"plm", .family = "plm"},
    {"kimi-linear", .family = "kimi_linear", .recurrent = DELTA},
    {"glm4", .family = "glm4"},
    {"glm4moe", .family = "glm4_moe"},
    {"chatglm", .family = "chatglm"},
    {"hunyuan-dense", .family = "hunyuan_dense"},
    {"hunyuan-moe", .family = "hunyuan_moe"},
    {"ernie4_5", .family = "ernie4_5"},
    {"ernie4_5-moe", .family = "ernie4_5_moe"},
    {"bitnet", .family = "bitnet"},
    {"afmoe", .family = "afmoe", PERIOD(4, 0)},
    {"arcee", .family = "arcee"},
    {"apertus", .family = "apertus"},
    {"baichuan", .family = "baichuan"},
    {"bailingmoe", .family = "bailing_moe"},
    {"bailingmoe2", .family = "bailing_moe2"},
    {"dots1", .family = "dots1"},
    {"falcon", .family = "falcon"},
    {"gpt2", .family = "gpt2"},
    {"gptneox", .family = "gptneox"},
    {"internlm2", .family = "internlm2"},
    {"maincoder", .family = "maincoder"},
    {"mellum", .family = "mellum", PERIOD(4, 0)},
    {"mimo2", .family = "mimo2", .window = EP_GGUF_WINDOW_LISTED},
    {"minimax-m2", .family = "minimax_m2"},
    {"openelm", .family = "openelm"},
    {"orion", .family = "orion"},
    {"pangu-embedded", .family = "pangu_embedded"},
    {"seed_oss", .family = "seed_oss"},
    {"stablelm", .family = "stablelm"},
    {"starcoder", .family = "starcoder"},
    {"starcoder2", .family = "starcoder2"},
    {"step35", .family = "step35", .window = EP_GGUF_WINDOW_LISTED},
    {"xverse", .family = "xverse"},

    {"bert", ENCODER},
    {"modern-bert", ENCODER},
    {"nomic-bert", ENCODER},
    {"nomic-bert-moe", ENCODER},
    {"neo-bert", ENCODER},
    {"jina-bert-v2", ENCODER},
    {"jina-bert-v3", ENCODER},
    {"eurobert", ENCODER},
    {"gemma-embedding", ENCODER},
    {"llama-embed", ENCODER},
    {"t5encoder", ENCODER},
    {"t5", .refusal = "has an encoder before its decoder, which is not planned yet"},
    {"dream", DIFFUSION},
    {"llada", DIFFUSION},
    {"llada-moe", DIFFUSION},
    {"rnd1", DIFFUSION},
    {"gemma4-assistant", DRAFT},
    {"eagle3", DRAFT},
    {"dflash", DRAFT},
    {"clip", .is_encoder = 1, .refusal = "is the vision or audio part of another model (mmproj): give the language model"},
    {"wavtokenizer-dec", NO_TEXT},
    {"qwen3tts", NO_TEXT},
    {"pockettts", NO_TEXT},
    {"deepseek32", INDEXED},
    {"deepseek4", INDEXED},
    {"glm-dsa", INDEXED},
    {"minimax-m3", INDEXED},
    {"dots3note", INDEXED},
    {"minimax-01", .refusal = "has lightning attention, which is not planned yet"},
    {"bailingmoe3", .refusal = "has a kind of linear attention that is not planned yet"},
    {"kimi-k3", .refusal = "has a kind of linear attention that is not planned yet"},
    {"nanbeige", .refusal = "runs its layers more than once, which is not planned yet"},
};

const ep_gguf_architecture *ep_gguf_architecture_find(const char *name)
{
    for (size_t i = 0; i < sizeof architectures / sizeof architectures[0]; i++)
        if (ep_equal(architectures[i].name, name))
            return &architectures[i];
    return NULL;
}

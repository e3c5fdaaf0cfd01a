/* Reads tests/data/quantize/types.txt: models, and the element types that the real quantizer chooses for their tensors. */
#ifndef EP_TESTS_MODEL_QUANTIZE_TYPES_H
#define EP_TESTS_MODEL_QUANTIZE_TYPES_H

#include "configs.h"

#include "model/build.h"
#include "model/quantize.h"

#define MOST_MODELS 32
#define MOST_KINDS 32
#define MOST_TENSORS 1200
#define MOST_CHOICES 100

/* One line of types, spread over the model's tensors. */
typedef struct choice {
    uint32_t file_type, imatrix, failed;
    uint32_t types[MOST_TENSORS];
} choice;

typedef struct chosen_model {
    char name[32];
    edgeplan_model *model;
    uint32_t kinds;            /* lines `tensor` */
    uint32_t kind_of[MOST_TENSORS];
    uint32_t needs_imatrix[64]; /* by file type */
    choice *choices;
    uint32_t choice_count;
} chosen_model;

static const char *const role_words[EDGEPLAN_ROLE_CONVOLUTION + 1] = {
    [EDGEPLAN_ROLE_TOKEN_EMBEDDING] = "token_embedding", [EDGEPLAN_ROLE_OUTPUT_HEAD] = "output_head",
    [EDGEPLAN_ROLE_PER_LAYER_EMBEDDING] = "per_layer_embedding", [EDGEPLAN_ROLE_NORM] = "norm", [EDGEPLAN_ROLE_BIAS] = "bias",
    [EDGEPLAN_ROLE_ATTENTION_QUERY] = "attention_query", [EDGEPLAN_ROLE_ATTENTION_KEY] = "attention_key",
    [EDGEPLAN_ROLE_ATTENTION_VALUE] = "attention_value", [EDGEPLAN_ROLE_ATTENTION_QKV] = "attention_qkv",
    [EDGEPLAN_ROLE_ATTENTION_OUTPUT] = "attention_output", [EDGEPLAN_ROLE_FFN_GATE] = "ffn_gate", [EDGEPLAN_ROLE_FFN_UP] = "ffn_up",
    [EDGEPLAN_ROLE_FFN_DOWN] = "ffn_down", [EDGEPLAN_ROLE_ROUTER] = "router", [EDGEPLAN_ROLE_EXPERT_GATE] = "expert_gate",
    [EDGEPLAN_ROLE_EXPERT_UP] = "expert_up", [EDGEPLAN_ROLE_EXPERT_DOWN] = "expert_down", [EDGEPLAN_ROLE_SHARED_GATE] = "shared_gate",
    [EDGEPLAN_ROLE_SHARED_UP] = "shared_up", [EDGEPLAN_ROLE_SHARED_DOWN] = "shared_down", [EDGEPLAN_ROLE_RECURRENT] = "recurrent",
    [EDGEPLAN_ROLE_CONVOLUTION] = "convolution",
};

static uint32_t role_of(const char *word)
{
    for (uint32_t i = 0; i <= EDGEPLAN_ROLE_CONVOLUTION; i++)
        if (role_words[i] != NULL && strcmp(role_words[i], word) == 0)
            return i;
    fail_msg("no role: %s", word);
    return 0;
}

/* Whether "0..31", "2,5,8" or "-" holds a layer; the head is asked for as -1. */
static int holds(const char *layers, int layer)
{
    int first, last;
    if (layers[0] == '-' || layer < 0)
        return layers[0] == '-' && layer < 0;
    if (sscanf(layers, "%d..%d", &first, &last) == 2)
        return layer >= first && layer <= last;
    for (const char *at = layers; at != NULL; at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : NULL)
        if (atoi(at) == layer)
            return 1;
    return 0;
}

typedef struct kind_line {
    edgeplan_tensor tensor;
    char layers[64];
} kind_line;

static void add_layers(ep_draft *draft, const kind_line *kinds, uint32_t count, int layers, uint64_t heads, uint64_t kv, uint64_t experts)
{
    for (int i = 0; i < layers; i++) {
        edgeplan_layer layer = {.feed_forward = experts ? EDGEPLAN_FEED_FORWARD_EXPERTS : EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 64,
                                .experts = experts, .experts_used = experts ? 1 : 0};
        int convolution = 0;
        for (uint32_t k = 0; k < count; k++)
            convolution |= kinds[k].tensor.role == EDGEPLAN_ROLE_CONVOLUTION && holds(kinds[k].layers, i);
        if (convolution) {
            layer.recurrent = EDGEPLAN_RECURRENT_CONVOLUTION;
            layer.conv_elements = 1;
        } else {
            layer.attention = EDGEPLAN_ATTENTION_GROUPED;
            layer.query_heads = heads;
            layer.kv_heads = kv;
            layer.key_width = layer.value_width = 64;
        }
        assert_int_equal(ep_draft_add_layer(draft, &layer), EDGEPLAN_OK);
    }
}

/* Tensors in the order of a file: those outside the layers, then layer by layer. */
static void build_model(chosen_model *out, const char *line, const kind_line *kinds)
{
    char family[32];
    int layers, heads, kv, experts, hidden, vocabulary;
    ep_draft draft;
    uint32_t at = 0;
    assert_int_equal(sscanf(line, "model %31s %31s hidden=%d vocabulary=%d layers=%d query_heads=%d kv_heads=%d experts=%d", out->name,
                            family, &hidden, &vocabulary, &layers, &heads, &kv, &experts), 8);
    ep_draft_init(&draft, NULL);
    draft.id = draft.name = out->name;
    draft.family = ep_arena_copy(&draft.arena, family, strlen(family));
    draft.head.hidden_width = (uint64_t)hidden;
    draft.head.vocabulary = (uint64_t)vocabulary;
    add_layers(&draft, kinds, out->kinds, layers, (uint64_t)heads, (uint64_t)kv, (uint64_t)experts);
    for (int layer = -1; layer < layers; layer++) {
        for (uint32_t k = 0; k < out->kinds; k++) {
            edgeplan_tensor tensor = kinds[k].tensor;
            if (!holds(kinds[k].layers, layer))
                continue;
            assert_true(at < MOST_TENSORS);
            tensor.layer = (uint64_t)(layer + 1);
            out->kind_of[at++] = k;
            assert_int_equal(ep_draft_add_tensor(&draft, &tensor), EDGEPLAN_OK);
        }
    }
    assert_int_equal(ep_draft_finish(&draft, NULL, &out->model), EDGEPLAN_OK);
    assert_int_equal(out->model->tensor_count, at);
}

/* "q5_k*2,q4_k*30" onto the tensors of one kind. */
static void spread(const chosen_model *of, uint32_t kind, const char *runs, uint32_t *types)
{
    uint32_t at = 0;
    for (const char *run = runs; run != NULL; run = strchr(run, ',') != NULL ? strchr(run, ',') + 1 : NULL) {
        char word[16];
        edgeplan_element_type type;
        int times = 1;
        assert_true(sscanf(run, "%15[a-z0-9_]*%d", word, &times) >= 1);
        assert_int_equal(edgeplan_element_type_find(word, &type), EDGEPLAN_OK);
        if (strpbrk(runs, ",*") == NULL)
            times = MOST_TENSORS;
        for (; times > 0 && at < of->model->tensor_count; at++) {
            if (of->kind_of[at] == kind) {
                types[at] = (uint32_t)type;
                times--;
            }
        }
    }
}

static void add_choice(chosen_model *to, char *line)
{
    char *rest = NULL, *file_type = strtok_r(line, " ", &rest), *imatrix = strtok_r(NULL, " ", &rest);
    const int both = strcmp(imatrix, "both") == 0;
    choice *one = &to->choices[to->choice_count++];
    assert_true(to->choice_count < MOST_CHOICES);
    one->file_type = ep_quantize_file_type(file_type);
    one->imatrix = strcmp(imatrix, "with") == 0;
    assert_int_not_equal(one->file_type, 0);
    for (uint32_t kind = 0; kind < to->kinds && !one->failed; kind++) {
        const char *runs = strtok_r(NULL, " ", &rest);
        assert_non_null(runs);
        one->failed = strcmp(runs, "error") == 0;
        if (!one->failed)
            spread(to, kind, runs, one->types);
    }
    if (both) {
        to->choices[to->choice_count] = *one;
        to->choices[to->choice_count++].imatrix = 1;
    }
}

/* Fills `models` and returns how many there are; close_chosen() frees them. */
static uint32_t open_chosen(chosen_model *models)
{
    static kind_line kinds[MOST_KINDS];
    size_t length = 0;
    uint32_t count = 0;
    const char *head = NULL;
    char *text = test_read_file(test_data_path("quantize/types.txt"), &length), *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        chosen_model *now = count > 0 ? &models[count - 1] : NULL;
        char role[32];
        unsigned long long slices, rows, columns;
        if (strncmp(line, "model ", 6) == 0) {
            assert_true(count < MOST_MODELS);
            head = line;
            models[count++].choices = calloc(MOST_CHOICES, sizeof(choice));
        } else if (now != NULL && sscanf(line, "tensor %31s %llux%llux%llu %63s", role, &slices, &rows, &columns,
                                         kinds[now->kinds].layers) == 5) {
            const edgeplan_tensor tensor = {.role = role_of(role), .element_type = EDGEPLAN_ELEMENT_NONE, .rows = rows, .columns = columns,
                                            .slices = slices};
            kinds[now->kinds++].tensor = tensor;
        } else if (strncmp(line, "needs", 5) == 0) {
            char *word_rest = NULL;
            build_model(now, head, kinds);
            (void)strtok_r(line, " ", &word_rest);
            for (char *word = strtok_r(NULL, " ", &word_rest); word != NULL; word = strtok_r(NULL, " ", &word_rest))
                now->needs_imatrix[ep_quantize_file_type(word)] = 1;
        } else if (line[0] != '#') {
            add_choice(now, line);
        }
    }
    free(text);
    return count;
}

static void close_chosen(chosen_model *models, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_model_unref(models[i].model);
        free(models[i].choices);
    }
}

#endif

#include "model/checkpoint_settle.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"

/* ---- What must be there ---- */

static edgeplan_status fail(const char *path, const char *name, edgeplan_diagnostics *diagnostics)
{
    const ep_place place = {name, 0, 0, 0};
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_REFERENCE, &place, path,
                     "has no tensor here; if this is one shard of several, open the folder or the index of the shards");
}

static edgeplan_status fail_layer(uint64_t index, const char *name, edgeplan_diagnostics *diagnostics)
{
    char path[32];
    ep_text text;
    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, "layers[");
    ep_text_add_count(&text, index);
    ep_text_add_char(&text, ']');
    return fail(path, name, diagnostics);
}

edgeplan_status ep_checkpoint_check(ep_draft *draft, const char *name, edgeplan_diagnostics *diagnostics)
{
    edgeplan_status status = EDGEPLAN_OK;
    unsigned char *seen = ep_arena_alloc(&draft->arena, draft->layer_count + 1);
    int has_embedding = 0;
    if (seen == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < draft->tensor_count; i++) {
        seen[draft->tensors[i].layer] = 1;
        has_embedding |= draft->tensors[i].role == EDGEPLAN_ROLE_TOKEN_EMBEDDING;
    }
    if (!has_embedding && draft->trunk_layers == 0)
        status = fail("embed_tokens", name, diagnostics);
    for (size_t i = 1; i <= draft->layer_count; i++)
        if (!seen[i])
            status = fail_layer(i - 1, name, diagnostics);
    return status;
}

/* ---- Where they disagree ---- */

#define ROLE(name) EDGEPLAN_ROLE_##name
#define KIND(name) EDGEPLAN_FEED_FORWARD_##name
#define SIDE(name) offsetof(edgeplan_tensor, name)
#define FIELD(name) offsetof(edgeplan_layer, name)

/* A dimension of a layer, and the side of a tensor that shows it. */
static const struct {
    uint32_t role, feed_forward;
    size_t side, field;
    const char *what;
} dimensions[] = {
    {ROLE(FFN_DOWN), KIND(DENSE), SIDE(columns), FIELD(ffn_width), "feed-forward width"},
    {ROLE(EXPERT_DOWN), KIND(EXPERTS), SIDE(columns), FIELD(ffn_width), "width of an expert"},
    {ROLE(EXPERT_DOWN), KIND(EXPERTS), SIDE(slices), FIELD(experts), "number of experts"},
    {ROLE(SHARED_DOWN), KIND(EXPERTS), SIDE(columns), FIELD(shared_width), "width of the shared expert"},
};

#define DIMENSIONS (sizeof dimensions / sizeof dimensions[0])

static edgeplan_status assume(ep_draft *draft, const char *what, uint64_t described, uint64_t shown)
{
    char sentence[192];
    ep_text text;
    ep_text_init(&text, sentence, sizeof sentence);
    ep_text_add(&text, "The tensors have a ");
    ep_text_add(&text, what);
    ep_text_add(&text, " of ");
    ep_text_add_count(&text, shown);
    ep_text_add(&text, ", where the description says ");
    ep_text_add_count(&text, described);
    ep_text_add(&text, "; theirs is taken.");
    return ep_draft_assume(draft, sentence);
}

/* Takes what the tensors show. *said: a sentence for the first of the layers is enough. */
static edgeplan_status take(ep_draft *draft, uint64_t *field, uint64_t shown, const char *what, unsigned char *said)
{
    const uint64_t described = *field;
    if (described == shown)
        return EDGEPLAN_OK;
    *field = shown;
    if (*said)
        return EDGEPLAN_OK;
    *said = 1;
    return assume(draft, what, described, shown);
}

static uint64_t *field_at(void *of, size_t offset)
{
    return (uint64_t *)(void *)((unsigned char *)of + offset);
}

static edgeplan_status settle_layer(ep_draft *draft, edgeplan_tensor *tensor, unsigned char said[DIMENSIONS + 1])
{
    edgeplan_layer *layer = &draft->layers[tensor->layer - 1];
    edgeplan_status status = EDGEPLAN_OK;
    for (size_t i = 0; i < DIMENSIONS && status == EDGEPLAN_OK; i++)
        if (dimensions[i].role == tensor->role && dimensions[i].feed_forward == layer->feed_forward)
            status = take(draft, field_at(layer, dimensions[i].field), *field_at(tensor, dimensions[i].side), dimensions[i].what,
                          &said[i]);
    const int has_heads = tensor->role == EDGEPLAN_ROLE_ATTENTION_KEY && layer->attention == EDGEPLAN_ATTENTION_GROUPED &&
                          layer->key_width != 0 && tensor->rows % layer->key_width == 0;
    if (has_heads && status == EDGEPLAN_OK)
        status = take(draft, &layer->kv_heads, tensor->rows / layer->key_width, "number of KV heads", &said[DIMENSIONS]);
    return status;
}

static edgeplan_status settle_embedding(ep_draft *draft, const edgeplan_tensor *table)
{
    unsigned char said[2] = {0, 0};
    edgeplan_status status = take(draft, &draft->head.vocabulary, table->rows, "vocabulary", &said[0]);
    if (status == EDGEPLAN_OK)
        status = take(draft, &draft->head.hidden_width, table->columns, "hidden width", &said[1]);
    return status;
}

/* ---- The output matrix ---- */

static int is_copy(const edgeplan_tensor *a, const edgeplan_tensor *b)
{
    return a->rows == b->rows && a->columns == b->columns && a->element_type == b->element_type &&
           a->stored_bytes == b->stored_bytes;
}

/* Some files of models with a tied head hold the table twice; runtimes load it once. */
static edgeplan_status drop_copy(ep_draft *draft, size_t index)
{
    char sentence[160];
    ep_text text;
    ep_text_init(&text, sentence, sizeof sentence);
    ep_text_add(&text, "The head is tied: its own copy of the embedding table (");
    ep_text_add_bytes(&text, draft->tensors[index].stored_bytes);
    ep_text_add(&text, ") is left out.");
    draft->tensor_count--;
    memmove(&draft->tensors[index], &draft->tensors[index + 1], (draft->tensor_count - index) * sizeof *draft->tensors);
    return ep_draft_assume(draft, sentence);
}

static edgeplan_status settle_head(ep_draft *draft)
{
    const uint64_t described = draft->head.tied_head;
    size_t table = 0, head = draft->tensor_count;
    for (size_t i = 0; i < draft->tensor_count; i++) {
        table = draft->tensors[i].role == EDGEPLAN_ROLE_TOKEN_EMBEDDING ? i : table;
        head = draft->tensors[i].role == EDGEPLAN_ROLE_OUTPUT_HEAD ? i : head;
    }
    draft->head.tied_head = EDGEPLAN_SWITCH_DEFAULT; /* tied is what has no output matrix */
    if (described == EDGEPLAN_SWITCH_ON && head < draft->tensor_count) {
        if (is_copy(&draft->tensors[table], &draft->tensors[head]))
            return drop_copy(draft, head);
        return ep_draft_assume(draft, "The description says that the head is tied, yet there is an output matrix, which is taken.");
    }
    if (described == EDGEPLAN_SWITCH_OFF && head == draft->tensor_count)
        return ep_draft_assume(draft, "There is no output matrix: the embedding table is taken for it.");
    return EDGEPLAN_OK;
}

edgeplan_status ep_checkpoint_settle(ep_draft *draft)
{
    unsigned char said[DIMENSIONS + 1] = {0};
    edgeplan_status status = EDGEPLAN_OK;
    for (size_t i = 0; i < draft->tensor_count && status == EDGEPLAN_OK; i++) {
        edgeplan_tensor *tensor = &draft->tensors[i];
        if (tensor->layer != 0)
            status = settle_layer(draft, tensor, said);
        else if (tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING)
            status = settle_embedding(draft, tensor);
    }
    return status == EDGEPLAN_OK && draft->trunk_layers == 0 ? settle_head(draft) : status;
}

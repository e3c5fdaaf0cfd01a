/* What sees, from `vision_config`. Sources: huggingface/transformers, src/transformers/models, modeling_siglip.py and modeling_gemma3.py
   (SigLIP; patches averaged, normed, projected), modeling_qwen3_vl.py and modeling_qwen3_5.py (patches of some frames, merged into one
   token by a network; further ones of the same kind take layers in between). */
#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"

static const struct {
    const char *family, *projector;
    int merges; /* patches into a token; else there is one image size, and one matrix */
} kinds[] = {
    {"gemma3", "gemma3", 0},           {"qwen3_vl", "qwen3vl_merger", 1},    {"qwen3_vl_moe", "qwen3vl_merger", 1},
    {"qwen3_5", "qwen3vl_merger", 1},  {"qwen3_5_moe", "qwen3vl_merger", 1},
};

static void add(ep_config_reader *reader, uint64_t rows, uint64_t columns)
{
    const edgeplan_tensor tensor = {
        .role = EDGEPLAN_ROLE_ENCODER, .element_type = EDGEPLAN_ELEMENT_NONE, .rows = rows, .columns = columns, .slices = 1};

    if (reader->status == EDGEPLAN_OK)
        ep_config_keep(reader, ep_draft_add_tensor(&reader->draft, &tensor));
}

static void add_biased(ep_config_reader *reader, uint64_t rows, uint64_t columns)
{
    add(reader, rows, columns);
    add(reader, 1, rows);
}

static void add_norm(ep_config_reader *reader, uint64_t width)
{
    add(reader, 1, width);
    add(reader, 1, width);
}

static void add_merger(ep_config_reader *reader, uint64_t normed, uint64_t merged, uint64_t out)
{
    add_norm(reader, normed);
    add_biased(reader, merged, merged);
    add_biased(reader, out, merged);
}

static void add_layers(ep_config_reader *reader, uint64_t layers)
{
    const uint64_t width = reader->draft.towers[0].width, ffn = reader->draft.towers[0].ffn_width;

    for (uint64_t i = 0; i < layers && reader->status == EDGEPLAN_OK; i++) {
        add_norm(reader, width);
        add_norm(reader, width);
        for (int matrix = 0; matrix < 4; matrix++) /* queries, keys, values, output */
            add_biased(reader, width, width);
        add_biased(reader, ffn, width);
        add_biased(reader, width, ffn);
    }
}

/* A token of some patches, and tokens of the same shape from layers in between. */
static void add_mergers(ep_config_reader *reader)
{
    const uint64_t side = ep_config_need(reader, EP_KEY_MERGE), out = ep_config_need(reader, EP_KEY_TOWER_OUT);
    const uint64_t width = reader->draft.towers[0].width, merged = ep_mul(width, ep_mul(side, side));
    const ep_node *between = ep_config_list(reader, "deepstack_visual_indexes", "must be a list of layers");

    add_merger(reader, width, merged, out);
    for (uint32_t i = 0; between != NULL && i < between->count; i++)
        add_merger(reader, merged, merged, out);
}

void ep_config_tower(ep_config_reader *reader)
{
    const ep_node *vision = ep_node_get(reader->root, "vision_config");
    ep_tower *tower = &reader->draft.towers[0];
    size_t kind = 0;

    while (kind < sizeof kinds / sizeof kinds[0] && !ep_equal(kinds[kind].family, reader->draft.family))
        kind++;
    if (vision == NULL || vision->kind != EP_NODE_MAP || kind == sizeof kinds / sizeof kinds[0]) {
        ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, vision != NULL ? vision : reader->root, "vision_config",
                       "describes no tower that can be planned: give the files of its checkpoint, or its mmproj GGUF", NULL);
        return;
    }
    const uint64_t text_width = ep_config_need(reader, EP_KEY_HIDDEN);
    reader->text = vision;
    reader->path = "vision_config";
    reader->family = &ep_family_unknown; /* whose keys are the usual ones */
    *tower = (ep_tower){.projector = kinds[kind].projector,
                        .width = ep_config_need(reader, EP_KEY_HIDDEN),
                        .ffn_width = ep_config_need(reader, EP_KEY_FFN),
                        .heads = ep_config_need(reader, EP_KEY_TOWER_HEADS)};
    const uint64_t patch = ep_config_need(reader, EP_KEY_PATCH), layers = ep_config_need(reader, EP_KEY_TOWER_LAYERS);
    tower->patch_pixels = patch;
    const uint64_t frames = kinds[kind].merges ? ep_config_need(reader, EP_KEY_FRAMES_IN_PATCH) : 1;
    if (!kinds[kind].merges && patch != 0) {
        const uint64_t side = ep_config_need(reader, EP_KEY_IMAGE) / patch;
        tower->patches = ep_mul(side, side);
    }
    add_biased(reader, tower->width, ep_mul(3 * frames, ep_mul(patch, patch))); /* of three colours */
    add(reader, kinds[kind].merges ? ep_config_need(reader, EP_KEY_POSITIONS) : tower->patches, tower->width);
    add_layers(reader, layers);
    if (kinds[kind].merges) {
        add_mergers(reader);
        return;
    }
    add_norm(reader, tower->width);
    add(reader, text_width, tower->width);
    add(reader, 1, tower->width);
}

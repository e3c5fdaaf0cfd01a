/* A model that exists only in your head: two kinds of layers, built by hand, sized on a phone.
   cc -std=c11 own_model.c $(pkg-config --cflags --libs edgeplan) */
#include <inttypes.h>
#include <stdio.h>

#include <edgeplan/edgeplan.h>

/* 24 layers with a window of 1024 tokens, then 4 that look back on everything; 3072 wide, 8 KV heads of 128. */
static edgeplan_status build(edgeplan_model **out)
{
    edgeplan_model_builder *builder = NULL;
    edgeplan_head head;
    edgeplan_layer layer;
    edgeplan_status status = edgeplan_model_builder_new(NULL, "my-model", "", &builder);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&head, sizeof head);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&layer, sizeof layer);
    head.hidden_width = 3072;
    head.vocabulary = 128256;
    head.trained_context_tokens = 32768;
    head.tied_head = EDGEPLAN_SWITCH_ON;
    layer.attention = EDGEPLAN_ATTENTION_GROUPED;
    layer.query_heads = 24;
    layer.kv_heads = 8;
    layer.key_width = layer.value_width = 128;
    layer.feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
    layer.ffn_width = 8192;
    layer.span = EDGEPLAN_SPAN_WINDOW;
    layer.span_tokens = 1024;
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_set_head(builder, &head);
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_add_layers(builder, &layer, 24);
    layer.span = EDGEPLAN_SPAN_ALL;
    layer.span_tokens = 0;
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_add_layers(builder, &layer, 4);
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_finish(builder, NULL, out);
    edgeplan_model_builder_unref(builder);
    return status;
}

int main(void)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_deployment *deployment = NULL;
    edgeplan_head head;
    edgeplan_memory memory;
    edgeplan_status status = build(&model);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, NULL, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&head, sizeof head);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&memory, sizeof memory);
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_head(model, &head);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_GPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_k_m"), NULL,
                                         &deployment);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_memory(deployment, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory);
    if (status == EDGEPLAN_OK)
        printf("my-model: %" PRIu64 " parameters; weights %" PRIu64 ", KV cache %" PRIu64 ", in all %" PRIu64 " bytes\n",
               head.parameters, memory.weights_bytes, memory.kv_bytes, memory.total_bytes);
    else
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}

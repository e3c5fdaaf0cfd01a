#include "world.h"

#include "registry/merge.h"
#include "source/yaml.h"

typedef struct trees {
    ep_arena arena;
    ep_merger merger;
} trees;

static trees begin(void)
{
    trees t;
    ep_arena_init(&t.arena, NULL);
    t.merger.arena = NULL;
    t.merger.room = 1000000;
    return t;
}

static const ep_node *parse(trees *t, const char *name, const char *text)
{
    const ep_node *node;
    assert_int_equal(ep_yaml_parse(&t->arena, text, strlen(text), name, NULL, &node), EDGEPLAN_OK);
    return node;
}

static const ep_node *merge(trees *t, const char *base, const char *over)
{
    t->merger.arena = &t->arena;
    return ep_merge(&t->merger, parse(t, "base", base), parse(t, "over", over));
}

/* Writes a node in flow style, enough to compare. */
static void write(ep_text *text, const ep_node *node)
{
    if (node->kind == EP_NODE_MAP || node->kind == EP_NODE_LIST) {
        ep_text_add_char(text, node->kind == EP_NODE_MAP ? '{' : '[');
        for (uint32_t i = 0; i < node->count; i++) {
            if (i)
                ep_text_add(text, " ");
            if (node->entries[i].key) {
                ep_text_add(text, node->entries[i].key);
                ep_text_add_char(text, ':');
            }
            write(text, node->entries[i].value);
        }
        ep_text_add_char(text, node->kind == EP_NODE_MAP ? '}' : ']');
    } else {
        ep_text_add(text, node->kind == EP_NODE_NULL ? "~" : node->text);
    }
}

static const struct {
    const char *base, *over, *expected;
} rows[] = {
    {"{a: 1, b: 2}", "{b: 3}", "{a:1 b:3}"},
    {"{a: 1}", "{b: 2}", "{a:1 b:2}"},
    {"{a: 1, b: 2, c: 3}", "{b: null}", "{a:1 c:3}"},
    {"{a: 1, b: 2, c: 3}", "{a: ~, c: null, d: 4, b: 5}", "{b:5 d:4}"},
    {"{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", "{a:{x:1 y:3 z:4}}"},
    {"{a: {x: {p: 1, q: 2}}}", "{a: {x: {p: null}}}", "{a:{x:{q:2}}}"},
    {"{a: [1, 2]}", "{a: [3]}", "{a:[3]}"},
    {"{a: {x: 1}}", "{a: [3]}", "{a:[3]}"},
    {"{a: 5}", "{a: {value: 6}}", "{a:{value:6}}"},
    {"{a: {value: 6, source: s}}", "{a: {value: 7}}", "{a:{value:7 source:s}}"},
    {"{a: {value: 6}}", "{a: 8}", "{a:8}"},
    /* Nothing to remove: left for the schema to see. */
    {"{a: 1}", "{b: null}", "{a:1 b:~}"},
    {"[1]", "{b: 1}", "{b:1}"},
    {"{}", "{b: 1}", "{b:1}"},
    {"{a: 1}", "{}", "{a:1}"},
};

static void maps_merge_key_by_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[200];
        trees t = begin();
        ep_text text;
        ep_text_init(&text, buffer, sizeof buffer);
        write(&text, merge(&t, rows[i].base, rows[i].over));
        assert_string_equal(buffer, rows[i].expected);
        ep_arena_free(&t.arena);
    }
}

/* What did not change is the same node, and the base is as it was. */
static void nodes_are_shared(void **state)
{
    trees t = begin();
    const ep_node *base, *over, *merged;

    (void)state;
    t.merger.arena = &t.arena;
    base = parse(&t, "base", "{kept: {x: [1]}, changed: {y: 1, z: 2}}");
    over = parse(&t, "over", "{changed: {y: 3}}");
    merged = ep_merge(&t.merger, base, over);
    assert_ptr_equal(ep_node_get(merged, "kept"), ep_node_get(base, "kept"));
    assert_ptr_not_equal(ep_node_get(merged, "changed"), ep_node_get(base, "changed"));
    assert_ptr_equal(ep_node_get(ep_node_get(merged, "changed"), "z"), ep_node_get(ep_node_get(base, "changed"), "z"));
    assert_true(ep_node_is(ep_node_get(ep_node_get(base, "changed"), "y"), "1"));
    assert_string_equal(merged->source, "over");
    assert_string_equal(ep_node_get(merged, "kept")->source, "base");
    ep_arena_free(&t.arena);
}

static char *numbered(const char *word, int count)
{
    char *text = malloc((size_t)count * 24 + 3), *at = text;
    assert_non_null(text);
    *at++ = '{';
    for (int i = 0; i < count; i++)
        at += sprintf(at, "k%d: %s%d, ", i, word, i);
    strcpy(at, "}");
    return text;
}

/* Large maps go through a hash table, and give the same. */
static void large_maps_merge_too(void **state)
{
    enum { COUNT = 3000 };
    char *base = numbered("", COUNT), *over = numbered("new", COUNT);
    trees t = begin();
    const ep_node *merged = merge(&t, base, over);

    (void)state;
    assert_count(merged->count, COUNT);
    assert_string_equal(merged->entries[1234].key, "k1234");
    assert_true(ep_node_is(merged->entries[1234].value, "new1234"));
    ep_arena_free(&t.arena);
    free(base);
    free(over);
}

static void room_runs_out(void **state)
{
    trees t = begin();

    (void)state;
    t.merger.room = 6;
    assert_non_null(merge(&t, "{a: 1, b: 2}", "{b: 3}"));
    assert_count(t.merger.room, 2);
    assert_null(merge(&t, "{a: 1, b: 2}", "{b: 3}"));
    assert_count(t.merger.room, 0);
    ep_arena_free(&t.arena);
}

static void keys_are_left_out(void **state)
{
    static const char *const some[] = {"a", "c", NULL}, *const none[] = {"x", NULL};
    trees t = begin();
    const ep_node *map = parse(&t, "base", "{a: 1, b: 2, c: 3}");

    (void)state;
    t.merger.arena = &t.arena;
    assert_ptr_equal(ep_map_without(&t.merger, map, none), map);
    assert_count(ep_map_without(&t.merger, map, some)->count, 1);
    assert_string_equal(ep_map_without(&t.merger, map, some)->entries[0].key, "b");
    ep_arena_free(&t.arena);
}

/* ---- entries ---- */

static const char *describe(const edgeplan_registry *registry, edgeplan_section section, const char *id)
{
    static char buffer[4000];
    assert_int_equal(edgeplan_registry_describe(registry, section, id, buffer, sizeof buffer, NULL), EDGEPLAN_OK);
    return buffer;
}

static void an_entry_extends_another(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world();
    /* The older one comes first, and extends one that extends another. */
    edgeplan_registry *registry = world_over(base,
        HEAD "targets:\n"
        "  - {id: third, extends: second, ram: [4 GiB]}\n"
        "  - {id: second, extends: phone, name: Second, os: {to: 30.0}, features: null}\n"
        "runtimes:\n"
        "  - {id: runtime@v0.4.0, extends: runtime, rules: v0.4.0, cache: {step: 16}}\n", diagnostics, EDGEPLAN_OK);
    const edgeplan_target *third = edgeplan_target_find(registry, "third");

    (void)state;
    assert_count(edgeplan_diagnostics_count(diagnostics), 0);
    assert_string_equal(third->name, "Second");
    assert_count(third->os_from, EP_OS_VERSION(15, 1));
    assert_count(third->os_to, EP_OS_VERSION(30, 0));
    assert_count(third->ram_count, 1);
    assert_count(third->features.count, 0);
    assert_count(third->identifier_count, 0); /* those are the phone's own */
    assert_ptr_equal(edgeplan_target_find(registry, "phone1"), edgeplan_target_find(registry, "phone"));
    assert_null(strstr(describe(registry, EDGEPLAN_SECTION_TARGETS, "third"), "extends"));
    assert_string_equal(edgeplan_runtime_find(registry, "runtime@v0.4.0")->release, "v0.4.0");
    assert_count(edgeplan_runtime_find(registry, "runtime@v0.4.0")->backends[0].rules.cache.step, 16);
    assert_count(edgeplan_runtime_find(registry, "runtime@v0.5.0")->backends[0].rules.cache.step, 256);
    assert_null(edgeplan_runtime_find(registry, "runtime@v0.3.0"));
    edgeplan_registry_unref(registry);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

static void wrong_extends_are_told(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world();

    (void)state;
    world_over(base, HEAD "platforms:\n  - {id: a, extends: nothing, name: A}\n  - {id: b, extends: c, name: B}\n  - {id: c, extends: b, name: C}\n"
                          "  - {id: phones, extends: web}\n", diagnostics, EDGEPLAN_ERROR_SCHEMA);
    assert_count(edgeplan_diagnostics_count(diagnostics), 3);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_SCHEMA, 6, 27, "platforms[3]", "for a new id");
    assert_diagnostic(diagnostics, 1, EDGEPLAN_ERROR_REFERENCE, 3, 22, "platforms[0].extends", "'nothing'");
    assert_diagnostic(diagnostics, 2, EDGEPLAN_ERROR_REFERENCE, 5, 22, "platforms[2].extends", "extend each other");
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_merge_key_by_key), cmocka_unit_test(nodes_are_shared),
        cmocka_unit_test(large_maps_merge_too),  cmocka_unit_test(room_runs_out),
        cmocka_unit_test(keys_are_left_out),     cmocka_unit_test(an_entry_extends_another),
        cmocka_unit_test(wrong_extends_are_told),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}

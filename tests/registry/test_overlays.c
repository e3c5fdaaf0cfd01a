/* Files laid over a registry: what becomes of it, and how an entry tells where its parts are from. */
#include "world.h"

static double value(const edgeplan_registry *registry, ep_fact_id fact)
{
    return ep_fact_value(registry, fact);
}

static void a_device_takes_twelve_lines(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world(), *over;
    const edgeplan_target *mine;

    (void)state;
    assert_int_equal(edgeplan_registry_with_file(base, test_data_path("registry/device.yaml"), diagnostics, &over), EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 0);
    edgeplan_registry_unref(base); /* the overlay keeps it */
    mine = edgeplan_target_ref(edgeplan_target_find(over, "my phone"));
    edgeplan_registry_unref(over); /* and the child its registry */
    assert_near(value(mine->registry, mine->chip.peak_bandwidth), 68.3e9, 0);
    assert_true(edgeplan_runtime_runs_on(edgeplan_target_runtime(mine, 0), mine, EDGEPLAN_ACCELERATOR_GPU));
    assert_count(edgeplan_platform_target_count(mine->platform), 3);
    edgeplan_target_unref(mine);
    edgeplan_diagnostics_unref(diagnostics);
}

static void merges_are_noted(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world(), *over;

    (void)state;
    over = world_over(base, HEAD "sources:\n  - {id: mine, title: I measured}\nchips:\n  - id: chip\n    memory:\n"
                                 "      peak_bandwidth: {value: 70 GB/s, source: mine, confidence: measured}\n      bus: null\n",
                      diagnostics, EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 1);
    assert_int_equal(edgeplan_diagnostics_severity(diagnostics, 0), EDGEPLAN_SEVERITY_NOTE);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_OK, 5, 5, "chips[0]", "merged into 'chip' of ");
    assert_near(value(over, over->chips[0].peak_bandwidth), 70e9, 0);
    assert_string_equal(ep_fact_get(over, over->chips[0].peak_bandwidth)->file, "mine.yaml");
    assert_count(ep_fact_get(over, over->chips[0].peak_bandwidth)->line, 7);
    assert_count(over->chips[0].bus, 0);
    assert_string_equal(over->chips[0].memory_kind, "LPDDR5X-8533");
    /* The base is as it was. */
    assert_near(value(base, base->chips[0].peak_bandwidth), 68.3e9, 0);
    assert_near(value(base, base->chips[0].bus), 64, 0);
    edgeplan_registry_unref(over);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

static void digests_tell_registries_apart(void **state)
{
    edgeplan_registry *empty, *a, *b, *ab;

    (void)state;
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    assert_string_equal(edgeplan_registry_digest(empty), "cbf29ce484222325");
    assert_string_equal(edgeplan_registry_version(empty), "");
    a = world_over(empty, HEAD, NULL, EDGEPLAN_OK);
    b = world_over(empty, HEAD "platforms: [{id: a, name: A}]\n", NULL, EDGEPLAN_OK);
    ab = world_over(a, "edgeplan_registry: 1.0", NULL, EDGEPLAN_OK);
    assert_string_equal(edgeplan_registry_digest(a), "10e294b0bf694158");
    assert_string_not_equal(edgeplan_registry_digest(a), edgeplan_registry_digest(b));
    assert_string_not_equal(edgeplan_registry_digest(a), edgeplan_registry_digest(ab));
    assert_string_equal(edgeplan_registry_version(ab), "1.0");
    edgeplan_registry_unref(empty);
    edgeplan_registry_unref(ab);
    edgeplan_registry_unref(b);
    edgeplan_registry_unref(a);
}

static void entries_are_described(void **state)
{
    edgeplan_registry *r = world(), *again, *empty;
    char text[4000], whole[16000] = HEAD;
    size_t needed, all;

    (void)state;
    assert_int_equal(edgeplan_registry_describe(r, EDGEPLAN_SECTION_LIMITS, "nothing", NULL, 0, &needed), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(edgeplan_registry_describe(r, EDGEPLAN_SECTION_PLATFORMS, "audience", text, sizeof text, &needed), EDGEPLAN_OK);
    assert_string_equal(text, "id: audience\nname: Audience\ntargets: [phone, page, phone]\n");
    assert_count(needed, strlen(text) + 1);
    assert_int_equal(edgeplan_registry_describe(r, EDGEPLAN_SECTION_PLATFORMS, "audience", text, 10, &needed), EDGEPLAN_OK);
    assert_string_equal(text, "id: audie");
    assert_int_equal(edgeplan_registry_describe(r, EDGEPLAN_SECTION_PLATFORMS, "audience", NULL, 0, &all), EDGEPLAN_OK);
    assert_count(all, needed);
    /* What is described reads back as the same registry. */
    for (int section = EDGEPLAN_SECTION_SOURCES; section <= EDGEPLAN_SECTION_OBSERVATIONS; section++) {
        sprintf(whole + strlen(whole), "%s:\n", (const char *[]){"", "sources", "chips", "limits", "targets", "platforms", "runtimes",
                                                                 "formats", "models", "observations"}[section]);
        for (uint32_t i = 0; i < edgeplan_registry_count(r, (edgeplan_section)section); i++) {
            edgeplan_registry_describe(r, (edgeplan_section)section, edgeplan_registry_id(r, (edgeplan_section)section, i), text,
                                       sizeof text, NULL);
            for (char *line = strtok(text, "\n"), *lead = "  - "; line; line = strtok(NULL, "\n"), lead = "    ")
                sprintf(whole + strlen(whole), "%s%s\n", lead, line);
        }
    }
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    again = world_over(empty, whole, NULL, EDGEPLAN_OK);
    assert_count(again->fact_count, r->fact_count);
    for (uint32_t i = 1; i < r->fact_count; i++) {
        assert_string_equal(again->facts[i].path, r->facts[i].path);
        assert_string_equal(again->facts[i].text, r->facts[i].text);
        assert_string_equal(again->facts[i].source->id, r->facts[i].source->id);
        assert_count(again->facts[i].confidence, r->facts[i].confidence);
    }
    edgeplan_registry_unref(again);
    edgeplan_registry_unref(empty);
    edgeplan_registry_unref(r);
}

static void odd_texts_are_quoted(void **state)
{
    edgeplan_registry *empty, *r, *again;
    char text[2000], whole[4000];
    const edgeplan_platform *a, *b;

    (void)state;
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    r = world_over(empty, HEAD "models:\n- {id: m, name: 'a: b', aliases: ['', 'null', '5', 'yes', 'a, b', '[x', '- y', \"q\\\"\\\\\\t\\n\\x01z\",\n"
                               "  '#c', 'd #e', 'f:', ' g', 'h ', '\xc3\xa9', '!t', '&u', '---'], config: {a: {}, b: [], c: [[1, [2]], {d: null}]}}\n"
                               "platforms: [{id: p, name: '\xe2\x82\xac: 5'}]\n", NULL, EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_describe(r, EDGEPLAN_SECTION_MODELS, "m", text, sizeof text, NULL), EDGEPLAN_OK);
    strcpy(whole, HEAD "models:\n");
    for (char *line = strtok(text, "\n"), *lead = "  - "; line; line = strtok(NULL, "\n"), lead = "    ")
        sprintf(whole + strlen(whole), "%s%s\n", lead, line);
    strcat(whole, "platforms:\n- ");
    edgeplan_registry_describe(r, EDGEPLAN_SECTION_PLATFORMS, "p", text, sizeof text, NULL);
    assert_string_equal(text, "id: p\nname: \"\xe2\x82\xac: 5\"\n");
    strcat(whole, "{id: p, name: \"\xe2\x82\xac: 5\"}\n");
    again = world_over(empty, whole, NULL, EDGEPLAN_OK);
    a = edgeplan_platform_find(r, "p");
    b = edgeplan_platform_find(again, "p");
    assert_string_equal(a->name, b->name);
    assert_count(again->models[0].aliases.count, r->models[0].aliases.count);
    for (uint32_t i = 0; i < r->models[0].aliases.count; i++)
        assert_string_equal(again->models[0].aliases.items[i], r->models[0].aliases.items[i]);
    edgeplan_registry_unref(again);
    edgeplan_registry_unref(r);
    edgeplan_registry_unref(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_takes_twelve_lines),
        cmocka_unit_test(merges_are_noted),
        cmocka_unit_test(digests_tell_registries_apart),
        cmocka_unit_test(entries_are_described),
        cmocka_unit_test(odd_texts_are_quoted),
    };
    return cmocka_run_group_tests_name("overlays", tests, NULL, NULL);
}

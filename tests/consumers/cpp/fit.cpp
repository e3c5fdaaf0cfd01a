// The verdict of fit.c through the wrapper.
#include <iostream>

#include "edgeplan.hpp"

int main()
try {
    const edgeplan::registry registry = edgeplan::open_registry();
    const edgeplan::model model = edgeplan::open_model(registry, "llama-3.1-8b");
    const edgeplan::deployment path = edgeplan::deploy(registry, model, "iphone-16-pro", "llama.cpp", "q4_k_m");
    edgeplan_request request = edgeplan::make_struct<edgeplan_request>();
    request.context_tokens = 8192;
    const edgeplan::plan plan = edgeplan::make_plan(path, request);
    edgeplan_memory memory = edgeplan::make_struct<edgeplan_memory>();
    edgeplan_verdict_result verdict = edgeplan::make_struct<edgeplan_verdict_result>();
    edgeplan::check(edgeplan_plan_memory(plan.get(), &memory));
    edgeplan::check(edgeplan_plan_verdict(plan.get(), &verdict));
    std::cout << "llama-3.1-8b " << edgeplan_format_id(edgeplan_deployment_format(path.get())) << " on iphone-16-pro, "
              << edgeplan_runtime_id(edgeplan_deployment_runtime(path.get())) << ' '
              << edgeplan_accelerator_name(edgeplan_deployment_accelerator(path.get())) << ", 8192 tokens: "
              << edgeplan_verdict_name(static_cast<edgeplan_verdict>(verdict.verdict)) << ", charged " << memory.charged_low_bytes
              << " to " << memory.charged_high_bytes << " bytes\n";
} catch (const std::exception &failure) {
    std::cerr << failure.what() << '\n';
    return 1;
}

"""Will it fit? python3 fit.py [MODEL TARGET [RUNTIME FORMAT [CONTEXT]]]"""
import sys

import edgeplan


def main(words):
    model, target, runtime, form, context = (words + ["llama-3.1-8b", "iphone-16-pro", "llama.cpp", "q4_k_m", "8192"][len(words):])[:5]
    registry = edgeplan.Registry()
    call = registry.library.call
    deployment = registry.deploy(registry.model(model), target, runtime, form)
    plan = deployment.plan(context_tokens=int(context))
    memory = plan.numbers("memory")
    print("%s %s on %s, %s %s, %s tokens: %s, charged %d to %d bytes" % (
        model, call.format_id(call.deployment_format(deployment.pointer)).decode(), target,
        call.runtime_id(call.deployment_runtime(deployment.pointer)).decode(),
        call.accelerator_name(call.deployment_accelerator(deployment.pointer)).decode(), context, plan.verdict,
        memory.charged_low_bytes, memory.charged_high_bytes))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (edgeplan.Error, ValueError) as error:
        sys.exit("fit.py: %s" % error)

// A small wrapper: handles that release themselves, structs that come with their size, failures as exceptions. C++11 and later.
#ifndef EDGEPLAN_HPP
#define EDGEPLAN_HPP

#include <memory>
#include <stdexcept>
#include <string>

#include <edgeplan/edgeplan.h>

namespace edgeplan {

struct error : std::runtime_error {
    explicit error(edgeplan_status code) : std::runtime_error(edgeplan_status_text(code)), status(code) {}
    edgeplan_status status;
};

inline void check(edgeplan_status status)
{
    if (status != EDGEPLAN_OK)
        throw error(status);
}

template <class Struct> Struct make_struct()
{
    Struct made;
    check(edgeplan_struct_init(&made, sizeof made));
    return made;
}

// The library counts owners itself; a wrapper holds one of them.
struct release {
    void operator()(edgeplan_registry *handle) const { edgeplan_registry_unref(handle); }
    void operator()(edgeplan_model *handle) const { edgeplan_model_unref(handle); }
    void operator()(edgeplan_deployment *handle) const { edgeplan_deployment_unref(handle); }
    void operator()(edgeplan_plan *handle) const { edgeplan_plan_unref(handle); }
};

using registry = std::unique_ptr<edgeplan_registry, release>;
using model = std::unique_ptr<edgeplan_model, release>;
using deployment = std::unique_ptr<edgeplan_deployment, release>;
using plan = std::unique_ptr<edgeplan_plan, release>;

inline registry open_registry()
{
    edgeplan_registry *out = nullptr;
    check(edgeplan_registry_new(nullptr, nullptr, &out));
    return registry(out);
}

inline model open_model(const registry &from, const std::string &id)
{
    edgeplan_model *out = nullptr;
    check(edgeplan_registry_model(from.get(), id.c_str(), nullptr, &out));
    return model(out);
}

inline deployment deploy(const registry &from, const model &what, const std::string &target, const std::string &runtime,
                         const std::string &format, edgeplan_accelerator accelerator = EDGEPLAN_ACCELERATOR_ANY)
{
    edgeplan_deployment *out = nullptr;
    check(edgeplan_deployment_new(what.get(), edgeplan_target_find(from.get(), target.c_str()), accelerator,
                                  edgeplan_runtime_find(from.get(), runtime.c_str()),
                                  edgeplan_format_find(from.get(), format.c_str()), nullptr, &out));
    return deployment(out);
}

inline plan make_plan(const deployment &path, const edgeplan_request &request)
{
    edgeplan_plan *out = nullptr;
    check(edgeplan_plan_new(path.get(), &request, nullptr, &out));
    return plan(out);
}

} // namespace edgeplan

#endif

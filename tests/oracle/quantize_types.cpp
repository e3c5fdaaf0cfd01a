// Prints the element types that llama.cpp's own quantizer chooses, without quantizing: quantize_types MODEL.gguf
// For each file type, without and with an importance matrix, a line "== NAME IMATRIX" and then what the dry run logs.
#include <cstdio>
#include <cstring>
#include <string>

#include "llama.h"

static void on_log(ggml_log_level, const char * text, void *) { fputs(text, stdout); }

static const struct {
    const char * name;
    llama_ftype type;
} file_types[] = {
    {"f32", LLAMA_FTYPE_ALL_F32}, {"f16", LLAMA_FTYPE_MOSTLY_F16}, {"bf16", LLAMA_FTYPE_MOSTLY_BF16},
    {"q4_0", LLAMA_FTYPE_MOSTLY_Q4_0}, {"q4_1", LLAMA_FTYPE_MOSTLY_Q4_1}, {"q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},
    {"q5_1", LLAMA_FTYPE_MOSTLY_Q5_1}, {"q8_0", LLAMA_FTYPE_MOSTLY_Q8_0}, {"q2_k", LLAMA_FTYPE_MOSTLY_Q2_K},
    {"q2_k_s", LLAMA_FTYPE_MOSTLY_Q2_K_S}, {"q3_k_s", LLAMA_FTYPE_MOSTLY_Q3_K_S}, {"q3_k_m", LLAMA_FTYPE_MOSTLY_Q3_K_M},
    {"q3_k_l", LLAMA_FTYPE_MOSTLY_Q3_K_L}, {"q4_k_s", LLAMA_FTYPE_MOSTLY_Q4_K_S}, {"q4_k_m", LLAMA_FTYPE_MOSTLY_Q4_K_M},
    {"q5_k_s", LLAMA_FTYPE_MOSTLY_Q5_K_S}, {"q5_k_m", LLAMA_FTYPE_MOSTLY_Q5_K_M}, {"q6_k", LLAMA_FTYPE_MOSTLY_Q6_K},
    {"iq1_s", LLAMA_FTYPE_MOSTLY_IQ1_S}, {"iq1_m", LLAMA_FTYPE_MOSTLY_IQ1_M}, {"iq2_xxs", LLAMA_FTYPE_MOSTLY_IQ2_XXS},
    {"iq2_xs", LLAMA_FTYPE_MOSTLY_IQ2_XS}, {"iq2_s", LLAMA_FTYPE_MOSTLY_IQ2_S}, {"iq2_m", LLAMA_FTYPE_MOSTLY_IQ2_M},
    {"iq3_xxs", LLAMA_FTYPE_MOSTLY_IQ3_XXS}, {"iq3_xs", LLAMA_FTYPE_MOSTLY_IQ3_XS}, {"iq3_s", LLAMA_FTYPE_MOSTLY_IQ3_S},
    {"iq3_m", LLAMA_FTYPE_MOSTLY_IQ3_M}, {"iq4_nl", LLAMA_FTYPE_MOSTLY_IQ4_NL}, {"iq4_xs", LLAMA_FTYPE_MOSTLY_IQ4_XS},
    {"tq1_0", LLAMA_FTYPE_MOSTLY_TQ1_0}, {"tq2_0", LLAMA_FTYPE_MOSTLY_TQ2_0}, {"mxfp4_moe", LLAMA_FTYPE_MOSTLY_MXFP4_MOE},
    {"q1_0", LLAMA_FTYPE_MOSTLY_Q1_0}, {"q2_0", LLAMA_FTYPE_MOSTLY_Q2_0},
};

int main(int argc, char ** argv) {
    if (argc != 2)
        return 2;
    if (strcmp(argv[1], "--version") == 0) {
        puts(llama_version());
        return 0;
    }
    static const float one = 1.0f;
    static const llama_model_imatrix_data matrix[] = {{"none", &one, 1}, {nullptr, nullptr, 0}};
    llama_log_set(on_log, nullptr);
    llama_backend_init();
    for (const auto & file_type : file_types) {
        for (int imatrix = 0; imatrix < 2; imatrix++) {
            llama_model_quantize_params params = llama_model_quantize_default_params();
            params.dry_run = true;
            params.nthread = 1;
            params.ftype = file_type.type;
            params.imatrix = imatrix ? matrix : nullptr;
            printf("== %s %d\n", file_type.name, imatrix);
            printf("== end %u\n", llama_model_quantize(argv[1], "", &params));
        }
    }
    return 0;
}

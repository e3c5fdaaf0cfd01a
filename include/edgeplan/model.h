/** @file
 *  A model: a head of scalars, a list of layers, a list of tensors. From a file, from the registry, or by hand.
 *  Opening a model needs no registry.
 */
#ifndef EDGEPLAN_MODEL_H
#define EDGEPLAN_MODEL_H

#include <edgeplan/base.h>
#include <edgeplan/diagnostics.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How elements are stored. Numbers up to 99 are ggml's (`ggml/include/ggml.h`); from 100 on they are ours. Pinned. Since 0.1. */
typedef enum edgeplan_element_type {
  EDGEPLAN_ELEMENT_F32 = 0,       /**< 4 bytes. */
  EDGEPLAN_ELEMENT_F16 = 1,       /**< 2 bytes. */
  EDGEPLAN_ELEMENT_Q4_0 = 2,      /**< 32 in 18 bytes. */
  EDGEPLAN_ELEMENT_Q4_1 = 3,      /**< 32 in 20 bytes. */
  EDGEPLAN_ELEMENT_Q5_0 = 6,      /**< 32 in 22 bytes. */
  EDGEPLAN_ELEMENT_Q5_1 = 7,      /**< 32 in 24 bytes. */
  EDGEPLAN_ELEMENT_Q8_0 = 8,      /**< 32 in 34 bytes. */
  EDGEPLAN_ELEMENT_Q2_K = 10,     /**< 256 in 84 bytes. */
  EDGEPLAN_ELEMENT_Q3_K = 11,     /**< 256 in 110 bytes. */
  EDGEPLAN_ELEMENT_Q4_K = 12,     /**< 256 in 144 bytes. */
  EDGEPLAN_ELEMENT_Q5_K = 13,     /**< 256 in 176 bytes. */
  EDGEPLAN_ELEMENT_Q6_K = 14,     /**< 256 in 210 bytes. */
  EDGEPLAN_ELEMENT_IQ2_XXS = 16,  /**< 256 in 66 bytes. */
  EDGEPLAN_ELEMENT_IQ2_XS = 17,   /**< 256 in 74 bytes. */
  EDGEPLAN_ELEMENT_IQ3_XXS = 18,  /**< 256 in 98 bytes. */
  EDGEPLAN_ELEMENT_IQ1_S = 19,    /**< 256 in 50 bytes. */
  EDGEPLAN_ELEMENT_IQ4_NL = 20,   /**< 32 in 18 bytes. */
  EDGEPLAN_ELEMENT_IQ3_S = 21,    /**< 256 in 110 bytes. */
  EDGEPLAN_ELEMENT_IQ2_S = 22,    /**< 256 in 82 bytes. */
  EDGEPLAN_ELEMENT_IQ4_XS = 23,   /**< 256 in 136 bytes. */
  EDGEPLAN_ELEMENT_IQ1_M = 29,    /**< 256 in 56 bytes. */
  EDGEPLAN_ELEMENT_BF16 = 30,     /**< 2 bytes. */
  EDGEPLAN_ELEMENT_TQ1_0 = 34,    /**< 256 in 54 bytes. */
  EDGEPLAN_ELEMENT_TQ2_0 = 35,    /**< 256 in 66 bytes. */
  EDGEPLAN_ELEMENT_MXFP4 = 39,    /**< 32 in 17 bytes. */
  EDGEPLAN_ELEMENT_NVFP4 = 40,    /**< 64 in 36 bytes. */
  EDGEPLAN_ELEMENT_Q1_0 = 41,     /**< 128 in 18 bytes. */
  EDGEPLAN_ELEMENT_Q2_0 = 42,     /**< 64 in 18 bytes. */
  EDGEPLAN_ELEMENT_I8 = 100,      /**< 1 byte, scales kept apart. */
  EDGEPLAN_ELEMENT_U8 = 101,      /**< 1 byte, scales kept apart. */
  EDGEPLAN_ELEMENT_FP8 = 102,     /**< 1 byte. */
  EDGEPLAN_ELEMENT_U4 = 103,      /**< 2 in 1 byte, scales kept apart. */
  EDGEPLAN_ELEMENT_GROUPED = 190, /**< Groups with scales of a format; the tensor's `stored_bytes` says how many bytes. */
  EDGEPLAN_ELEMENT_NONE = 191,    /**< Not stored yet: a model described by its dimensions. */
  EDGEPLAN_ELEMENT_FORCE32 = 0x7fffffff /**< Not a type. */
} edgeplan_element_type;

/** Name of an element type. @param[in] type  any number @return such as `q4_k`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_element_type_name(edgeplan_element_type type);
/** Element type of a name. @param[in] name  such as `q8_0` @param[out] out  type
 *  @return ::EDGEPLAN_OK or ::EDGEPLAN_ERROR_NOT_FOUND. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_element_type_find(const char *name, edgeplan_element_type *out);

/** Kind of attention of a layer. Since 0.1. */
typedef enum edgeplan_attention {
  EDGEPLAN_ATTENTION_NONE = 0,    /**< No attention in this layer. */
  EDGEPLAN_ATTENTION_GROUPED = 1, /**< Multi-head, grouped-query or multi-query: keys and values per KV head. */
  EDGEPLAN_ATTENTION_LATENT = 2,  /**< One latent vector and a rope part per token (MLA). */
  EDGEPLAN_ATTENTION_FORCE32 = 0x7fffffff /**< Not a kind. */
} edgeplan_attention;

/** What an attention layer looks back on. Since 0.1. */
typedef enum edgeplan_span {
  EDGEPLAN_SPAN_ALL = 0,    /**< Every earlier token. */
  EDGEPLAN_SPAN_WINDOW = 1, /**< The last `span_tokens`. */
  EDGEPLAN_SPAN_CHUNK = 2,  /**< The tokens of the current chunk of `span_tokens`. */
  EDGEPLAN_SPAN_FIXED = 3,  /**< A fixed number of `span_tokens`, such as an encoder's output. */
  EDGEPLAN_SPAN_FORCE32 = 0x7fffffff /**< Not a span. */
} edgeplan_span;

/** Kind of recurrence of a layer. Since 0.1. */
typedef enum edgeplan_recurrent {
  EDGEPLAN_RECURRENT_NONE = 0,        /**< None. */
  EDGEPLAN_RECURRENT_SSM = 1,         /**< State space (Mamba, Mamba-2). */
  EDGEPLAN_RECURRENT_DELTA = 2,       /**< Gated delta net. */
  EDGEPLAN_RECURRENT_RWKV = 3,        /**< RWKV. */
  EDGEPLAN_RECURRENT_CONVOLUTION = 4, /**< Short convolution. */
  EDGEPLAN_RECURRENT_FORCE32 = 0x7fffffff /**< Not a kind. */
} edgeplan_recurrent;

/** Kind of feed-forward part of a layer. Since 0.1. */
typedef enum edgeplan_feed_forward {
  EDGEPLAN_FEED_FORWARD_NONE = 0,    /**< None. */
  EDGEPLAN_FEED_FORWARD_DENSE = 1,   /**< One network of `ffn_width`. */
  EDGEPLAN_FEED_FORWARD_EXPERTS = 2, /**< `experts` of `ffn_width`, `experts_used` per token, and a shared part. */
  EDGEPLAN_FEED_FORWARD_FORCE32 = 0x7fffffff /**< Not a kind. */
} edgeplan_feed_forward;

/** Scalars of a model. Since 0.1. */
typedef struct edgeplan_head {
  uint32_t struct_size;            /**< `sizeof(edgeplan_head)`. */
  uint32_t flags;                  /**< 0. */
  uint64_t known;                  /**< Which fields are known. */
  uint64_t hidden_width;           /**< Elements of the residual stream. */
  uint64_t vocabulary;             /**< Entries of the embedding table. */
  uint64_t trained_context_tokens; /**< Longest context it was trained for. */
  uint64_t parameters;             /**< Sum over the tensors, elements. */
  uint64_t active_parameters;      /**< Of these, multiplied with for one token: lookup tables and unused experts left out. */
  uint64_t tied_head;              /**< ::edgeplan_switch: on if the output matrix is the embedding table. */
} edgeplan_head;

/** One layer: attention, recurrence and feed-forward, each of which may be none. Since 0.1. */
typedef struct edgeplan_layer {
  uint32_t struct_size;    /**< `sizeof(edgeplan_layer)`. */
  uint32_t flags;          /**< 0. */
  uint64_t known;          /**< Which fields are known; ignored on input. */
  uint32_t attention;      /**< ::edgeplan_attention. */
  uint32_t span;           /**< ::edgeplan_span. */
  uint32_t recurrent;      /**< ::edgeplan_recurrent. */
  uint32_t feed_forward;   /**< ::edgeplan_feed_forward. */
  uint64_t query_heads;    /**< Query heads. */
  uint64_t kv_heads;       /**< KV heads. */
  uint64_t key_width;      /**< Elements of a key head. */
  uint64_t value_width;    /**< Elements of a value head. */
  uint64_t latent_width;   /**< Elements of the latent vector (latent attention). */
  uint64_t rope_width;     /**< Elements of the rope part (latent attention). */
  uint64_t span_tokens;    /**< Tokens of a window, chunk or fixed span. */
  uint64_t kv_source;      /**< 0: keeps its own cache. Otherwise 1 + index of the layer whose cache it reads. */
  uint64_t conv_elements;  /**< Elements of the convolution's state, per sequence. */
  uint64_t state_elements; /**< Elements of the recurrent state, per sequence. */
  uint64_t ffn_width;      /**< Elements inside the feed-forward network, or inside one expert. */
  uint64_t experts;        /**< Experts. */
  uint64_t experts_used;   /**< Experts per token. */
  uint64_t shared_width;   /**< Elements inside the shared expert, 0 if there is none. */
} edgeplan_layer;

/** What a tensor is for. Since 0.1. */
typedef enum edgeplan_role {
  EDGEPLAN_ROLE_OTHER = 0,               /**< Anything else; quantizers leave its matrices in 16 bits. */
  EDGEPLAN_ROLE_TOKEN_EMBEDDING = 1,     /**< Embedding table: one row read per token. */
  EDGEPLAN_ROLE_OUTPUT_HEAD = 2,         /**< Output matrix, if it is not the embedding table. */
  EDGEPLAN_ROLE_PER_LAYER_EMBEDDING = 3, /**< Per-layer embedding table: one row read per token. */
  EDGEPLAN_ROLE_NORM = 4,                /**< Norm weights. */
  EDGEPLAN_ROLE_BIAS = 5,                /**< Biases, sinks, scales, and what else stays in 32 bits. */
  EDGEPLAN_ROLE_ATTENTION_QUERY = 10,    /**< Query projection. */
  EDGEPLAN_ROLE_ATTENTION_KEY = 11,      /**< Key projection. */
  EDGEPLAN_ROLE_ATTENTION_VALUE = 12,    /**< Value projection. */
  EDGEPLAN_ROLE_ATTENTION_QKV = 13,      /**< The three in one. */
  EDGEPLAN_ROLE_ATTENTION_OUTPUT = 14,   /**< Output projection. */
  EDGEPLAN_ROLE_ATTENTION_LATENT = 15,   /**< Down and up projections of latent attention. */
  EDGEPLAN_ROLE_FFN_GATE = 20,           /**< Gate projection. */
  EDGEPLAN_ROLE_FFN_UP = 21,             /**< Up projection; gate and up where they are one. */
  EDGEPLAN_ROLE_FFN_DOWN = 22,           /**< Down projection. */
  EDGEPLAN_ROLE_ROUTER = 23,             /**< Chooses experts. */
  EDGEPLAN_ROLE_EXPERT_GATE = 24,        /**< Gate projections of all experts, one slice each. */
  EDGEPLAN_ROLE_EXPERT_UP = 25,          /**< Up projections of all experts. */
  EDGEPLAN_ROLE_EXPERT_DOWN = 26,        /**< Down projections of all experts. */
  EDGEPLAN_ROLE_SHARED_GATE = 27,        /**< Gate projection of the shared expert. */
  EDGEPLAN_ROLE_SHARED_UP = 28,          /**< Up projection of the shared expert. */
  EDGEPLAN_ROLE_SHARED_DOWN = 29,        /**< Down projection of the shared expert. */
  EDGEPLAN_ROLE_RECURRENT = 30,          /**< Projections of a recurrent part. */
  EDGEPLAN_ROLE_CONVOLUTION = 31,        /**< Its convolution. */
  EDGEPLAN_ROLE_PER_LAYER_PROJECTION = 32, /**< Projections of what was looked up in a per-layer table. */
  EDGEPLAN_ROLE_CONSTANT = 33,           /**< Computed, not learned, such as rope factors: bytes, but no parameters. */
  EDGEPLAN_ROLE_ENCODER = 34,            /**< Anything of an encoder: read once per input, not per token. */
  EDGEPLAN_ROLE_NEXT_TOKEN = 35,         /**< Joins what the model made of a token with the embedding of the next (MTP). */
  EDGEPLAN_ROLE_FORCE32 = 0x7fffffff     /**< Not a role. */
} edgeplan_role;

/** Name of a role. @param[in] role  any number @return such as `ffn_down`, as in lock files; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_role_name(edgeplan_role role);

/** One tensor, in the orientation `rows` outputs × `columns` inputs. Since 0.1. */
typedef struct edgeplan_tensor {
  uint32_t struct_size;  /**< `sizeof(edgeplan_tensor)`. */
  uint32_t flags;        /**< 0. */
  uint64_t known;        /**< Which fields are known. */
  uint32_t role;         /**< ::edgeplan_role. */
  uint32_t element_type; /**< ::edgeplan_element_type; ::EDGEPLAN_ELEMENT_NONE if only the shape is known. */
  uint64_t layer;        /**< 0: belongs to no layer. Otherwise 1 + index of its layer. */
  uint64_t rows;         /**< Rows of one slice. */
  uint64_t columns;      /**< Elements of a row. */
  uint64_t slices;       /**< Experts, or heads multiplied in batches, stacked in it; 1 for a plain matrix. */
  uint64_t stored_bytes; /**< As stored, scales included; 0 if only the shape is known. */
} edgeplan_tensor;

/** A model. Immutable. */
typedef struct edgeplan_model edgeplan_model;
/** A model under construction; one thread at a time. */
typedef struct edgeplan_model_builder edgeplan_model_builder;

/** What a file is. Since 0.1. */
typedef enum edgeplan_file_kind {
  EDGEPLAN_FILE_KIND_AUTO = 0,        /**< Decided by what is in it. */
  EDGEPLAN_FILE_KIND_CONFIG = 1,      /**< A `config.json`. */
  EDGEPLAN_FILE_KIND_GGUF = 2,        /**< GGUF. */
  EDGEPLAN_FILE_KIND_SAFETENSORS = 3, /**< safetensors, or the index of its shards. */
  EDGEPLAN_FILE_KIND_LOCK = 4,        /**< A lock file: what planning needs of another model file. */
  EDGEPLAN_FILE_KIND_FORCE32 = 0x7fffffff /**< Not a kind. */
} edgeplan_file_kind;

/** Which part of a file is the model. Since 0.1. */
typedef enum edgeplan_part {
  EDGEPLAN_PART_TEXT = 0,    /**< The language model. */
  EDGEPLAN_PART_ENCODER = 1, /**< What turns images, sound or text into vectors: a GGUF of its own (mmproj, or an embedding model), of a
                                  checkpoint what sees or hears, or what `vision_config` describes. All its tensors have
                                  ::EDGEPLAN_ROLE_ENCODER, and it has no layers. */
  EDGEPLAN_PART_MTP = 2,     /**< The layers that predict further tokens (MTP, nextn), as a model that shares embedding and head
                                  with the language model: neither is counted again. */
  EDGEPLAN_PART_FORCE32 = 0x7fffffff /**< Not a part. */
} edgeplan_part;

/** How to open a model. Since 0.1. */
typedef struct edgeplan_open_options {
  uint32_t struct_size; /**< `sizeof(edgeplan_open_options)`. */
  uint32_t flags;       /**< 0. */
  uint64_t given;       /**< Which fields count although they are 0. */
  uint32_t kind;        /**< ::edgeplan_file_kind; by default what the content says, whatever the name. */
  uint32_t complete;    /**< ::edgeplan_switch: on if the file must hold all its tensors; by default its beginning is enough. */
  uint64_t part;        /**< ::edgeplan_part; by default the language model. */
} edgeplan_open_options;

/** The files a model is stored in, their tensors' bytes included, whether or not they were there. Since 0.1. */
typedef struct edgeplan_artefact {
  uint32_t struct_size;        /**< `sizeof(edgeplan_artefact)`. */
  uint32_t flags;              /**< 0. */
  uint64_t known;              /**< Which fields are known; none for a model that is only described. */
  uint64_t files;              /**< Files. */
  uint64_t file_bytes;         /**< All of them together. */
  uint64_t largest_file_bytes; /**< The largest. */
} edgeplan_artefact;

/** Opens a model: a GGUF file (any shard of a split one) or only its beginning, a safetensors file or the index of its shards with
 *  their `config.json` beside them, a `config.json` alone, a folder that holds these, or a lock file. Only headers are read. Where a
 *  file ends before its description does, the status is ::EDGEPLAN_ERROR_TRUNCATED and the offset of the diagnostic says how many
 *  bytes are needed at least. A folder with safetensors is opened as what they hold, unless the options say ::EDGEPLAN_FILE_KIND_CONFIG.
 *  @param[in]     context      allocator and limits, or NULL
 *  @param[in]     path         UTF-8
 *  @param[in]     options      NULL: the defaults
 *  @param[in,out] diagnostics  receives mistakes and warnings, or NULL
 *  @param[out]    out          new model; release with edgeplan_model_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_UNSUPPORTED for a kind of model that cannot be planned. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_model_open(edgeplan_context *context, const char *path,
                                                                   const edgeplan_open_options *options,
                                                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out);
/** The same from memory.
 *  @param[in]     context      allocator and limits, or NULL
 *  @param[in]     bytes        the file or its beginning; not kept
 *  @param[in]     length       of it, bytes
 *  @param[in]     name         shown in diagnostics and as the model's id, or NULL
 *  @param[in]     options      NULL: the defaults
 *  @param[in,out] diagnostics  receives mistakes and warnings, or NULL
 *  @param[out]    out          new model; NULL on failure
 *  @return as edgeplan_model_open(). Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_model_open_memory(edgeplan_context *context, const void *bytes,
                                                                          size_t length, const char *name,
                                                                          const edgeplan_open_options *options,
                                                                          edgeplan_diagnostics *diagnostics,
                                                                          edgeplan_model **out);
/** The same through a callback.
 *  @param[in]     context      allocator and limits, or NULL
 *  @param[in]     read         reads the file named "", and what belongs to it (shards, `config.json`) by name
 *  @param[in]     user         passed to it
 *  @param[in]     name         of the first file, without folder: shown in diagnostics and as the model's id, or NULL
 *  @param[in]     options      NULL: the defaults
 *  @param[in,out] diagnostics  receives mistakes and warnings, or NULL
 *  @param[out]    out          new model; NULL on failure
 *  @return as edgeplan_model_open(). Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_model_open_reader(edgeplan_context *context, edgeplan_read_fn read,
                                                                          void *user, const char *name,
                                                                          const edgeplan_open_options *options,
                                                                          edgeplan_diagnostics *diagnostics,
                                                                          edgeplan_model **out);
/** Adds an owner. @param[in] model  or NULL @return `model`. Since 0.1. */
EDGEPLAN_API edgeplan_model *edgeplan_model_ref(const edgeplan_model *model);
/** Drops an owner. @param[in] model  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_model_unref(const edgeplan_model *model);

/** Id. @param[in] model  handle @return registry id; else the name of the folder it was opened in, or of the file, without `.json`. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_id(const edgeplan_model *model);
/** Name for people. @param[in] model  handle @return name. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_name(const edgeplan_model *model);
/** Family. @param[in] model  handle @return such as `llama`; runtimes name families. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_family(const edgeplan_model *model);
/** Licence. @param[in] model  handle
 *  @return as the registry names it, such as `Apache-2.0`; "" if none is stated, as of any file. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_licence(const edgeplan_model *model);
/** Scalars. @param[in] model  handle @param[in,out] out  filled; its `struct_size` set @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_head(const edgeplan_model *model, edgeplan_head *out);
/** Layers. @param[in] model  handle @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_model_layer_count(const edgeplan_model *model);
/** A layer. @param[in] model  handle @param[in] index  from 0 @param[in,out] out  filled
 *  @return ::EDGEPLAN_ERROR_NOT_FOUND past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_layer(const edgeplan_model *model, uint32_t index, edgeplan_layer *out);
/** Tensors. @param[in] model  handle @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_model_tensor_count(const edgeplan_model *model);
/** A tensor. @param[in] model  handle @param[in] index  from 0 @param[in,out] out  filled
 *  @return ::EDGEPLAN_ERROR_NOT_FOUND past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_tensor(const edgeplan_model *model, uint32_t index, edgeplan_tensor *out);

/** The files it is stored in. @param[in] model  handle @param[in,out] out  filled; its `struct_size` set @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_artefact(const edgeplan_model *model, edgeplan_artefact *out);
/** Format it is stored in. @param[in] model  handle
 *  @return as the registry names it, such as `q4_k_m`; "" if it is only described or mixes formats. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_format(const edgeplan_model *model);

/** Assumptions made in reading it. @param[in] model  handle @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_model_assumption_count(const edgeplan_model *model);
/** An assumption. @param[in] model  handle @param[in] index  from 0 @return one sentence; "" past the end. Since 0.1. */
EDGEPLAN_API const char *edgeplan_model_assumption(const edgeplan_model *model, uint32_t index);
/** Writes a lock file: what planning needs of a model's files, a few kilobytes of JSON. It opens like a model file and plans like the
 *  files it was made from.
 *  @param[in]  model   handle
 *  @param[out] buffer  receives the text, NUL-terminated, cut if it is too small; or NULL
 *  @param[in]  size    of it, bytes
 *  @param[out] needed  bytes with the NUL, or NULL
 *  @return status; ::EDGEPLAN_ERROR_LIMIT for a model of more than 65,536 tensors. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_lock(const edgeplan_model *model, char *buffer, size_t size, size_t *needed);

/** Begins a model by hand.
 *  @param[in]  context  allocator, or NULL
 *  @param[in]  id       id and name of the model
 *  @param[in]  family   family as runtimes name it, or "" for none
 *  @param[out] out      new builder; release with edgeplan_model_builder_unref(); NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_model_builder_new(edgeplan_context *context, const char *id,
                                                                          const char *family, edgeplan_model_builder **out);
/** Drops the builder. @param[in] builder  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_model_builder_unref(edgeplan_model_builder *builder);
/** Sets the scalars. @param[in,out] builder  handle
 *  @param[in] head  `hidden_width` and `vocabulary` are needed; `parameters` and `active_parameters` are summed by finish
 *  @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_builder_set_head(edgeplan_model_builder *builder, const edgeplan_head *head);
/** Adds equal layers. @param[in,out] builder  handle @param[in] layer  what each is @param[in] repeat  how many; 1 or more
 *  @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_builder_add_layers(edgeplan_model_builder *builder, const edgeplan_layer *layer,
                                                               uint32_t repeat);
/** Adds a tensor. Without any, finish derives the usual matrices from the layers.
 *  @param[in,out] builder  handle @param[in] tensor  what it is @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_model_builder_add_tensor(edgeplan_model_builder *builder, const edgeplan_tensor *tensor);
/** Checks, as for a file, and makes the model. The builder stays and can go on.
 *  @param[in]     builder      handle
 *  @param[in,out] diagnostics  receives every mistake, or NULL
 *  @param[out]    out          new model; NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_model_builder_finish(const edgeplan_model_builder *builder,
                                                                             edgeplan_diagnostics *diagnostics,
                                                                             edgeplan_model **out);

#ifdef __cplusplus
}
#endif
#endif

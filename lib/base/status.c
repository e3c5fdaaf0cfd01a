#include <edgeplan/base.h>

typedef struct status_words {
    edgeplan_status status;
    const char *name;
    const char *text;
} status_words;

#define WORDS(status, text) { status, #status, text }

static const status_words words[] = {
    WORDS(EDGEPLAN_OK, "Done."),
    WORDS(EDGEPLAN_ERROR_INVALID_ARGUMENT, "An argument is NULL, an unknown enum value or a number that is not finite."),
    WORDS(EDGEPLAN_ERROR_STRUCT_SIZE, "The struct_size is smaller than the first version of the struct or larger than 4096."),
    WORDS(EDGEPLAN_ERROR_NEWER_FIELD, "A field is set that this version of the library does not know."),
    WORDS(EDGEPLAN_ERROR_NO_MEMORY, "There is not enough memory."),
    WORDS(EDGEPLAN_ERROR_IO, "A file could not be opened or read."),
    WORDS(EDGEPLAN_ERROR_LIMIT, "The input is larger, deeper or longer than the context allows."),
    WORDS(EDGEPLAN_ERROR_SYNTAX, "The text is not well-formed."),
    WORDS(EDGEPLAN_ERROR_SCHEMA, "A key is unknown, missing or repeated, or its value has a wrong type."),
    WORDS(EDGEPLAN_ERROR_RANGE, "A value is outside its possible range, or a sum overflows."),
    WORDS(EDGEPLAN_ERROR_REFERENCE, "An id names nothing."),
    WORDS(EDGEPLAN_ERROR_UNSUPPORTED, "This kind of model or file cannot be planned."),
    WORDS(EDGEPLAN_ERROR_TRUNCATED, "The file ends before its description does."),
    WORDS(EDGEPLAN_ERROR_NOT_FOUND, "There is no entry with that id."),
    WORDS(EDGEPLAN_ERROR_REFUSED, "The runtime does not take this model or format on that target."),
};

static const status_words *find(edgeplan_status status)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].status == status)
            return &words[i];
    return NULL;
}

const char *edgeplan_status_name(edgeplan_status status)
{
    const status_words *found = find(status);

    return found != NULL ? found->name : "EDGEPLAN_STATUS_UNKNOWN";
}

const char *edgeplan_status_text(edgeplan_status status)
{
    const status_words *found = find(status);

    return found != NULL ? found->text : "This number is no status of this version of the library.";
}

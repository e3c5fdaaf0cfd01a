/* Short words for the lists of recipes.c and recipes_recurrent.c; included by nothing else. */
#ifndef EP_MODEL_RECIPE_WORDS_H
#define EP_MODEL_RECIPE_WORDS_H

#include "model/recipe.h"

#define ROLE(name) EDGEPLAN_ROLE_##name
#define SIDE(name) EP_SIDE_##name
#define NO_BIAS 0

#define MATRIX(role, rows, columns, bias) {bias, ROLE(role), SIDE(columns), SIDE(ONE), {{1, SIDE(rows)}}}
#define STACK(role, rows, columns, bias) {bias, ROLE(role), SIDE(columns), SIDE(EXPERTS), {{1, SIDE(rows)}}}
#define SUM(role, n1, rows1, n2, rows2, n3, rows3, columns, bias) \
    {bias, ROLE(role), SIDE(columns), SIDE(ONE), {{n1, SIDE(rows1)}, {n2, SIDE(rows2)}, {n3, SIDE(rows3)}}}
#define VECTOR(role, columns) MATRIX(role, ONE, columns, NO_BIAS)
#define END {0, 0, EP_SIDE_NONE, 0, {{0, 0}}}

#endif

"""Small robust fits: Nelder-Mead over a few parameters, linear ones over many, a loss that an outlier cannot pull, quantiles. Standard
library only."""
import math


def huber(residual, width):
    """Quadratic near zero, straight beyond `width`."""
    size = abs(residual)
    return 0.5 * size * size if size <= width else width * (size - 0.5 * width)


def quantile(values, share):
    """Linear between the two nearest of the sorted values."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def median(values):
    return quantile(values, 0.5)


def minimize(function, start, scale, rounds=400, tolerance=1e-7):
    """Nelder-Mead. `scale` is the first step in each direction; the same start gives the same end on every machine."""
    simplex = [list(start)]
    for i, step in enumerate(scale):
        corner = list(start)
        corner[i] += step
        simplex.append(corner)
    values = [function(point) for point in simplex]
    count = len(start)
    for _ in range(rounds):
        order = sorted(range(count + 1), key=values.__getitem__)
        simplex, values = [simplex[i] for i in order], [values[i] for i in order]
        if values[-1] - values[0] <= tolerance * (abs(values[0]) + tolerance):
            break
        centre = [sum(point[k] for point in simplex[:-1]) / count for k in range(count)]

        def towards(share):
            point = [centre[k] + share * (simplex[-1][k] - centre[k]) for k in range(count)]
            return point, function(point)

        reflected, value = towards(-1.0)
        if value < values[0]:
            further, better = towards(-2.0)
            simplex[-1], values[-1] = (further, better) if better < value else (reflected, value)
        elif value < values[-2]:
            simplex[-1], values[-1] = reflected, value
        else:
            nearer, better = towards(0.5)
            if better < values[-1]:
                simplex[-1], values[-1] = nearer, better
            else:
                for i in range(1, count + 1):
                    simplex[i] = [(a + b) / 2 for a, b in zip(simplex[0], simplex[i])]
                    values[i] = function(simplex[i])
    best = min(range(count + 1), key=values.__getitem__)
    return simplex[best]


def solve(matrix, right):
    """Gaussian elimination with pivots."""
    count = len(right)
    rows = [line[:] + [value] for line, value in zip(matrix, right)]
    for i in range(count):
        pivot = max(range(i, count), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, count):
            share = rows[k][i] / rows[i][i]
            for j in range(i, count + 1):
                rows[k][j] -= share * rows[i][j]
    result = [0.0] * count
    for i in reversed(range(count)):
        result[i] = (rows[i][count] - sum(rows[i][j] * result[j] for j in range(i + 1, count))) / rows[i][i]
    return result


def linear(rows, share, first, pull, width, rounds=40, least=0.02):
    """Positive factors whose products with each row sum to 1 as nearly as can be, a row further off than `width` pulling no harder. `pull`
    is the weight of the first guess, relative to each factor; no factor falls under `least` of it."""
    count, point = len(first), list(first)
    for turn in range(rounds):
        matrix = [[0.0] * count for _ in range(count)]
        right = [0.0] * count
        for row, weight in zip(rows, share):
            off = abs(sum(a * b for a, b in zip(row, point)) - 1) if turn > 0 else 0 # the first guess says nothing of a row
            weight *= min(1.0, width / off) if off else 1.0
            for i in range(count):
                if row[i]:
                    right[i] += weight * row[i]
                    for j in range(count):
                        matrix[i][j] += weight * row[i] * row[j]
        for i in range(count):
            matrix[i][i] += pull / first[i] ** 2
            right[i] += pull / first[i]
        point = [max(value, least * at) for value, at in zip(solve(matrix, right), first)]
    return point

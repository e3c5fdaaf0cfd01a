"""A small robust fit: Nelder-Mead over a few parameters, a loss that an outlier cannot pull, quantiles. Standard library only."""
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

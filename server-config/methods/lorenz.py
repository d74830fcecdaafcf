from colmenar_worker import progress

SIGMA, RHO, BETA = 10.0, 28.0, 8.0 / 3.0


def slope(x, y, z):
    return SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z


def runge_kutta(state, step):
    k1 = slope(*state)
    k2 = slope(*(s + step / 2 * k for s, k in zip(state, k1)))
    k3 = slope(*(s + step / 2 * k for s, k in zip(state, k2)))
    k4 = slope(*(s + step * k for s, k in zip(state, k3)))
    return [
        s + step / 6 * (a + 2 * b + 2 * c + d) for s, a, b, c, d in zip(state, k1, k2, k3, k4)
    ]


def lorenz(start, time, step=0.001, points=0):
    """Final state after `time`, streaming `points` states on the way."""
    steps = max(1, round(time / step))
    every = steps // points if points else 0
    state = list(start)
    for i in range(1, steps + 1):
        state = runge_kutta(state, step)
        if every and i % every == 0:
            progress(i / steps, f"t = {i * step:g}")
            yield {"time": i * step, "state": state}
    return {"time": steps * step, "state": state}

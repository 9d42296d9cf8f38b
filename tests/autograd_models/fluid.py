"""A simulation of smoke: find the first velocities that carry a blob to where it should be."""


def main(np, grad, steps):
    size = 6
    rows, columns = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")

    def blob(row, column):
        return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 3.0)

    smoke, wanted = blob(2.0, 1.0), blob(3.0, 3.0)

    def projected(vx, vy):
        """Without its divergence: the pressure by a few sweeps of Jacobi."""
        pressure = np.zeros((size, size))
        divergence = -0.5 * (
            np.roll(vx, -1, axis=1) - np.roll(vx, 1, axis=1) + np.roll(vy, -1, axis=0) - np.roll(vy, 1, axis=0)
        )
        for _ in range(3):
            around = sum(np.roll(pressure, shift, axis=axis) for shift in (1, -1) for axis in (0, 1))
            pressure = (divergence + around) / 4.0
        vx = vx - 0.5 * (np.roll(pressure, -1, axis=1) - np.roll(pressure, 1, axis=1))
        vy = vy - 0.5 * (np.roll(pressure, -1, axis=0) - np.roll(pressure, 1, axis=0))
        return vx, vy

    def advected(field, vx, vy):
        """Each cell gets what flowed there, interpolated between four cells."""
        x, y = columns - vx, rows - vy
        left, top = np.floor(x), np.floor(y)
        right_share, bottom_share = x - left, y - top
        left, top = left.astype(int) % size, top.astype(int) % size
        right, bottom = (left + 1) % size, (top + 1) % size
        upper = (1 - right_share) * field[top, left] + right_share * field[top, right]
        lower = (1 - right_share) * field[bottom, left] + right_share * field[bottom, right]
        return (1 - bottom_share) * upper + bottom_share * lower

    def loss(velocity):
        vx, vy = projected(velocity[0] + 0.3, velocity[1] + 0.1)
        field = smoke
        for _ in range(2):
            vx, vy = projected(advected(vx, vx, vy), advected(vy, vx, vy))
            field = advected(field, vx, vy)
        return np.mean((field - wanted) ** 2)

    slope, losses = grad(loss), []
    velocity = np.zeros((2, size, size))
    for _ in range(steps):
        velocity = velocity - 20.0 * slope(velocity)
        losses.append(loss(velocity))
    return losses

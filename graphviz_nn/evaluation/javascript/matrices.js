// Functions of square matrices, from some entry of an array on.

// The factors of a matrix with its rows exchanged, in one array; the order of the rows, and its sign.
const factors = (a, from, n) => {
  const found = Float64Array.from(a.subarray(from, from + n * n));
  const rows = Array.from({ length: n }, (_, i) => i);
  let parity = 1;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(found[i * n + k]) > Math.abs(found[best * n + k])) best = i;
    if (best !== k) {
      for (let j = 0; j < n; j++) {
        [found[k * n + j], found[best * n + j]] = [found[best * n + j], found[k * n + j]];
      }
      [rows[k], rows[best]] = [rows[best], rows[k]];
      parity = -parity;
    }
    const pivot = found[k * n + k];
    if (pivot === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const t = (found[i * n + k] /= pivot);
      for (let j = k + 1; j < n; j++) found[i * n + j] -= t * found[k * n + j];
    }
  }
  return { found, rows, parity };
};

const solve = (x, to, a, from, b, start, n, columns) => {
  const { found, rows } = factors(a, from, n);
  for (let i = 0; i < n; i++) if (found[i * n + i] === 0) throw new RangeError("Singular matrix");
  for (let j = 0; j < columns; j++) {
    const column = rows.map((row) => b[start + row * columns + j]);
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) column[i] -= found[i * n + k] * column[k];
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) column[i] -= found[i * n + k] * column[k];
      column[i] /= found[i * n + i];
    }
    for (let i = 0; i < n; i++) x[to + i * columns + j] = column[i];
  }
};

const inv = (x, to, a, from, n) => {
  const unit = new Float64Array(n * n);
  for (let i = 0; i < n; i++) unit[i * n + i] = 1;
  solve(x, to, a, from, unit, 0, n, n);
};

const det = (x, to, a, from, n) => {
  const { found, parity } = factors(a, from, n);
  x[to] = parity;
  for (let i = 0; i < n; i++) x[to] *= found[i * n + i];
};

const log_det = (x, to, a, from, n) => {
  const { found } = factors(a, from, n);
  let t = 0;
  for (let i = 0; i < n; i++) t += Math.log(Math.abs(found[i * n + i]));
  x[to] = t;
};

const det_sign = (x, to, a, from, n) => {
  const { found, parity } = factors(a, from, n);
  let t = parity;
  for (let i = 0; i < n; i++) t *= Math.sign(found[i * n + i]);
  x[to] = t;
};

const cholesky = (x, to, a, from, n) => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let t = j <= i ? a[from + i * n + j] : 0;
      for (let k = 0; k < j && j <= i; k++) t -= x[to + i * n + k] * x[to + j * n + k];
      if (i === j && !(t > 0)) throw new RangeError("Matrix is not positive definite");
      x[to + i * n + j] = i === j ? Math.sqrt(t) : j < i ? t / x[to + j * n + j] : 0;
    }
  }
};

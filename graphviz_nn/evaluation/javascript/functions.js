// What programs call: functions of numbers, and of arrays from some entry on.

const negative = (a) => a < 0 || Object.is(a, -0);

const at = (i, n) => {
  if (!(i >= -n && i < n)) throw new RangeError(`index ${i} is out of bounds for an axis of ${n} entries`);
  return i < 0 ? i + n : i;
};

// The sum of n entries: in pairs, in the order of NumPy's.
const sum = (a, start, n, step) => {
  if (n < 8) {
    let t = 0;
    for (let i = 0; i < n; i++) t += a[start + i * step];
    return t;
  }
  if (n <= 128) {
    const end = n - (n % 8);
    const far = 8 * step;
    let p = start;
    let [r0, r1, r2, r3] = [a[p], a[p + step], a[p + 2 * step], a[p + 3 * step]];
    let [r4, r5, r6, r7] = [a[p + 4 * step], a[p + 5 * step], a[p + 6 * step], a[p + 7 * step]];
    for (let i = 8; i < end; i += 8) {
      p += far;
      r0 += a[p];
      r1 += a[p + step];
      r2 += a[p + 2 * step];
      r3 += a[p + 3 * step];
      r4 += a[p + 4 * step];
      r5 += a[p + 5 * step];
      r6 += a[p + 6 * step];
      r7 += a[p + 7 * step];
    }
    let t = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7));
    for (let i = end; i < n; i++) t += a[start + i * step];
    return t;
  }
  const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
  return sum(a, start, half, step) + sum(a, start + half * step, n - half, step);
};

const rint = (a) => {
  const down = Math.floor(a);
  const far = a - down;
  if (far === 0.5) return down % 2 === 0 ? down : down + 1;
  return far < 0.5 ? down : far > 0.5 ? (negative(a) && down === -1 ? -0 : down + 1) : a;
};

const sign = (a) => (a !== a ? a : a > 0 ? 1 : a < 0 ? -1 : 0);
const power = (a, b) => (a === 1 || b === 0 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);
const heaviside = (a, b) => (a !== a ? a : a === 0 ? b : a > 0 ? 1 : 0);
const sigmoid = (z) => {
  const small = Math.exp(-Math.abs(z));
  return (z < 0 ? small : z === z ? 1 : z) / (1 + small);
};
const sinc = (a) => {
  const t = Math.PI * (a === 0 ? 1e-20 : a);
  return Math.sin(t) / t;
};
const remainder = (a, b) => {
  const r = a % b;
  return r === 0 ? (negative(b) ? -0 : 0) : r < 0 !== b < 0 ? r + b : r;
};
const floor_divide = (a, b) => {
  if (b === 0) return a / b;
  const r = a % b;
  const whole = (a - r) / b - (r !== 0 && r < 0 !== b < 0 ? 1 : 0);
  if (whole === 0) return negative(a / b) ? -0 : 0;
  const down = Math.floor(whole);
  return whole - down > 0.5 ? down + 1 : down;
};
const logaddexp = (a, b) => {
  if (a === b) return a + Math.LN2;
  const d = a - b;
  return d > 0 ? a + Math.log1p(Math.exp(-d)) : d <= 0 ? b + Math.log1p(Math.exp(d)) : d;
};
const logaddexp2 = (a, b) => {
  if (a === b) return a + 1;
  const d = a - b;
  return d > 0 ? a + Math.log1p(2 ** -d) / Math.LN2 : d <= 0 ? b + Math.log1p(2 ** d) / Math.LN2 : d;
};
const hypot = (a, b) => Math.hypot(a, b);

const gcd = (a, b) => {
  [a, b] = [Math.abs(a), Math.abs(b)];
  while (b) [a, b] = [b, a % b];
  return a;
};
const lcm = (a, b) => (a && b ? (Math.abs(a) / gcd(a, b)) * Math.abs(b) : 0);
const bitwise_count = (a) => {
  let [left, count] = [Math.abs(a), 0];
  for (; left; left = Math.floor(left / 2)) count += left % 2;
  return count;
};

// The neighbour of a number in the direction of another.
const BITS = {
  float64: [new Float64Array(1), BigInt64Array, 1n],
  float32: [new Float32Array(1), Int32Array, 1],
};
const nextafter = (dtype, a, b) => {
  const [value, kind, one] = BITS[dtype];
  if (a !== a || b !== b) return NaN;
  if (a === b) return b;
  value[0] = a;
  const bits = new kind(value.buffer);
  if (a === 0) {
    bits[0] = one;
    return b > 0 ? value[0] : -value[0];
  }
  if (b > a === a > 0) bits[0]++;
  else bits[0]--;
  return value[0];
};
const spacing = (dtype, a) => (Number.isFinite(a) ? nextafter(dtype, a, a < 0 ? -Infinity : Infinity) - a : NaN);

// Where the entries in ascending order are.
const order = (found, to, far, a, from, step, n) => {
  const places = Array.from({ length: n }, (_, i) => i);
  const value = (i) => a[from + i * step];
  places.sort((i, j) => {
    const [x, y] = [value(i), value(j)];
    return x < y ? -1 : x > y ? 1 : x === y ? i - j : (x !== x) - (y !== y) || i - j;
  });
  for (let i = 0; i < n; i++) found[to + i * far] = places[i];
};

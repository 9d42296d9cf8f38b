// Functions of statistics and of the gamma family.

const HALF_PI_ROOT = 2 / Math.sqrt(Math.PI);

// exp(x²) erfc(x) for x from 2 on, by its continued fraction.
const scaled_tail = (x) => {
  let t = x;
  for (let k = 80; k > 0; k--) t = x + k / 2 / t;
  return HALF_PI_ROOT / 2 / t;
};

const erf_series = (x) => {
  let [term, total] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(total); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    total += term;
  }
  return HALF_PI_ROOT * Math.exp(-x * x) * total;
};

const erfc = (x) => {
  if (x !== x) return x;
  if (x < 0) return 2 - erfc(-x);
  return x < 2 ? 1 - erf_series(x) : x < 27.3 ? Math.exp(-x * x) * scaled_tail(x) : 0;
};

const erf = (x) => (x !== x ? x : Math.abs(x) < 2 ? erf_series(x) : x < 0 ? erfc(-x) - 1 : 1 - erfc(x));

// The number whose tail is y, by Halley's steps.
const erfcinv = (y) => {
  if (!(y >= 0 && y <= 2)) return NaN;
  if (y > 1) return -erfcinv(2 - y);
  if (y === 0) return Infinity;
  const t = Math.sqrt(-2 * Math.log(y / 2));
  let x = Math.SQRT1_2 * (t - (2.30753 + t * 0.27061) / (1 + t * (0.99229 + t * 0.04481)));
  for (let k = 0; k < 3; k++) {
    const off = erfc(x) - y;
    x += off / (HALF_PI_ROOT * Math.exp(-x * x) - x * off);
  }
  return x;
};

const erfinv = (y) => {
  if (!(Math.abs(y) <= 1)) return NaN;
  if (Math.abs(y) > 0.5) return y < 0 ? -erfcinv(1 + y) : erfcinv(1 - y);
  let x = y / HALF_PI_ROOT;
  for (let k = 0; k < 4; k++) {
    const off = erf(x) - y;
    x -= off / (HALF_PI_ROOT * Math.exp(-x * x) + x * off);
  }
  return x;
};

const ndtr = (x) => erfc(-x * Math.SQRT1_2) / 2;
const ndtri = (p) => -Math.SQRT2 * erfcinv(2 * p);
const log_ndtr = (x) => {
  if (x < -5) return (-x * x) / 2 + Math.log(scaled_tail(-x * Math.SQRT1_2) / 2);
  return x > 5 ? Math.log1p(-ndtr(-x)) : Math.log(ndtr(x));
};

// The numbers of Bernoulli in Stirling's series.
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const stirling = (x) => {
  let [t, power] = [0, 1 / x];
  for (const each of STIRLING) {
    t += each * power;
    power /= x * x;
  }
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + t;
};

// The product that leads from x to a number of at least 16, and that number.
const raised = (x) => {
  let product = 1;
  for (; x < 16; x++) product *= x;
  return [product, x];
};

const gammaln = (x) => {
  if (x === -Infinity) return Infinity;
  if (x <= 0) {
    return Number.isInteger(x) ? Infinity : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - gammaln(1 - x);
  }
  if (x > 1e30) return x * (Math.log(x) - 1);
  const [product, far] = raised(x);
  return stirling(far) - Math.log(product);
};

const gamma = (x) => {
  if (x === 0) return 1 / x;
  if (x < 0) return Number.isInteger(x) ? NaN : Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  if (x > 171.7) return Infinity;
  const [product, far] = raised(x);
  return Math.exp(stirling(far)) / product;
};

const rgamma = (x) => (x <= 0 && Number.isInteger(x) ? 0 : 1 / gamma(x));
const betaln = (a, b) => gammaln(a) + gammaln(b) - gammaln(a + b);
const beta = (a, b) => (a + b < 170 ? gamma(a) * (gamma(b) / gamma(a + b)) : Math.exp(betaln(a, b)));
const xlogy = (x, y) => (x === 0 && y === y ? 0 : x * Math.log(y));
const xlog1py = (x, y) => (x === 0 && y === y ? 0 : x * Math.log1p(y));

// The share of the integral of the gamma function below x: by its series, and above x by its continued fraction.
const gammainc = (a, x) => {
  if (!(a >= 0 && x >= 0)) return NaN;
  if (x === 0) return a === 0 ? NaN : 0;
  if (a === 0 || x === Infinity) return a === Infinity ? NaN : 1;
  if (x > a + 1) return 1 - gammaincc(a, x);
  let [term, total] = [1 / a, 1 / a];
  for (let k = 1; term > 1e-18 * total; k++) {
    term *= x / (a + k);
    total += term;
  }
  return total * Math.exp(a * Math.log(x) - x - gammaln(a));
};

const gammaincc = (a, x) => {
  if (!(a >= 0 && x >= 0)) return NaN;
  if (a === 0) return x === 0 ? NaN : 0;
  if (x <= a + 1) return 1 - gammainc(a, x);
  if (x === Infinity) return 0;
  let [b, c] = [x + 1 - a, 1e300];
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 1000; k++) {
    const share = -k * (k - a);
    b += 2;
    d = 1 / (share * d + b);
    c = b + share / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h * Math.exp(a * Math.log(x) - x - gammaln(a));
};

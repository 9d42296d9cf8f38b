// NumPy's random numbers: the same from the same seed, for ever (SeedSequence, PCG64 and how permutations use them).

// The words of 32 bits of a seed's whole numbers.
const wordsOf = (seed) =>
  seed.flatMap((each) => {
    const words = [];
    for (let left = BigInt(each); left || !words.length; left >>= 32n) words.push(Number(left & 0xffffffffn));
    return words;
  });

const hasher = (start, by) => {
  let constant = start;
  return (value) => {
    value = (value ^ constant) >>> 0;
    constant = Math.imul(constant, by) >>> 0;
    value = Math.imul(value, constant) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
};

const mixed = (x, y) => {
  const found = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) >>> 0;
  return (found ^ (found >>> 16)) >>> 0;
};

// Four words of 64 bits that a seed determines.
const spread = (seed) => {
  const words = wordsOf(seed);
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: 4 }, (_, i) => hash(words[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hash(pool[from]));
  }
  for (const word of words.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hash(word));
  const last = hasher(0x8b51f9dd, 0x58f38ded);
  const halves = Array.from({ length: 8 }, (_, i) => BigInt(last(pool[i % 4])));
  return Array.from({ length: 4 }, (_, i) => halves[2 * i] | (halves[2 * i + 1] << 32n));
};

const TWICE = (1n << 128n) - 1n;
const FACTOR = (2549297995355413924n << 64n) | 4865540595714422341n;

class Random {
  constructor(...seed) {
    const [a, b, c, d] = spread(seed);
    this.add = ((((c << 64n) | d) << 1n) | 1n) & TWICE;
    this.state = ((this.add + ((a << 64n) | b)) * FACTOR + this.add) & TWICE;
    this.half = null;
  }

  // 64 bits.
  bits() {
    this.state = (this.state * FACTOR + this.add) & TWICE;
    const turn = this.state >> 122n;
    const word = (this.state >> 64n) ^ (this.state & 0xffffffffffffffffn);
    return ((word >> turn) | (word << (64n - turn) % 64n)) & 0xffffffffffffffffn;
  }

  // 32 bits: the lower half, then the upper one.
  short() {
    if (this.half !== null) {
      const found = this.half;
      this.half = null;
      return found;
    }
    const both = this.bits();
    this.half = Number(both >> 32n);
    return Number(both & 0xffffffffn);
  }

  // A number from 0 to less than 1.
  number() {
    return Number(this.bits() >> 11n) / 2 ** 53;
  }

  // A whole number from 0 to most: the first that isn't larger, of as few bits as it takes.
  below(most) {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const found = (this.short() & mask) >>> 0;
      if (found <= most) return found;
    }
  }

  permutation(count) {
    const found = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i);
      [found[i], found[j]] = [found[j], found[i]];
    }
    return found;
  }
}

// The direction of each step from the gradient g, a memory of several numbers per parameter, and the step from 1 on.

const each = (g, act) => {
  const found = new Float64Array(g.length);
  for (let i = 0; i < g.length; i++) found[i] = act(g[i], i);
  return found;
};

const moving = (ahead) => (g, memory) => {
  const next = each(g, (x, i) => 0.9 * memory[i] + x);
  return [ahead ? each(g, (x, i) => x + 0.9 * next[i]) : next, next];
};

const scaled = (epsilon, follow) => (g, memory) => {
  const next = each(g, (x, i) => follow(memory[i], x * x));
  return [each(g, (x, i) => x / (Math.sqrt(next[i]) + epsilon)), next];
};

const adam = (g, memory, step) => {
  const n = g.length;
  const next = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    next[i] = 0.9 * memory[i] + (1 - 0.9) * g[i];
    next[n + i] = 0.999 * memory[n + i] + (1 - 0.999) * (g[i] * g[i]);
  }
  const [first, second] = [1 - 0.9 ** step, 1 - 0.999 ** step];
  return [each(g, (_, i) => next[i] / first / (Math.sqrt(next[n + i] / second) + 1e-8)), next];
};

const OPTIMIZERS = {
  "gradient descent": [0, (g, memory) => [g, memory]],
  momentum: [1, moving(false)],
  nesterov: [1, moving(true)],
  adagrad: [1, scaled(1e-10, (before, square) => before + square)],
  rmsprop: [1, scaled(1e-8, (before, square) => 0.99 * before + (1 - 0.99) * square)],
  adam: [2, adam],
};

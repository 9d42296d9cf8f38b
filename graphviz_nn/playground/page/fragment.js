// The state in the address: JSON after the #, without what is as it is by default.
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
// These may stand in a fragment as they are, and keep it readable.
const READABLE = /%(7B|7D|3A|2C|5B|5D|5E)/g;

export const fragmentOf = (state, choices) => {
  const told = Object.entries(state).filter(([name, value]) => name === "version" || !same(value, choices[name]?.default));
  return `#${encodeURIComponent(JSON.stringify(Object.fromEntries(told))).replace(READABLE, decodeURIComponent)}`;
};

// The state that a fragment tells, and a sentence about what can't be read.
export const stateOf = fragment => {
  const text = fragment.replace(/^#/, "");
  if (!text) return { state: null };
  try {
    const state = JSON.parse(decodeURIComponent(text));
    if (state === null || typeof state !== "object" || Array.isArray(state)) throw new Error("it isn't an object of fields");
    return { state };
  } catch (error) {
    return { state: null, remark: `The link's state can't be read (${error.message}). The default is shown.` };
  }
};

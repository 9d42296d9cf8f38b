// Arrays in messages: {"f32": base64, "shape"} becomes {data, shape}.
const KINDS = { f32: Float32Array, f64: Float64Array, u8: Uint8Array };

const bytes = text => Uint8Array.from(atob(text), each => each.charCodeAt(0));

const arrayOf = (Kind, text, shape) => {
  const data = new Kind(bytes(text).buffer);
  return { data, shape: shape ?? [data.length] };
};

// A message with its arrays decoded, in place.
export const decoded = value => {
  if (value === null || typeof value !== "object") return value;
  for (const kind of Object.keys(KINDS)) {
    if (typeof value[kind] === "string") return arrayOf(KINDS[kind], value[kind], value.shape);
  }
  for (const key of Object.keys(value)) value[key] = decoded(value[key]);
  return value;
};

// The numbers of an array or of nested lists, in rows.
export const rowsOf = given => {
  if (!given) return [];
  if (Array.isArray(given)) return given.map(each => (Array.isArray(each) ? each.flat(Infinity) : [each]));
  const count = given.shape[0] ?? 1, size = given.data.length / count;
  return Array.from({ length: count }, (_, at) => given.data.subarray(at * size, (at + 1) * size));
};

export const flat = given => (Array.isArray(given) ? given.flat(Infinity) : given ? given.data : []);

// The line along which a grid of shades has its middle, as pieces [x, y, x, y] in cells.
const MIDDLE = 127.5;

const between = (a, b) => (MIDDLE - a) / (b - a);

export const contour = ({ data, shape: [rows, columns] }) => {
  const pieces = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column, low = data[at], right = data[at + 1], up = data[at + columns], far = data[at + columns + 1];
      const above = (low > MIDDLE) + (right > MIDDLE) + (up > MIDDLE) + (far > MIDDLE);
      if (above === 0 || above === 4) continue;
      const ends = [];
      if (low > MIDDLE !== right > MIDDLE) ends.push(column + between(low, right), row);
      if (right > MIDDLE !== far > MIDDLE) ends.push(column + 1, row + between(right, far));
      if (up > MIDDLE !== far > MIDDLE) ends.push(column + between(up, far), row + 1);
      if (low > MIDDLE !== up > MIDDLE) ends.push(column, row + between(low, up));
      for (let end = 0; end + 3 < ends.length; end += 4) pieces.push(ends.slice(end, end + 4));
    }
  }
  return pieces;
};

// The lines around each class of a grid of class numbers.
export const outlines = ({ data, shape }, count) =>
  Array.from({ length: count }, (_, number) => contour({ data: data.map(each => (each === number ? 255 : 0)), shape })).flat();

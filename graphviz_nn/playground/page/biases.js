// The bias of a unit: the vector of parameters that follows the weights of its lines.
const columnsOf = units => [...new Map(units.map(({ variable, x }) => [variable, x]))].sort(([, a], [, b]) => a - b).map(([variable]) => variable);

export const biasOf = ({ picture, parameters }, { variable, index }) => {
  const columns = columnsOf(picture.units), weights = [...new Set(picture.lines.map(({ parameter }) => parameter))];
  const fromEnd = columns.length - columns.indexOf(variable), weight = weights[weights.length - fromEnd];
  const names = parameters.map(({ name }) => name), bias = parameters[names.indexOf(weight) + 1];
  const units = parameters[names.indexOf(weight)]?.shape[0];
  return weight && bias?.shape.length === 1 && bias.shape[0] === units ? { parameter: bias.name, index } : null;
};

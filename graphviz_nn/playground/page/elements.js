// Elements of the page.
const SVG = "http://www.w3.org/2000/svg";

export const found = id => document.getElementById(id);

const filled = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

// An element; attributes that begin with "on" are listeners.
export const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

export const draw = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

export const button = (text, act, attributes = {}) => make("button", { type: "button", onclick: act, ...attributes }, text);

// Write text only where it changed, so that nothing is laid out or read out again.
export const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

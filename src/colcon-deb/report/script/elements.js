/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and fills elements of the page and of drawings. */

const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null) element.append(child);
  }
  return element;
}

function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/* The policy of the page forbids style attributes; properties are allowed. */
function withProperty(element, name, value) {
  element.style.setProperty(name, value);
  return element;
}

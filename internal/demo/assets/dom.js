// Small helpers to build DOM nodes. Text always becomes a text node.

const SVG = "http://www.w3.org/2000/svg";

// Outlines on a 24×24 grid, drawn with a round pen; "fill:" ones are filled.
const shapes = {
  send: "fill:M3.2 20.3v-6.4l9.3-1.9-9.3-1.9V3.7c0-.8.8-1.3 1.5-1l16.6 8.2c.9.4.9 1.7 0 2.1L4.7 21.3c-.7.3-1.5-.2-1.5-1z",
  attach: "M19.5 11.3l-7.9 7.9a5 5 0 0 1-7.1-7.1l8.2-8.2a3.4 3.4 0 0 1 4.8 4.8l-8.1 8.1a1.7 1.7 0 0 1-2.4-2.4l7.3-7.3",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  keys: "M6.5 4h11a2.5 2.5 0 0 1 2.5 2.5v11a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5v-11A2.5 2.5 0 0 1 6.5 4zM8 9.5h3M13 9.5h3M8 14.5h3M13 14.5h3",
  edit: "M4.5 19.5l.9-4.2L16 4.7l3.3 3.3L8.7 18.6z",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
  copy: "M9 8.5h10.5V20H9zM15 8.5V4H4.5v11.5H9",
  sent: "M2.5 12.8l4.2 4.2 8.3-9.8M11.3 15.9l1.1 1.1 8.6-9.8",
  link: "M8 16L16.5 7.5M9.5 7.5h7v7",
  contact: "M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.4 3.8-5 7.5-5s6.7 1.6 7.5 5",
  save: "M12 4v11.5M7 11l5 5 5-5M5 20h14",
  pin: "M9 4h6l-.7 6 3.2 3.5h-11L9.7 10zM12 13.5V20",
  file: "M6.5 3.5h7l4.5 4.5v12.5h-11.5zM13.5 3.5V8H18",
};

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (key === "data") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  const shape = shapes[name];
  path.setAttribute("d", shape.replace("fill:", ""));
  if (shape.startsWith("fill:")) svg.classList.add("solid");
  svg.append(path);
  return svg;
}

export function iconButton(name, label, run, props = {}) {
  return el("button", { type: "button", class: `round ${name}`, "aria-label": label, title: label, on: { click: run }, ...props }, icon(name));
}

// The first letter and one of seven colours stand for a picture, as in Telegram.
export function avatar(name, id) {
  return el("span", { class: `avatar hue${Math.abs(id) % 7}`, "aria-hidden": "true" }, [...name][0] ?? "?");
}

export const narrow = matchMedia("(max-width: 760px)");
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

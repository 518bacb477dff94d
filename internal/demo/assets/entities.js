// Formatted text: Telegram's entities become nested nodes.
import { el } from "./dom.js";
import { t } from "./texts.js";

const plainTags = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", custom_emoji: "span" };

// formatted returns nodes for a text; offsets count UTF-16 units, as JavaScript does.
export function formatted(text, entities, actions) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, actions);
}

function build(text, entities, from, to, actions) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < end) next++;
    if (start < end) {
      if (at < start) nodes.push(between(text, at, start, nodes));
      const inner = build(text, entities.slice(i + 1, next), start, end, actions);
      nodes.push(wrap(entity, text.slice(start, end), inner, actions));
      at = end;
    }
    i = next;
  }
  if (at < to) nodes.push(between(text, at, to, nodes));
  return nodes;
}

// between drops the line break after a block, which ends its line by itself.
function between(text, from, to, nodes) {
  const block = ["BLOCKQUOTE", "PRE"].includes(nodes.at(-1)?.tagName);
  return text.slice(block && text[from] === "\n" ? from + 1 : from, to);
}

function wrap(entity, raw, inner, actions) {
  switch (entity.type) {
    case "code":
      return el("code", { class: "item", tabindex: -1, role: "button", title: t("action.copy"), on: pressed(() => actions.copy(raw)) }, inner);
    case "pre":
      return el("pre", { class: "item", tabindex: -1, role: "button", title: t("action.copy"), on: pressed(() => actions.copy(raw)) }, inner);
    case "spoiler":
      return spoiler(inner);
    case "blockquote":
      return el("blockquote", {}, inner);
    case "expandable_blockquote":
      return expandable(inner);
    case "url":
      return anchor(/^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : `https://${raw}`, inner, actions);
    case "text_link":
      return anchor(entity.url, inner, actions);
    case "email":
      return anchor(`mailto:${raw}`, inner, actions);
    case "phone_number":
      return anchor(`tel:${raw.replace(/[^\d+]/g, "")}`, inner, actions);
    case "bot_command":
      return el("a", { class: "item", tabindex: -1, role: "button", on: pressed(() => actions.send(raw)) }, inner);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "mention" }, inner);
    default:
      return el(plainTags[entity.type] ?? "span", {}, inner);
  }
}

// pressed makes a node that is no button work by mouse and by keyboard.
function pressed(run) {
  const go = (event) => {
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return { click: go, keydown: (event) => (event.key === "Enter" || event.key === " ") && go(event) };
}

// Only these schemes leave the page; anything else stays plain text.
function anchor(url, inner, actions) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return el("span", {}, inner);
  }
  if (!["http:", "https:", "mailto:", "tel:", "tg:"].includes(parsed.protocol)) return el("span", {}, inner);
  const open = (event) => {
    if (!actions.follow(parsed.href)) return;
    event.preventDefault();
  };
  return el("a", { class: "item", tabindex: -1, href: parsed.href, target: "_blank", rel: "noopener noreferrer", on: { click: open } }, inner);
}

function spoiler(inner) {
  const node = el("span", { class: "spoiler item", tabindex: -1, role: "button", "aria-label": t("message.spoiler") }, el("span", {}, inner));
  const show = (event) => {
    event.stopPropagation();
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => event.key === "Enter" && show(event));
  return node;
}

function expandable(inner) {
  const node = el("blockquote", { class: "expandable item", tabindex: -1, role: "button", "aria-expanded": "false" }, inner);
  const toggle = () => node.setAttribute("aria-expanded", String(node.classList.toggle("open")));
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return node;
}

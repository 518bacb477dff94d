// One message: the bubble, what it holds, and the inline keyboard below it.
import { el, icon } from "./dom.js";
import { clock, full, own, size, t } from "./texts.js";
import { formatted } from "./entities.js";
import { fileURL } from "./api.js";

// bubble returns the list item of a message. chat offers user, actions and find(id).
export function bubble(message, chat) {
  if (message.service) return service(message);
  const out = message.from.id === chat.user;
  const item = el("li", { class: `msg ${out ? "out" : "in"}`, data: { message: message.id } });
  const box = el("div", { class: "bubble item", tabindex: -1, role: "article", "aria-label": label(message, out) });
  const quoted = message.replyTo && chat.find(message.replyTo);
  if (quoted) box.append(quote(quoted, chat));
  if (message.photo) box.append(photo(message, chat));
  if (message.document) box.append(documentLine(message.document, chat.user));
  if (message.contact) box.append(contact(message.contact));
  const mark = meta(message, out);
  if (message.text) box.append(el("div", { class: "text" }, formatted(message.text, message.entities, chat.actions), mark));
  else box.append(mark);
  box.classList.toggle("media", Boolean(message.photo) && !message.text);
  box.classList.toggle("bare", Boolean(message.document || message.contact) && !message.text);
  item.classList.toggle("protected", Boolean(message.protected));
  const stack = el("div", { class: "stack" }, box);
  if (message.inline?.length) {
    item.classList.add("keyed");
    stack.append(inlineKeyboard(message, chat));
  }
  item.append(stack);
  return item;
}

function service(message) {
  return el("li", { class: "service", data: { message: message.id } },
    el("span", {}, t("message.service", { name: message.from.name, what: own(`service.${message.service}`) })));
}

function label(message, out) {
  const what = message.text || message.document?.name || (message.photo ? t("message.photo") : message.contact?.phone) || "";
  return t("message.label", { name: out ? t("message.you") : message.from.name, text: what, time: clock(new Date(message.date)) });
}

function meta(message, out) {
  const sent = new Date(message.date);
  return el("span", { class: "meta", title: full(sent) },
    message.pinned && icon("pin"),
    message.editDate && el("span", { class: "edited" }, t("message.edited")),
    el("time", { datetime: message.date }, clock(sent)),
    out && icon("sent"));
}

function quote(message, chat) {
  const go = () => chat.actions.jump(message.id);
  return el("button", { type: "button", class: "quote item", tabindex: -1, on: { click: go } },
    el("b", {}, message.from.name),
    el("span", {}, message.text || message.document?.name || t("message.photo")));
}

function photo(message, chat) {
  const { width, height } = message.photo;
  const image = el("img", { src: fileURL(chat.user, message.photo), alt: message.photo.name || t("message.photo"), width: width || undefined, height: height || undefined, draggable: message.protected ? "false" : undefined });
  const open = (event) => {
    event.stopPropagation();
    chat.actions.view(image.src, image.alt);
  };
  return el("button", { type: "button", class: "photo item", tabindex: -1, "aria-label": t("message.open_photo"), on: { click: open } }, image);
}

function documentLine(file, user) {
  const name = file.name || t("message.file");
  const ending = name.includes(".") ? name.split(".").pop().toLowerCase() : "";
  const opens = ending === "pdf";
  const link = { class: "document item", tabindex: -1, href: fileURL(user, file), "aria-label": t(opens ? "message.open_file" : "message.save_file", { name }) };
  if (opens) Object.assign(link, { target: "_blank", rel: "noopener" });
  else Object.assign(link, { href: `${link.href}?save`, download: name });
  return el("a", link,
    el("span", { class: `filetype type-${ending}` }, el("span", {}, ending.slice(0, 4)), icon("save")),
    el("span", { class: "fileinfo" }, el("b", {}, name), el("small", {}, size(file.size))));
}

function contact(person) {
  const name = [person.firstName, person.lastName].filter(Boolean).join(" ");
  return el("div", { class: "contact" },
    el("span", { class: "avatar hue4" }, icon("contact")),
    el("span", { class: "fileinfo" }, el("b", {}, name), el("small", {}, `+${person.phone.replace(/^\+/, "")}`)));
}

function inlineKeyboard(message, chat) {
  const rows = message.inline.map((row, r) =>
    el("div", { class: "row", role: "group" }, row.map((button, c) => inlineButton(button, message, chat, r, c))));
  return el("div", { class: "inline", role: "group", "aria-label": t("message.buttons") }, rows);
}

function inlineButton(button, message, chat, row, column) {
  const kind = button.url ? "link" : button.copyText ? "copy" : "";
  const node = el("button", {
    type: "button", class: `key item ${button.style ?? ""} ${kind ? "with-icon" : ""}`, tabindex: -1, title: button.text,
    data: { row, column, data: button.data ?? "" },
  }, el("span", {}, button.text), kind && icon(kind), el("i", { class: "spinner", "aria-hidden": "true" }));
  node.addEventListener("click", () => {
    if (button.url) chat.actions.openURL(button.url);
    else if (button.copyText) chat.actions.copy(button.copyText);
    else chat.actions.press(message.id, button.data ?? "", node);
  });
  return node;
}

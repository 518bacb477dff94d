// What lies over a chat: toasts, alerts, questions, the picture view, menus.
import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const toastTime = 4000;

export function toast(column, text) {
  const node = el("div", { class: "toast", role: "status" }, text);
  column.querySelector(".toasts").append(node);
  setTimeout(() => node.classList.add("leaving"), toastTime);
  setTimeout(() => node.remove(), toastTime + 300);
}

// dialog opens over one column and resolves with the value of what was pressed.
function dialog(column, name, content, focus) {
  const node = el("dialog", { class: `dialog ${name}`, "aria-label": name }, content);
  const { left, width } = column.getBoundingClientRect();
  node.style.setProperty("--left", `${left}px`);
  node.style.setProperty("--width", `${width}px`);
  const before = document.activeElement;
  column.append(node);
  node.showModal();
  (focus ? node.querySelector(focus) : null)?.focus();
  node.addEventListener("click", (event) => event.target === node && node.close(""));
  return new Promise((resolve) => {
    node.addEventListener("close", () => {
      node.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
      resolve(node.returnValue);
    });
  });
}

const closer = (label, value, style = "") =>
  el("button", { type: "button", class: `flat ${style}`, on: { click: (event) => event.target.closest("dialog").close(value) } }, label);

export const alertBox = (column, title, text) =>
  dialog(column, "alert", [el("h2", {}, title), el("p", {}, text), el("div", { class: "answers" }, closer(t("action.ok"), "ok"))], ".flat");

export const ask = (column, title, text, yes, style) =>
  dialog(column, "ask", [
    el("h2", {}, title),
    el("p", {}, text),
    el("div", { class: "answers" }, closer(t("action.cancel"), ""), closer(yes, "yes", style)),
  ], ".flat:last-child").then((value) => value === "yes");

// sendFile shows a chosen file and asks for a caption; null means not sent.
export async function askFile(column, file, details) {
  const caption = el("input", { type: "text", class: "caption", maxlength: 1024, placeholder: t("file.caption"), "aria-label": t("file.caption") });
  const form = el("form", {}, caption); // Enter submits it
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.closest("dialog").close("yes");
  });
  const value = await dialog(column, "file", [
    el("h2", {}, t("file.title")),
    el("div", { class: "chosen" }, el("span", { class: "filetype" }, icon("file")), el("span", { class: "fileinfo" }, el("b", {}, file.name), el("small", {}, details))),
    form,
    el("div", { class: "answers" }, closer(t("action.cancel"), ""), closer(t("action.send"), "yes")),
  ], ".caption");
  return value === "yes" ? caption.value : null;
}

export function view(column, src, alt) {
  const close = (event) => event.target.closest("dialog").close("");
  return dialog(column, "picture", [el("img", { src, alt, on: { click: close } }), el("button", { type: "button", class: "round", "aria-label": t("action.close"), on: { click: close } }, icon("close"))], ".round");
}

// contextMenu opens entries [{icon, label, run, danger}] at a point.
export function contextMenu(x, y, entries) {
  const before = document.activeElement;
  const close = (refocus) => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("blur", away);
    if (refocus && before?.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event) => menu.contains(event.target) || close(false);
  const away = () => close(false);
  const items = entries.map((entry) => el("button", {
    type: "button", role: "menuitem", class: entry.danger ? "danger" : "",
    on: { click: () => { close(true); entry.run(); } },
  }, icon(entry.icon), entry.label));
  const menu = el("div", { class: "context", role: "menu" }, items);
  menu.addEventListener("keydown", (event) => {
    const index = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((index + step) % items.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
  });
  document.body.append(menu);
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("blur", away);
  items[0]?.focus();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https and off loopback there is no clipboard API.
    const area = el("textarea", { class: "unseen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

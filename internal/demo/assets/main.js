// The page: three chats, the bar above them, tabs on a phone, the language.
import { avatar, el, iconButton, narrow } from "./dom.js";
import { current, nameOf, own, setTexts, t } from "./texts.js";
import { listen, post } from "./api.js";
import { Chat } from "./chat.js";

const page = await (await fetch("/page.json")).json();
setTexts(page);

const app = {
  username: page.username,
  chats: [],
  active: null,

  isActive(chat) {
    return this.active === chat && !document.hidden;
  },

  activate(chat) {
    this.active = chat;
    for (const other of this.chats) {
      other.node.classList.toggle("active", other === chat);
      other.tab.setAttribute("aria-selected", String(other === chat));
      other.tab.tabIndex = other === chat ? 0 : -1;
    }
    if (chat.unread) chat.count(0);
    if (narrow.matches) sessionStorage.setItem("tab", chat.user);
  },

  counted(chat) {
    const badge = chat.tab.querySelector(".badge");
    badge.hidden = chat.unread === 0;
    badge.textContent = String(chat.unread);
    const all = this.chats.reduce((sum, other) => sum + other.unread, 0);
    document.title = all ? `(${all}) ${t("page.title")}` : t("page.title");
  },

  // say tells a screen reader what came in.
  say(chat, text) {
    speaker.textContent = t("chat.said", { name: chat.name, text });
  },
};

const speaker = el("div", { class: "unseen", "aria-live": "polite", role: "status" });

function banner() {
  if (localStorage.getItem("banner") === "closed") return null;
  const node = el("div", { class: "banner", role: "note" }, el("span", {}, t("page.banner")));
  node.append(iconButton("close", t("page.close_banner"), () => {
    localStorage.setItem("banner", "closed");
    node.remove();
  }));
  return node;
}

function languageSwitch() {
  const choose = (lang) => {
    localStorage.setItem("language", lang);
    location.reload(); // half-typed texts are kept in the session storage
  };
  return el("div", { class: "languages", role: "group", "aria-label": t("page.language") }, page.languages.map((lang) =>
    el("button", { type: "button", lang, "aria-pressed": String(lang === current()), on: { click: () => choose(lang) } }, nameOf(lang))));
}

// clock shows the demonstration's date, and lets time pass until the next reminder.
function clock() {
  if (!page.now) return null;
  const time = el("time", {});
  const show = (now) => {
    time.dateTime = now;
    time.textContent = new Intl.DateTimeFormat(current() === "zh" ? "zh-CN" : "en-GB",
      { timeZone: "Asia/Shanghai", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(new Date(now));
  };
  show(page.now);
  const button = el("button", { type: "button", class: "skip", on: { click: skip } }, t("page.skip"));
  async function skip() {
    button.disabled = true;
    try {
      show((await post("skip", {})).now);
    } catch (error) {
      speaker.textContent = error.message;
    }
    button.disabled = false;
  }
  return el("div", { class: "clock" }, time, button);
}

function tab(chat) {
  const show = () => app.activate(chat);
  const node = el("button", { type: "button", class: "tab", role: "tab", "aria-controls": chat.node.id, "aria-selected": "false", data: { user: chat.user }, on: { click: show } },
    avatar(chat.name, chat.user), el("span", {}, chat.name), el("b", { class: "badge", hidden: true }));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = app.chats.at((app.chats.indexOf(chat) + step) % app.chats.length);
    app.activate(next);
    next.tab.focus();
  });
  return node;
}

function draw() {
  document.title = t("page.title");
  app.chats = page.people.map((person) => new Chat(person, app));
  for (const chat of app.chats) chat.tab = tab(chat);
  const offline = el("span", { class: "offline", role: "status", hidden: true }, t("status.connecting"));
  document.body.replaceChildren(
    el("div", { class: "bar" }, el("h1", {}, own("bot.name")), el("small", {}, t("page.subtitle")), offline,
      el("nav", { class: "tabs", role: "tablist", "aria-label": t("page.chats") }, app.chats.map((chat) => chat.tab)), ...[clock()].filter(Boolean), languageSwitch()),
    ...[banner()].filter(Boolean),
    el("main", {}, app.chats.map((chat) => chat.node)), speaker);
  const saved = Number(sessionStorage.getItem("tab"));
  app.activate(app.chats.find((chat) => chat.user === saved) ?? app.chats[0]);
  return offline;
}

const offline = draw();
const byUser = new Map(app.chats.map((chat) => [chat.user, chat]));
listen([...byUser.keys()], (frame) => byUser.get(frame.user)?.take(frame), (online) => {
  offline.hidden = online;
  document.body.classList.toggle("disconnected", !online);
});
document.addEventListener("visibilitychange", () => document.hidden || app.active.count(0));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault()); // a file dropped beside a chat must not replace the page

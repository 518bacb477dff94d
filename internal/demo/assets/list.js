// The messages of one chat: order, days, tails, scrolling, and moving by keyboard.
import { el, icon, calm } from "./dom.js";
import { day, t } from "./texts.js";
import { bubble } from "./bubble.js";

const near = 60; // pixels from the end that still count as being at the end
const groupGap = 5 * 60 * 1000;

export class List {
  constructor(chat) {
    this.chat = chat;
    this.messages = new Map(); // id → {message, item, raw}
    this.gone = new Set(); // ids of deleted messages
    this.stuck = true;
    this.below = 0;
    this.top = 0;
    this.items = el("ol", { class: "messages" });
    this.scroller = el("div", { class: "scroller", role: "log", "aria-live": "off", "aria-label": t("chat.log", { name: chat.name }) }, this.items);
    this.badge = el("b", { class: "badge", hidden: true });
    this.toEnd = el("button", { type: "button", class: "round to-end", "aria-label": t("chat.to_end"), title: t("chat.to_end"), on: { click: () => this.end(true) } }, icon("down"), this.badge);
    this.toEnd.hidden = true;
    this.node = el("div", { class: "history" }, this.scroller, this.toEnd);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    this.scroller.addEventListener("focusin", (event) => this.rove(event.target.closest(".item")));
    new ResizeObserver(() => this.settle()).observe(this.items);
    new ResizeObserver(() => this.settle()).observe(this.scroller);
  }

  get size() {
    return this.messages.size;
  }

  last(test) {
    return [...this.messages.values()].map((entry) => entry.message).filter(test).at(-1);
  }

  find = (id) => this.messages.get(id)?.message;

  // replace takes the whole chat as the server has it now.
  replace(messages) {
    const kept = new Set(messages.map((message) => message.id));
    for (const id of [...this.messages.keys()]) if (!kept.has(id)) this.drop(id);
    for (const message of messages) this.put(message, false);
    this.arrange();
  }

  // put adds or changes one message; live ones move. It reports whether it was new.
  put(message, live = true) {
    // The answer to sending may come after the news that the bot deleted it.
    if (this.gone.has(message.id)) return false;
    const raw = JSON.stringify(message);
    const old = this.messages.get(message.id);
    if (old?.raw === raw) return false;
    const item = bubble(message, this.chat);
    this.messages.set(message.id, { message, item, raw });
    if (old) this.swap(old.item, item, live);
    else this.insert(message.id, item, live);
    if (live) this.arrange();
    return !old;
  }

  insert(id, item, live) {
    const ids = [...this.messages.keys()].sort((a, b) => a - b);
    const later = ids[ids.indexOf(id) + 1];
    if (later !== undefined) this.messages = new Map(ids.map((key) => [key, this.messages.get(key)]));
    this.items.insertBefore(item, later === undefined ? null : this.messages.get(later).item);
    if (!live) return;
    item.classList.add("new");
    if (item.classList.contains("out")) this.stuck = true;
    else if (!this.stuck) this.below++;
  }

  // swap puts the changed message in place and keeps the focus where it was.
  swap(before, after, live) {
    const focused = before.contains(document.activeElement) ? document.activeElement : null;
    before.replaceWith(after);
    if (live) after.classList.add("changed");
    if (!focused) return;
    const { row, column } = focused.dataset;
    const target = after.querySelector(`.key[data-row="${row}"][data-column="${column}"]`) ?? after.querySelector(".key");
    if (row === undefined) after.querySelector(".bubble")?.focus();
    else if (target) target.focus({ preventScroll: this.stuck });
    else this.chat.focusInput();
  }

  remove(id) {
    this.gone.add(id);
    const item = this.messages.get(id)?.item;
    if (!item) return;
    this.messages.delete(id);
    if (item.contains(document.activeElement)) this.chat.focusInput();
    item.classList.add("gone");
    item.inert = true;
    const finish = () => {
      item.remove();
      this.arrange();
    };
    if (calm.matches) return finish();
    // A page in the background runs no animations, but timers it does.
    item.animate({ opacity: [1, 0], transform: ["none", "scale(.9)"] }, { duration: 160, fill: "forwards" });
    setTimeout(finish, 160);
  }

  drop(id) {
    this.messages.get(id).item.remove();
    this.messages.delete(id);
  }

  // arrange renews day lines, groups with their tails, and the tab stop.
  arrange() {
    for (const line of this.items.querySelectorAll(".day")) line.remove();
    let before = null;
    for (const { message, item } of this.messages.values()) {
      const date = new Date(message.date);
      const newDay = !before || new Date(before.message.date).toDateString() !== date.toDateString();
      if (newDay) this.items.insertBefore(el("li", { class: "day" }, el("span", {}, day(date))), item);
      const joined = !newDay && before.message.from.id === message.from.id && !before.message.service && date - new Date(before.message.date) < groupGap;
      item.classList.toggle("first", !joined);
      before?.item.classList.toggle("last", !joined);
      before = { message, item };
    }
    before?.item.classList.add("last");
    this.rove(this.items.querySelector('.item[tabindex="0"]') === null || !this.scroller.contains(document.activeElement) ? this.entry() : null);
    this.settle();
  }

  // entry is where Tab enters the list: the newest keyboard, else the newest message.
  entry() {
    const newest = [...this.messages.values()].at(-1)?.item;
    return newest?.querySelector(".key") ?? newest?.querySelector(".item") ?? null;
  }

  rove(item) {
    if (!item) return;
    for (const other of this.items.querySelectorAll('.item[tabindex="0"]')) other.tabIndex = -1;
    item.tabIndex = 0;
  }

  key(event) {
    const at = event.target.closest(".item");
    if (!at || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...this.items.querySelectorAll(".item")];
    const index = all.indexOf(at);
    const target = {
      ArrowRight: () => all[index + 1],
      ArrowLeft: () => all[index - 1],
      ArrowDown: () => this.vertical(at, 1) ?? all.slice(index + 1).find((other) => !sameRow(at, other)),
      ArrowUp: () => this.vertical(at, -1) ?? all.slice(0, index).findLast((other) => !sameRow(at, other)),
      Home: () => all[0],
      End: () => all.at(-1),
    }[event.key];
    if (target) {
      event.preventDefault();
      target()?.focus();
    } else if (at.classList.contains("bubble") && event.target === at && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.chat.menu(at);
    }
  }

  // vertical finds the button above or below one, in the same keyboard.
  vertical(at, step) {
    const row = at.closest(".row");
    const next = row && (step > 0 ? row.nextElementSibling : row.previousElementSibling);
    if (!next) return undefined;
    return next.children[Math.min([...row.children].indexOf(at), next.children.length - 1)];
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // Only the reader scrolls up; growth below is followed, not a reason to stop.
    this.stuck = scrollHeight - scrollTop - clientHeight < near || (this.stuck && scrollTop >= this.top);
    this.top = scrollTop;
    if (this.stuck) this.below = 0;
    this.showEnd();
  }

  settle() {
    if (this.stuck) this.end(false);
    this.showEnd();
  }

  end(smooth) {
    this.stuck = true;
    this.below = 0;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm.matches ? "smooth" : "instant" });
  }

  showEnd() {
    this.toEnd.hidden = this.stuck;
    this.badge.hidden = this.below === 0;
    this.badge.textContent = String(this.below);
  }

  jump(id) {
    const item = this.messages.get(id)?.item;
    if (!item) return;
    item.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
    item.classList.add("changed");
    item.querySelector(".bubble")?.focus({ preventScroll: true });
  }
}

const sameRow = (a, b) => a.closest(".row") !== null && a.closest(".row") === b.closest(".row");

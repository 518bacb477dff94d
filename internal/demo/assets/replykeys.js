// The keyboard that a bot puts under the input.
import { el, icon, iconButton } from "./dom.js";
import { t } from "./texts.js";

export class ReplyKeys {
  // press is called with a pressed key.
  constructor(press) {
    this.press = press;
    this.view = null;
    this.source = 0; // the message that brought the keyboard
    this.node = el("div", { class: "replykeys", role: "group", "aria-label": t("composer.keys"), hidden: true });
    this.toggle = iconButton("keys", t("composer.keys"), () => this.open(this.node.hidden), { hidden: true, "aria-expanded": "false" });
    this.node.addEventListener("keydown", (event) => this.key(event));
  }

  get placeholder() {
    return this.view?.placeholder ?? "";
  }

  // take follows what a message did to the keyboard.
  take(message) {
    const view = message.reply;
    if (!view || message.id <= this.source) return;
    this.source = message.id;
    this.view = view.keys?.length ? view : view.forceReply ? view : null;
    this.draw();
    this.open(Boolean(this.view?.keys?.length));
  }

  // restore follows a whole chat; a keyboard for one answer that got it stays closed.
  restore(messages, user) {
    if (!messages.some((message) => message.id === this.source)) this.reset();
    const before = this.source;
    for (const message of messages) this.take(message);
    const answered = messages.some((message) => message.id > this.source && message.from.id === user);
    if (this.source !== before && answered) this.used(this.source);
  }

  // forget drops the keyboard when its message is deleted.
  forget(id) {
    if (id !== this.source || !this.view) return;
    this.view = null;
    this.draw();
  }

  reset() {
    this.view = null;
    this.source = 0;
    this.draw();
  }

  draw() {
    const rows = this.view?.keys ?? [];
    this.node.replaceChildren(...rows.map((row) => el("div", { class: "row" }, row.map((key) =>
      el("button", { type: "button", class: `replykey ${key.style ?? ""}`, tabindex: -1, on: { click: () => this.pressed(key) } },
        el("span", {}, key.text), key.requestContact && icon("contact"))))));
    const first = this.node.querySelector("button");
    if (first) first.tabIndex = 0;
    this.toggle.hidden = rows.length === 0;
    if (rows.length === 0) this.open(false);
  }

  open(shown) {
    this.node.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
    this.toggle.classList.toggle("on", shown);
  }

  pressed(key) {
    this.press(key);
  }

  // used closes a message's keyboard that is for one answer only, once it has got
  // it; by then the bot may have sent the next one, which stays open.
  used(source) {
    if (source === this.source && this.view?.oneTime) this.open(false);
  }

  key(event) {
    const at = event.target.closest("button");
    const all = [...this.node.querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!at || !step) return;
    event.preventDefault();
    const next = all.at((all.indexOf(at) + step) % all.length);
    at.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

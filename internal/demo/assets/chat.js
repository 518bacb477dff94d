// One person's chat with the bot: a column on wide screens, a tab on a phone.
import { avatar, el, icon } from "./dom.js";
import { own, t } from "./texts.js";
import { post } from "./api.js";
import { List } from "./list.js";
import { Composer } from "./composer.js";
import { alertBox, ask, contextMenu, copy, toast, view } from "./overlay.js";

const typingTime = 5500; // milliseconds; Telegram's own is five seconds
const answerTime = 15000; // a press without an answer stops turning

export class Chat {
  // app offers username, active(chat), unread(chat), say(text).
  constructor(person, app) {
    this.app = app;
    this.user = person.id;
    this.name = own(person.name);
    this.role = own(person.role);
    this.waiting = new Map(); // query id → the button that turns
    this.answered = new Set();
    this.unread = 0;
    this.actions = this.makeActions();
    this.list = new List(this);
    this.build(own(person.hint));
    this.composer = new Composer(this);
    this.node.append(this.composer.node, el("div", { class: "dropzone", "aria-hidden": "true" }, el("span", {}, t("file.drop"))));
    this.wire();
    this.find = this.list.find;
  }

  build(hint) {
    this.status = el("span", { class: "status" }, this.role);
    this.badge = el("b", { class: "badge", hidden: true });
    this.pinned = el("button", { type: "button", class: "pinned", hidden: true });
    this.intro = el("div", { class: "intro", hidden: true }, el("div", {}, el("b", {}, t("chat.intro")), el("p", {}, hint)));
    this.node = el("section", { class: "chat", data: { user: this.user }, "aria-label": this.name, id: `chat-${this.user}` },
      el("header", {}, avatar(this.name, this.user), el("div", { class: "who" }, el("h2", {}, this.name), this.status), this.badge),
      this.pinned, el("div", { class: "toasts", "aria-live": "assertive" }), this.intro, this.list.node);
  }

  wire() {
    for (const event of ["pointerdown", "focusin", "wheel"]) {
      this.node.addEventListener(event, () => this.app.activate(this), { passive: true });
    }
    this.list.items.addEventListener("contextmenu", (event) => {
      const box = event.target.closest(".bubble");
      if (!box || event.target.closest("a[href], img") || !getSelection().isCollapsed) return;
      event.preventDefault();
      this.menu(box, event.clientX, event.clientY);
    });
    let depth = 0;
    const over = (change) => this.node.classList.toggle("dragging", (depth = change) > 0);
    this.node.addEventListener("dragenter", (event) => event.dataTransfer.types.includes("Files") && over(depth + 1));
    this.node.addEventListener("dragleave", () => over(Math.max(0, depth - 1)));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      over(0);
      if (!this.composer.form.hidden) this.composer.sendFiles([...event.dataTransfer.files]);
    });
  }

  // makeActions returns what messages and the composer may do; each reports success.
  makeActions() {
    const call = async (name, body) => {
      try {
        const answer = await post(name, { user: this.user, ...body });
        if (answer.id) this.arrived(answer, true);
        return answer;
      } catch (error) {
        console.warn(name, error.message);
        this.toast(t("toast.failed"));
        return null;
      }
    };
    return {
      send: (text) => call("send", { text }),
      start: (payload) => call("start", { payload }),
      contact: () => call("contact", {}),
      edit: (message, text) => call("edit", { message, text }),
      remove: (message) => call("delete", { message }),
      file: (file, caption) => this.sendFile(file, caption),
      press: (message, data, button) => this.press(call, message, data, button),
      copy: (text) => copy(text).then(() => this.toast(t("toast.copied"))),
      view: (src, alt) => view(this.node, src, alt),
      jump: (id) => this.list.jump(id),
      follow: (url) => this.follow(url),
      openURL: (url) => this.follow(url) || window.open(url, "_blank", "noopener,noreferrer"),
    };
  }

  async sendFile(file, caption) {
    const form = new FormData();
    form.set("user", this.user);
    form.set("caption", caption);
    form.set("file", file, file.name);
    try {
      this.arrived(await post("file", form), true);
    } catch (error) {
      console.warn("file", error.message);
      this.toast(t("toast.failed"));
    }
  }

  async press(call, message, data, button) {
    if (button.classList.contains("waiting")) return;
    button.classList.add("waiting");
    button.setAttribute("aria-busy", "true");
    const answer = await call("press", { message, data });
    if (!answer || this.answered.delete(answer.queryId)) return calmDown(button);
    this.waiting.set(answer.queryId, button);
    setTimeout(() => this.settle(answer.queryId), answerTime);
  }

  settle(query) {
    const button = this.waiting.get(query);
    this.waiting.delete(query);
    if (button) calmDown(button);
    return Boolean(button);
  }

  // follow opens a deep link of this bot in the chat; other links are not ours.
  follow(url) {
    const link = new URL(url);
    const web = /^https?:$/.test(link.protocol) && /^(t\.me|telegram\.me)$/.test(link.hostname) && link.pathname.slice(1);
    const app = link.protocol === "tg:" && /resolve/.test(link.href) && link.searchParams.get("domain");
    if ((web || app || "").toLowerCase() !== this.app.username.toLowerCase()) return false;
    this.actions.start(link.searchParams.get("start") ?? "").then(() => this.focusInput());
    return true;
  }

  // take handles one frame of the stream.
  take(frame) {
    switch (frame.kind) {
      case "state":
        this.composer.commands.all = frame.commands ?? [];
        this.list.replace(frame.messages ?? []);
        this.composer.keys.restore(frame.messages ?? [], this.user);
        break;
      case "message":
        this.arrived(frame.message, false);
        break;
      case "edit":
        this.edited(frame.message);
        break;
      case "delete":
        this.list.remove(frame.messageId);
        this.composer.keys.forget(frame.messageId);
        break;
      case "toast":
        this.answer(frame);
        break;
      case "typing":
        this.typing(frame.text);
        break;
      case "commands":
        this.composer.commands.all = frame.commands ?? [];
        break;
    }
    this.refresh();
  }

  arrived(message, mine) {
    if (message.from.id !== this.user) this.typing("");
    this.composer.keys.take(message);
    const added = this.list.put(message);
    this.refresh();
    if (!added || mine || message.from.id === this.user) return;
    this.app.say(this, message.text ?? message.document?.name ?? "");
    if (!this.app.isActive(this)) this.count(this.unread + 1);
  }

  edited(message) {
    this.list.put(message);
    if (message.from.id !== this.user) {
      this.typing("");
      this.app.say(this, message.text ?? "");
    }
  }

  answer(frame) {
    if (frame.queryId && !this.settle(frame.queryId)) this.answered.add(frame.queryId);
    if (!frame.text) return;
    if (frame.alert) alertBox(this.node, own("bot.name"), frame.text);
    else this.toast(frame.text);
  }

  typing(action) {
    clearTimeout(this.typingTimer);
    const key = action.startsWith("upload") ? "status.uploading" : "status.typing";
    this.status.replaceChildren(action ? t(key) : this.role);
    this.status.classList.toggle("typing", Boolean(action));
    if (action) {
      this.status.append(el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
      this.typingTimer = setTimeout(() => this.typing(""), typingTime);
    }
  }

  refresh() {
    this.composer.refresh();
    this.intro.hidden = this.list.size > 0;
    const pinned = this.list.last((message) => message.pinned);
    this.pinned.hidden = !pinned;
    if (!pinned) return;
    this.pinned.replaceChildren(icon("pin"), el("span", { class: "fileinfo" }, el("b", {}, t("chat.pinned")), el("small", {}, pinned.text ?? "")));
    this.pinned.onclick = () => this.list.jump(pinned.id);
  }

  count(unread) {
    this.unread = unread;
    this.badge.hidden = unread === 0;
    this.badge.textContent = String(unread);
    this.node.classList.toggle("fresh", unread > 0);
    this.app.counted(this);
  }

  toast(text) {
    toast(this.node, text);
  }

  focusInput() {
    this.composer.focus();
  }

  // menu opens what can be done with the message of a bubble.
  menu(box, x, y) {
    const message = this.list.find(Number(box.closest("[data-message]").dataset.message));
    const mine = message.from.id === this.user;
    const entries = [];
    if (message.text && !message.protected) entries.push({ icon: "copy", label: t("action.copy"), run: () => this.actions.copy(message.text) });
    if (mine && message.text && !message.document && !message.photo) entries.push({ icon: "edit", label: t("action.edit"), run: () => this.composer.edit(message) });
    entries.push({ icon: "trash", label: t("action.delete"), danger: true, run: () => this.confirmDelete(message) });
    const { left, bottom } = box.getBoundingClientRect();
    contextMenu(x ?? left + 16, y ?? bottom, entries);
  }

  async confirmDelete(message) {
    if (await ask(this.node, t("delete.title"), t("delete.text"), t("action.delete"), "danger")) this.actions.remove(message.id);
  }
}

function calmDown(button) {
  button.classList.remove("waiting");
  button.removeAttribute("aria-busy");
}

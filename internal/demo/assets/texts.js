// The page's texts and the reader's language.

let page = { languages: ["zh"], texts: { zh: {} } };
let language = "zh";

export function setTexts(from) {
  page = from;
  const saved = localStorage.getItem("language");
  language = page.languages.includes(saved) ? saved : page.languages[0];
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
}

export const current = () => language;

// t returns a text with {name} replaced by args.name.
export function t(key, args = {}) {
  const text = page.texts[language]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => args[name] ?? all);
}

// own returns a text for what may be a key or already a text.
export const own = (text) => page.texts[language]?.[text] ?? text;

export const nameOf = (lang) => page.texts[lang]?.["language.name"] ?? lang;

const locale = () => (language === "zh" ? "zh-CN" : "en-GB");

export const clock = (date) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);

export const full = (date) => new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "medium" }).format(date);

export function day(date) {
  const today = new Date();
  if (date.toDateString() === today.toDateString()) return t("day.today");
  const format = { month: "long", day: "numeric" };
  if (date.getFullYear() !== today.getFullYear()) format.year = "numeric";
  return new Intl.DateTimeFormat(locale(), format).format(date);
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

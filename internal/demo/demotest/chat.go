package demotest

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Type clicks the input, writes text as an input method does, and presses
// Enter. A text of several lines is pasted as one message.
func (p *Page) Type(user int64, text string) {
	p.t.Helper()
	p.Draft(user, text)
	p.Keys("Enter")
	p.wait("the input is emptied", chat(user)+`.querySelector("textarea").value === ""`)
}

// Draft writes text into the input without sending it.
func (p *Page) Draft(user int64, text string) {
	p.t.Helper()
	p.show(user)
	p.click("the input", chat(user)+`.querySelector("textarea")`)
	call(p, "write", input.InsertText, input.InsertTextParams{Text: text})
}

// Press clicks the newest button with that label: in an open dialog of the
// chat if there is one, else under a message, on the reply keyboard, or START.
func (p *Page) Press(user int64, label string) {
	p.t.Helper()
	p.show(user)
	p.click(fmt.Sprintf("the button %q", label), fmt.Sprintf(newest, chat(user), quote(label)))
}

// PressOnPage clicks a button that belongs to no chat, such as the language.
func (p *Page) PressOnPage(label string) {
	p.t.Helper()
	p.click(fmt.Sprintf("the button %q", label), fmt.Sprintf(newest, `document.querySelector("body")`, quote(label)))
}

const newest = `(() => {
	const all = (%s.querySelector("dialog[open]") ?? %[1]s).querySelectorAll("button, [role=button], a.document, .text a");
	const named = (node) => [node.textContent, node.getAttribute("aria-label")].some((s) => s?.trim() === %s);
	return [...all].filter((node) => named(node) && node.checkVisibility()).at(-1);
})()`

// Command opens the command menu and picks one, named without the slash.
func (p *Page) Command(user int64, name string) {
	p.t.Helper()
	p.show(user)
	p.click("the menu button", chat(user)+`.querySelector(".menu")`)
	p.click("the command "+name, fmt.Sprintf(`[...%s.querySelectorAll(".commands li")].find((li) => li.querySelector("b").textContent === %s)`,
		chat(user), quote("/"+name)))
}

// Upload sends a file through the paperclip's chooser, with a caption.
func (p *Page) Upload(user int64, path, caption string) {
	p.t.Helper()
	p.show(user)
	full, err := filepath.Abs(path)
	if err != nil {
		p.t.Fatalf("upload: %v", err)
	}
	p.do("choose "+full, chromedp.SetUploadFiles(chromedp.CSS(fmt.Sprintf(`.chat[data-user="%d"] input[type=file]`, user)), []string{full}, chromedp.NodeReady))
	p.click("the caption", chat(user)+`.querySelector("dialog .caption")`)
	call(p, "write the caption", input.InsertText, input.InsertTextParams{Text: caption})
	p.Keys("Enter")
}

// WaitText waits until a message of the chat, or a line above the messages,
// holds the substring.
func (p *Page) WaitText(user int64, substring string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the text %q in chat %d", substring, user), messages(user)+".includes("+quote(substring)+")")
}

// WaitNoText waits until no message of the chat holds the substring.
func (p *Page) WaitNoText(user int64, substring string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("no text %q in chat %d", substring, user), "!"+messages(user)+".includes("+quote(substring)+")")
}

// WaitToast waits for a toast over the chat.
func (p *Page) WaitToast(user int64, substring string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the toast %q in chat %d", substring, user),
		fmt.Sprintf(`[...%s.querySelectorAll(".toast")].some((node) => node.textContent.includes(%s))`, chat(user), quote(substring)))
}

// WaitAlert waits for an alert or a question over the chat.
func (p *Page) WaitAlert(user int64, substring string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the alert %q in chat %d", substring, user),
		fmt.Sprintf(`[...%s.querySelectorAll("dialog[open]")].some((node) => node.textContent.includes(%s))`, chat(user), quote(substring)))
}

// Wait waits until a JavaScript condition holds in the page.
func (p *Page) Wait(condition string) {
	p.t.Helper()
	p.wait(condition, condition)
}

// Text returns the messages of a chat with their buttons, a line each, as shown.
func (p *Page) Text(user int64) string {
	p.t.Helper()
	return Eval[string](p, chat(user)+`.querySelector(".messages").innerText`)
}

// Chat returns the JavaScript expression of a person's column.
func Chat(user int64) string { return chat(user) }

// show opens the person's tab where only one chat is on the screen.
func (p *Page) show(user int64) {
	p.t.Helper()
	p.wait("the chat appears", chat(user)+" !== null")
	if Eval[bool](p, fmt.Sprintf(`getComputedStyle(%s).display === "none"`, chat(user))) {
		p.click("the tab", fmt.Sprintf(`document.querySelector('.tab[data-user="%d"]')`, user))
	}
}

// click waits until an element stands still and lies uppermost, then clicks
// it with the mouse and makes sure that it was hit.
func (p *Page) click(what, element string) {
	p.t.Helper()
	still := fmt.Sprintf(`(() => {
		const node = %s;
		if (!node) return false;
		node.scrollIntoView({ block: "nearest", behavior: "instant" });
		const { left, top, width, height } = node.getBoundingClientRect();
		const at = [left + width / 2, top + height / 2];
		const before = window.demotest?.at;
		window.demotest = { at, hit: false };
		if (before?.join() !== at.join() || !node.contains(document.elementFromPoint(...at))) return false;
		node.addEventListener("click", () => { window.demotest.hit = true; }, { once: true, capture: true });
		return true;
	})()`, element)
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); {
		p.wait(what, still)
		at := Eval[[]float64](p, "window.demotest.at")
		p.do("click "+what, chromedp.MouseClickXY(at[0], at[1]))
		if p.hit(what) {
			return
		}
	}
	p.t.Fatalf("%s moves away from every click\n%s", what, p.describe())
}

// hit reports whether the last click reached its element. A click that loads
// the page anew takes the mark away with the old page.
func (p *Page) hit(what string) bool {
	p.t.Helper()
	hit, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`window.demotest?.hit ?? true`))
	if err != nil && !isNavigation(err) {
		p.t.Fatalf("click %s: %v", what, err)
	}
	return hit || err != nil
}

// describe says what is on the page, for the report of a failed wait.
func (p *Page) describe() string {
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText.slice(-4000)`))
	if err != nil {
		return "the page does not answer: " + err.Error()
	}
	return "on the page:\n" + text
}

func chat(user int64) string {
	return fmt.Sprintf(`document.querySelector('.chat[data-user="%d"]')`, user)
}

func messages(user int64) string {
	return fmt.Sprintf(`(%s.querySelector(".messages").textContent + %[1]s.querySelector(".intro").textContent)`, chat(user))
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

package demotest

import (
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var keys = map[string]string{
	"Enter": kb.Enter, "Tab": kb.Tab, "Escape": kb.Escape, "Backspace": kb.Backspace, "Home": kb.Home, "End": kb.End,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
}

// Keys presses keys one after the other where the focus is. Names are those
// of KeyboardEvent.key ("Enter", "Tab", "Shift+Tab", "ArrowDown", "a").
func (p *Page) Keys(names ...string) {
	p.t.Helper()
	for _, name := range names {
		p.key(name)
	}
}

// key presses one key. The character goes with the key, not after it as in
// chromedp.KeyEvent: only then a script that handles the key stops the
// character, as on a real keyboard.
func (p *Page) key(name string) {
	p.t.Helper()
	plain, shift := strings.CutPrefix(name, "Shift+")
	text, ok := keys[plain]
	if !ok {
		text = plain
	}
	for _, r := range text {
		var down *input.DispatchKeyEventParams
		for _, event := range kb.Encode(r) {
			if shift {
				event.Modifiers |= int64(chromedp.ModifierShift)
			}
			switch event.Type {
			case kb.KeyUp:
				call(p, "press "+name, input.DispatchKeyEvent, *down)
				call(p, "let go of "+name, input.DispatchKeyEvent, *event)
			case kb.KeyChar:
				down.Type, down.Text, down.UnmodifiedText = kb.KeyDown, event.Text, event.UnmodifiedText
			default:
				down = event
			}
		}
	}
}

package standin

import "strconv"

func (p *htmlParser) endTag(begin int) *apiError {
	if len(p.open) == 0 {
		return parseError("Unexpected end tag at byte offset %d", begin)
	}
	for !isSpace(p.at(p.i)) && p.at(p.i) != '>' {
		p.i++
	}
	name := asciiLower(p.src[begin+2 : min(p.i, len(p.src))])
	p.skipSpace()
	if p.at(p.i) != '>' {
		return parseError("Unclosed end tag at byte offset %d", begin)
	}
	p.i++
	last := p.open[len(p.open)-1]
	if name != "" && name != last.name {
		return parseError("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, last.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == last.offset {
		return nil
	}
	return p.close(last)
}

// close turns a finished tag into an entity.
func (p *htmlParser) close(t openTag) *apiError {
	e := Entity{Offset: t.offset, Length: p.units - t.offset}
	switch t.name {
	case "i", "em":
		e.Type = "italic"
	case "b", "strong":
		e.Type = "bold"
	case "s", "strike", "del":
		e.Type = "strikethrough"
	case "u", "ins":
		e.Type = "underline"
	case "tg-spoiler", "span":
		e.Type = "spoiler"
	case "blockquote":
		e.Type = "blockquote"
		if t.arg != "" {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		if id, err := strconv.ParseInt(t.arg, 10, 64); err != nil || id == 0 {
			return parseError("Invalid custom emoji identifier specified")
		}
		e.Type, e.CustomEmojiID = "custom_emoji", t.arg
	case "a":
		return p.closeLink(t, e)
	case "pre", "code":
		return p.closeCode(t, e)
	}
	p.entities = append(p.entities, e)
	return nil
}

// closeLink leaves out a link that Telegram would not follow.
func (p *htmlParser) closeLink(t openTag, e Entity) *apiError {
	target := t.arg
	if target == "" {
		target = p.out.String()[t.begin:]
	}
	if id, ok := userLink(target); ok {
		e.Type, e.User = "text_mention", id
		p.entities = append(p.entities, e)
	} else if link, err := checkLink(target); err == nil {
		e.Type, e.URL = "text_link", link
		p.entities = append(p.entities, e)
	}
	return nil
}

// closeCode joins <pre><code class="language-x"> into one entity.
func (p *htmlParser) closeCode(t openTag, e Entity) *apiError {
	e.Type, e.Language = t.name, t.arg
	if n := len(p.entities); n > 0 {
		last := &p.entities[n-1]
		same := last.Offset == e.Offset && last.Length == e.Length
		if t.name == "pre" && same && last.Type == "code" && last.Language != "" {
			last.Type = "pre"
			return nil
		}
		if t.name == "code" && same && last.Type == "pre" && t.arg != "" {
			last.Language = t.arg
			return nil
		}
	}
	p.entities = append(p.entities, e)
	return nil
}

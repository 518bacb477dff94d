package standin

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parseHTML turns Telegram's HTML into plain text and entities. It accepts and
// refuses exactly what tdlib's parse_html does; byte offsets in errors count
// from the start of the source.
func parseHTML(src string) (string, []Entity, *apiError) {
	p := htmlParser{src: src}
	if e := p.parse(); e != nil {
		return "", nil, e
	}
	for i := range p.entities {
		if p.entities[i].Type == "code" {
			p.entities[i].Language = "" // only pre has one
		}
	}
	sortEntities(p.entities)
	return p.out.String(), p.entities, nil
}

type openTag struct {
	name, arg     string
	offset, begin int // UTF-16 units and bytes of the plain text
}

type htmlParser struct {
	src      string
	i        int
	out      strings.Builder
	units    int // UTF-16 units in out
	open     []openTag
	entities []Entity
}

func parseError(format string, args ...any) *apiError {
	return badRequest("can't parse entities: "+format, args...)
}

// at returns the byte at i, 0 past the end.
func (p *htmlParser) at(i int) byte {
	if i < len(p.src) {
		return p.src[i]
	}
	return 0
}

func (p *htmlParser) parse() *apiError {
	for p.i < len(p.src) {
		switch p.src[p.i] {
		case '&':
			if r, n := decodeReference(p.src[p.i:]); n > 0 {
				if utf16.IsSurrogate(r) {
					return parseError("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
				}
				p.emit(r)
				p.i += n
				continue
			}
		case '<':
			if e := p.tag(); e != nil {
				return e
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(p.src[p.i:])
		p.emit(r)
		p.i += n
	}
	if len(p.open) > 0 {
		return parseError("Can't find end tag corresponding to start tag \"%s\"", p.open[len(p.open)-1].name)
	}
	return nil
}

func (p *htmlParser) emit(r rune) {
	p.out.WriteRune(r)
	p.units += utf16Len(r)
}

func (p *htmlParser) tag() *apiError {
	begin := p.i
	p.i++
	if p.at(p.i) == '/' {
		return p.endTag(begin)
	}
	for !isSpace(p.at(p.i)) && p.at(p.i) != '>' {
		p.i++
	}
	if p.i >= len(p.src) {
		return parseError("Unclosed start tag at byte offset %d", begin)
	}
	name := asciiLower(p.src[begin+1 : p.i])
	if !htmlTags[name] {
		return parseError("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	arg, e := p.attributes(name, begin)
	if e != nil {
		return e
	}
	if name == "span" && arg != "spoiler" {
		return parseError("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, openTag{name, arg, p.units, p.out.Len()})
	p.i++
	return nil
}

var htmlTags = map[string]bool{
	"a": true, "b": true, "strong": true, "i": true, "em": true, "s": true, "strike": true, "del": true, "u": true,
	"ins": true, "tg-spoiler": true, "tg-emoji": true, "span": true, "pre": true, "code": true, "blockquote": true,
}

// attributes reads up to the closing > and returns the one argument that
// matters for the tag.
func (p *htmlParser) attributes(tag string, begin int) (arg string, e *apiError) {
	for {
		p.skipSpace()
		if p.at(p.i) == '>' {
			return arg, nil
		}
		start := p.i
		for c := p.at(p.i); !isSpace(c) && c != '=' && c != '>'; c = p.at(p.i) {
			p.i++
		}
		name := p.src[start:min(p.i, len(p.src))]
		if name == "" {
			if p.i >= len(p.src) {
				return "", parseError("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
			}
			return "", parseError("Empty attribute name in the tag \"%s\" at byte offset %d", tag, begin)
		}
		p.skipSpace()
		if p.i >= len(p.src) {
			return "", parseError("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
		}
		if p.at(p.i) != '=' {
			arg = argument(tag, name, "", arg)
			continue
		}
		p.i++
		value, e := p.value(tag, begin)
		if e != nil {
			return "", e
		}
		arg = argument(tag, name, value, arg)
	}
}

// argument picks what a tag keeps of its attributes.
func argument(tag, name, value, have string) string {
	switch {
	case value == "" && name != "expandable":
		return have
	case tag == "a" && name == "href", tag == "tg-emoji" && name == "emoji-id":
		return value
	case tag == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		return value[len("language-"):]
	case tag == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		return value[len("tg-"):]
	case tag == "blockquote" && name == "expandable":
		return "1"
	}
	return have
}

func (p *htmlParser) value(tag string, begin int) (string, *apiError) {
	p.skipSpace()
	quote := p.at(p.i)
	if p.i >= len(p.src) {
		return "", parseError("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	if quote != '\'' && quote != '"' {
		start := p.i
		for c := p.at(p.i); isWord(rune(c)) && c != '_' || c == '.' || c == '-'; c = p.at(p.i) {
			p.i++
		}
		if c := p.at(p.i); !isSpace(c) && c != '>' {
			return "", parseError("Unexpected end of name token at byte offset %d", start)
		}
		if p.i >= len(p.src) {
			return "", parseError("Unclosed start tag at byte offset %d", begin)
		}
		return asciiLower(p.src[start:p.i]), nil
	}
	var value strings.Builder
	for p.i++; p.i < len(p.src) && p.src[p.i] != quote; {
		if p.src[p.i] == '&' {
			if r, n := decodeReference(p.src[p.i:]); n > 0 {
				value.WriteRune(r)
				p.i += n
				continue
			}
		}
		value.WriteByte(p.src[p.i])
		p.i++
	}
	p.i++
	if p.i >= len(p.src) {
		return "", parseError("Unclosed start tag at byte offset %d", begin)
	}
	return value.String(), nil
}

func (p *htmlParser) skipSpace() {
	for p.i < len(p.src) && isSpace(p.src[p.i]) {
		p.i++
	}
}

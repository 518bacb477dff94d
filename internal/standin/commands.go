package standin

import (
	"encoding/json"
	"strconv"
	"strings"
)

const (
	maxCommands    = 100
	maxCommand     = 32
	maxDescription = 256
)

type sentScope struct {
	Type string          `json:"type"`
	Chat json.RawMessage `json:"chat_id"`
	User int64           `json:"user_id"`
}

// readScope returns the key of a command list: scope and language.
func (s *Server) readScope(p params) (string, *apiError) {
	lang := p.text["language_code"]
	if e := checkLanguage(lang); e != nil {
		return "", e
	}
	src := p.text["scope"]
	if src == "" {
		return listKey("default", lang), nil
	}
	if !json.Valid([]byte(src)) {
		return "", badRequest("Can't parse BotCommandScope JSON object")
	}
	var sc sentScope
	if src[0] != '{' || json.Unmarshal([]byte(src), &sc) != nil {
		return "", badRequest("Can't parse BotCommandScope: BotCommandScope must be an Object")
	}
	switch sc.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return listKey(sc.Type, lang), nil
	case "chat", "chat_administrators", "chat_member":
	default:
		return "", badRequest("Can't parse BotCommandScope: Unsupported type specified")
	}
	id := strings.Trim(string(sc.Chat), `"`)
	if id == "" {
		return "", badRequest("Can't parse BotCommandScope: Empty chat_id specified")
	}
	c, e := s.open(id, toRead)
	if e != nil {
		return "", e
	}
	key := sc.Type + ":" + strconv.FormatInt(c.ID, 10)
	if sc.Type != "chat" && c.Kind == kindPrivate {
		return "", badRequest("can't use specified scope in private chats")
	}
	if sc.Type == "chat_member" {
		if sc.User <= 0 {
			return "", badRequest("Can't parse BotCommandScope: Invalid user_id specified")
		}
		key += ":" + strconv.FormatInt(sc.User, 10)
	}
	return listKey(key, lang), nil
}

func listKey(scope, lang string) string { return scope + "/" + lang }

// checkLanguage: empty or two small letters.
func checkLanguage(lang string) *apiError {
	if lang == "" {
		return nil
	}
	if len(lang) != 2 || lang[0] < 'a' || lang[0] > 'z' || lang[1] < 'a' || lang[1] > 'z' {
		return badRequest("Invalid language code specified")
	}
	return nil
}

func readCommands(src string) ([]Command, *apiError) {
	if src == "" {
		return nil, nil
	}
	if !json.Valid([]byte(src)) {
		return nil, badRequest("Can't parse commands JSON object")
	}
	var raw []struct {
		Command     *string `json:"command"`
		Description *string `json:"description"`
	}
	if json.Unmarshal([]byte(src), &raw) != nil {
		return nil, badRequest("Expected an Array of BotCommand")
	}
	if len(raw) > maxCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	var out []Command
	for _, r := range raw {
		if r.Command == nil || r.Description == nil {
			return nil, badRequest("Can't parse BotCommand: Can't find field \"command\" or \"description\"")
		}
		c := Command{strings.TrimPrefix(*r.Command, "/"), strings.TrimSpace(*r.Description)}
		if e := checkCommand(c); e != nil {
			return nil, e
		}
		out = append(out, c)
	}
	return out, nil
}

func checkCommand(c Command) *apiError {
	switch {
	case c.Command == "":
		return badRequest("Command must be non-empty")
	case len(c.Command) > maxCommand:
		return badRequest("Command length must not exceed %d", maxCommand)
	case strings.ContainsFunc(c.Command, func(r rune) bool { return !isWord(r) || r >= 'A' && r <= 'Z' }):
		return badRequest("BOT_COMMAND_INVALID")
	case c.Description == "":
		return badRequest("Command description must be non-empty")
	case units(c.Description) > maxDescription:
		return badRequest("Command description length must not exceed %d", maxDescription)
	}
	return nil
}

func (s *Server) setMyCommands(c *call) (any, *apiError) {
	list, e := readCommands(c.params.text["commands"])
	if e != nil {
		return nil, e
	}
	return s.putCommands(c, list)
}

func (s *Server) deleteMyCommands(c *call) (any, *apiError) { return s.putCommands(c, nil) }

// putCommands stores a list; an empty one is no list, so the next scope counts.
func (s *Server) putCommands(c *call, list []Command) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, e := s.readScope(c.params)
	if e != nil {
		return nil, e
	}
	if len(list) == 0 {
		delete(s.st.Lists, key)
	} else {
		s.st.Lists[key] = list
	}
	for user := range s.subs {
		s.tell(user, Event{Kind: "commands", Chat: user})
	}
	return true, nil
}

func (s *Server) getMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, e := s.readScope(c.params)
	if e != nil {
		return nil, e
	}
	if list := s.st.Lists[key]; list != nil {
		return list, nil
	}
	return []Command{}, nil
}

// commandsFor resolves the list of a private chat: for the chat, for all
// private chats, the default; each first in the person's language
// (core.telegram.org/bots/api#determining-list-of-commands).
func (s *Server) commandsFor(p *person) []Command {
	lang := strings.ToLower(p.LanguageCode)
	lang = lang[:min(2, len(lang))]
	for _, scope := range []string{"chat:" + strconv.FormatInt(p.ID, 10), "all_private_chats", "default"} {
		for _, l := range []string{lang, ""} {
			if list := s.st.Lists[listKey(scope, l)]; list != nil {
				return list
			}
		}
	}
	return nil
}

package standin

import (
	"encoding/json"
	"strconv"
)

func (s *Server) getMe(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return struct {
		*wireUser
		JoinGroups bool `json:"can_join_groups"`
		ReadAll    bool `json:"can_read_all_group_messages"`
		Inline     bool `json:"supports_inline_queries"`
		Business   bool `json:"can_connect_to_business"`
		WebApp     bool `json:"has_main_web_app"`
	}{wireUser: s.wireBot(), JoinGroups: true}, nil
}

// botName is the bot's name in a language, or without one; the user name stands
// in until setMyName.
func (s *Server) botName(lang string) string {
	for _, l := range []string{lang, ""} {
		if n := s.st.Texts["name/"+l]; n != "" {
			return n
		}
	}
	return s.st.Username
}

// setText makes setMyName and the like; limit is in characters. The wording of
// its 400 is the stand-in's own.
func setText(field string, limit int) func(*Server, *call) (any, *apiError) {
	return func(s *Server, c *call) (any, *apiError) {
		lang, text := c.params.text["language_code"], c.params.text[field]
		if e := checkLanguage(lang); e != nil {
			return nil, e
		}
		if units(text) > limit {
			return nil, badRequest("%s is too long", field)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if text == "" {
			delete(s.st.Texts, field+"/"+lang)
		} else {
			s.st.Texts[field+"/"+lang] = text
		}
		return true, nil
	}
}

// getText makes getMyName and the like: the text of the language, else that of
// no language.
func getText(field string) func(*Server, *call) (any, *apiError) {
	return func(s *Server, c *call) (any, *apiError) {
		lang := c.params.text["language_code"]
		if e := checkLanguage(lang); e != nil {
			return nil, e
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		text := s.st.Texts[field+"/"+lang]
		if text == "" {
			text = s.st.Texts[field+"/"]
		}
		if field == "name" {
			text = s.botName(lang)
		}
		return map[string]string{field: text}, nil
	}
}

// menuChat returns the chat of a menu button, 0 for the default one.
func (s *Server) menuChat(p params) (int64, *apiError) {
	id := p.text["chat_id"]
	if id == "" {
		return 0, nil
	}
	n, _ := strconv.ParseInt(id, 10, 64)
	if u := s.st.Users[n]; u == nil || !u.Started {
		return 0, badRequest("chat not found")
	}
	return n, nil
}

func (s *Server) setChatMenuButton(c *call) (any, *apiError) {
	var button struct {
		Type   string `json:"type"`
		Text   string `json:"text,omitempty"`
		WebApp *struct {
			URL string `json:"url"`
		} `json:"web_app,omitempty"`
	}
	button.Type = "default"
	if src := c.params.text["menu_button"]; src != "" {
		if json.Unmarshal([]byte(src), &button) != nil {
			return nil, badRequest("Can't parse menu button JSON object")
		}
		switch button.Type {
		case "default", "commands":
		case "web_app":
			if button.Text == "" || button.WebApp == nil {
				return nil, badRequest("Can't parse menu button: Can't find field \"web_app\"")
			}
			if _, err := checkLink(button.WebApp.URL); err != nil {
				return nil, badRequest("Menu button Web App %s", err)
			}
		default:
			return nil, badRequest("Can't parse menu button: MenuButton has unsupported type")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, e := s.menuChat(c.params)
	if e != nil {
		return nil, e
	}
	s.st.Menus[id] = button
	return true, nil
}

func (s *Server) getChatMenuButton(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, e := s.menuChat(c.params)
	if e != nil {
		return nil, e
	}
	for _, id := range []int64{id, 0} {
		if b := s.st.Menus[id]; b != nil {
			return b, nil
		}
	}
	return map[string]string{"type": "commands"}, nil
}

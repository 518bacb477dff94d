package standin

import (
	"slices"
	"strconv"
)

func (s *Server) getChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toRead)
	if e != nil {
		return nil, e
	}
	return struct {
		wireChat
		Accent    int            `json:"accent_color_id"`
		Reactions int            `json:"max_reaction_count"`
		Gifts     map[string]any `json:"accepted_gift_types"`
	}{s.wireChat(in), int(max(in.ID, -in.ID) % 7), 11, map[string]any{
		"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
		"premium_subscription": false, "gifts_from_channels": false,
	}}, nil
}

func (s *Server) getChatMember(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toRead)
	if e != nil {
		return nil, e
	}
	id, _ := strconv.ParseInt(c.params.text["user_id"], 10, 64)
	if id <= 0 {
		return nil, badRequest("invalid user_id specified")
	}
	if id != s.botID && s.st.Users[id] == nil {
		return nil, badRequest("PARTICIPANT_ID_INVALID")
	}
	status := "left"
	if id == s.botID && !in.Left || slices.Contains(in.Members, id) {
		status = "member"
	}
	return s.memberOf(status, s.wireSender(id)), nil
}

func (s *Server) getChatMemberCount(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toRead)
	if e != nil {
		return nil, e
	}
	n := len(in.Members)
	if !in.Left {
		n++
	}
	return n, nil
}

func (s *Server) leaveChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toEdit)
	if e != nil {
		return nil, e
	}
	if in.Kind == kindPrivate {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	in.Left = true
	return true, nil
}

// MigrateGroup turns a group into a supergroup and returns its new id. Both
// chats get their service message; sends to the old one are then refused with
// migrate_to_chat_id. It returns 0 for an unknown or migrated group.
func (s *Server) MigrateGroup(old int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.st.Chats[old]
	if from == nil || from.Kind != kindGroup || from.MigratedTo != 0 {
		return 0
	}
	id := -1000000000000 - int64(1500000000) + old
	for s.st.Chats[id] != nil {
		id--
	}
	to := &chat{ID: id, Kind: kindSupergroup, Title: from.Title, Members: from.Members}
	s.st.Chats[id] = to
	from.MigratedTo = id
	by := s.botSender()
	if len(from.Members) > 0 && s.st.Users[from.Members[0]] != nil {
		by = s.st.Users[from.Members[0]].sender()
	}
	for _, c := range []*chat{from, to} {
		m := s.add(c, &Message{From: by, Service: "migrated"})
		w := s.wireBare(c, m)
		if c == from {
			w.MigrateTo = id
		} else {
			w.MigrateFrom = old
		}
		s.push("message", w, c.ID, updateLife)
	}
	return id
}

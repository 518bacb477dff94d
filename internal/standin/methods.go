package standin

import (
	_ "embed"
	"strings"
)

// methodsText lists the methods of Bot API 10.1, one a line. A minus sign
// marks those that Telegram has and the stand-in does not. The others carry
// their parameters as name:type, with ! where required. Taken from
// PaulSonOfLars/telegram-bot-api-spec (MIT).
//
//go:embed methods.txt
var methodsText string

// A method is one line of methods.txt.
type method struct {
	name    string
	offered bool
	params  map[string]string // name → chat, int, bool, string, file or json
	run     func(*Server, *call) (any, *apiError)
}

// methods holds every method by its name in small letters: Telegram takes any case.
var methods = readMethods(methodsText)

func readMethods(text string) map[string]*method {
	out := map[string]*method{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		name, missing := strings.CutPrefix(words[0], "-")
		m := &method{name: name, offered: !missing, params: map[string]string{}}
		for _, w := range words[1:] {
			p, kind, _ := strings.Cut(strings.TrimSuffix(w, "!"), ":")
			m.params[p] = kind
		}
		out[strings.ToLower(name)] = m
	}
	for name, run := range handlers() {
		out[strings.ToLower(name)].run = run
	}
	return out
}

func handlers() map[string]func(*Server, *call) (any, *apiError) {
	return map[string]func(*Server, *call) (any, *apiError){
		"getMe":                  (*Server).getMe,
		"getUpdates":             (*Server).getUpdates,
		"setWebhook":             (*Server).setWebhook,
		"deleteWebhook":          (*Server).deleteWebhook,
		"getWebhookInfo":         (*Server).getWebhookInfo,
		"sendMessage":            (*Server).sendMessage,
		"sendDocument":           (*Server).sendDocument,
		"sendPhoto":              (*Server).sendPhoto,
		"sendChatAction":         (*Server).sendChatAction,
		"editMessageText":        (*Server).editMessageText,
		"editMessageCaption":     (*Server).editMessageCaption,
		"editMessageReplyMarkup": (*Server).editMessageReplyMarkup,
		"deleteMessage":          (*Server).deleteMessage,
		"deleteMessages":         (*Server).deleteMessages,
		"pinChatMessage":         (*Server).pinChatMessage,
		"unpinChatMessage":       (*Server).unpinChatMessage,
		"answerCallbackQuery":    (*Server).answerCallbackQuery,
		"getFile":                (*Server).getFile,
		"setMyCommands":          (*Server).setMyCommands,
		"getMyCommands":          (*Server).getMyCommands,
		"deleteMyCommands":       (*Server).deleteMyCommands,
		"setMyName":              setText("name", 64),
		"getMyName":              getText("name"),
		"setMyDescription":       setText("description", 512),
		"getMyDescription":       getText("description"),
		"setMyShortDescription":  setText("short_description", 120),
		"getMyShortDescription":  getText("short_description"),
		"setChatMenuButton":      (*Server).setChatMenuButton,
		"getChatMenuButton":      (*Server).getChatMenuButton,
		"getChat":                (*Server).getChat,
		"getChatMember":          (*Server).getChatMember,
		"getChatMemberCount":     (*Server).getChatMemberCount,
		"leaveChat":              (*Server).leaveChat,
	}
}

package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/bot/outgoing"
)

// A document is a file that a person sent.
type document struct {
	id   string // Telegram's, for the download
	name string
	size int64 // in bytes
}

// A file is one to send.
type file struct {
	name string
	data []byte
}

// sendFile sends f with m's text below it and m's inline buttons.
func (b *Bot) sendFile(ctx context.Context, chat int64, f file, m message) (id int, err error) {
	err = b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Send, Run: func(ctx context.Context) error {
		sent, err := b.API.SendDocument(ctx, &tg.SendDocumentParams{
			ChatID: chat, Document: &models.InputFileUpload{Filename: f.name, Data: bytes.NewReader(f.data)},
			Caption: m.html, ParseMode: models.ParseModeHTML, ReplyMarkup: m.markup(),
			ProtectContent: m.protect, DisableNotification: m.quiet,
		})
		if err == nil {
			id = sent.ID
		}
		return err
	}})
	return id, err
}

// sendPicture sends a PNG with a line below it.
func (b *Bot) sendPicture(ctx context.Context, chat int64, f file, caption string) error {
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Send, Run: func(ctx context.Context) error {
		_, err := b.API.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: chat, Photo: &models.InputFileUpload{Filename: f.name, Data: bytes.NewReader(f.data)}, Caption: caption, ParseMode: models.ParseModeHTML,
		})
		return err
	}})
}

// sendKept sends a file that a person sent before, by Telegram's name for it.
func (b *Bot) sendKept(ctx context.Context, chat int64, file string, m message) error {
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Send, Run: func(ctx context.Context) error {
		_, err := b.API.SendDocument(ctx, &tg.SendDocumentParams{
			ChatID: chat, Document: &models.InputFileString{Data: file}, Caption: m.html, ParseMode: models.ParseModeHTML, ProtectContent: true,
		})
		return err
	}})
}

// maxDownload is the size up to which Telegram hands a bot a file, in bytes.
const maxDownload = 20 << 20

var errTooBig = errors.New("file is too big")

// download fetches a file that a person sent; errTooBig for one that Telegram
// does not hand out.
func (b *Bot) download(ctx context.Context, d document) ([]byte, error) {
	if d.size > maxDownload {
		return nil, errTooBig
	}
	var link string
	err := b.Sender.Do(ctx, outgoing.Call{Kind: outgoing.Other, Run: func(ctx context.Context) error {
		f, err := b.API.GetFile(ctx, &tg.GetFileParams{FileID: d.id})
		if err == nil {
			link = b.API.FileDownloadLink(f)
		}
		return err
	}})
	if err != nil {
		return nil, fmt.Errorf("ask for a file: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, errors.New("download: the link can't be used") // the link holds the token
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, errors.New("download: no answer")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download: status %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxDownload+1))
	if err != nil {
		return nil, errors.New("download: broken off")
	}
	if len(data) > maxDownload {
		return nil, errTooBig
	}
	return data, nil
}

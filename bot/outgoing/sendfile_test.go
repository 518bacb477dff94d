package outgoing

import (
	"context"
	"io"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

func sendFile(ctx context.Context, b *tg.Bot, r io.Reader) error {
	_, err := b.SendDocument(ctx, &tg.SendDocumentParams{ChatID: 7, Document: &models.InputFileUpload{Filename: "x", Data: r}})
	return err
}

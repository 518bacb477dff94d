package service

import (
	"context"

	"github.com/go-telegram/bot/models"
)

// Take handles an update as if it had come from Telegram.
func (z *Service) Take(ctx context.Context, u *models.Update) error { return z.lanes.Take(ctx, u) }

// SetBusy makes the bot think that many people wait, or few.
func (z *Service) SetBusy(is bool) { z.bot.Busy = func() bool { return is } }

// TidyUp does what Zuji does each minute.
func (z *Service) TidyUp(ctx context.Context) { z.tidyUp(ctx) }

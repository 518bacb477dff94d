package redact

import (
	"context"
	"fmt"
	"log/slog"
)

// New returns a handler that hands records to next with everything masked that
// Text masks: in the message, and in every attribute however it is nested.
func New(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, Text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(attr(a))
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(all []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs(all))}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(Text(name))}
}

func attrs(all []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(all))
	for i, a := range all {
		clean[i] = attr(a)
	}
	return clean
}

func attr(a slog.Attr) slog.Attr {
	return slog.Attr{Key: Text(a.Key), Value: value(a.Value.Resolve())}
}

// value masks v. Of what is no text, only what would show something is turned
// into text, so that handlers keep their own form for the rest.
func value(v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindGroup:
		return slog.GroupValue(attrs(v.Group())...)
	case slog.KindString:
		return slog.StringValue(Text(v.String()))
	case slog.KindInt64, slog.KindUint64:
		if s := v.String(); Text(s) != s {
			return slog.StringValue(Text(s))
		}
	case slog.KindAny:
		return anything(v)
	}
	return v
}

// anything masks a value of any type. One whose own method panics, as that of a
// nil pointer may, must not take down who logs it.
func anything(v slog.Value) (clean slog.Value) {
	defer func() {
		if p := recover(); p != nil {
			clean = slog.StringValue(fmt.Sprintf("[%T can't be shown]", v.Any()))
		}
	}()
	switch x := v.Any().(type) {
	case error:
		return slog.StringValue(Text(x.Error()))
	case fmt.Stringer:
		return slog.StringValue(Text(x.String()))
	case []byte:
		return slog.StringValue(Text(string(x)))
	}
	if s := fmt.Sprintf("%+v", v.Any()); Text(s) != s {
		return slog.StringValue(Text(s))
	}
	return v
}

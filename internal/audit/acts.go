package audit

// Acts are the acts that can be logged, by message key, with the names under
// which their texts show the args. A text may show Who and Subject besides.
var Acts = map[string][]string{
	// Registrations.
	"audit.tenancy.submit":   {},
	"audit.tenancy.resubmit": {},
	"audit.tenancy.desk":     {},
	"audit.tenancy.accept":   {},
	"audit.tenancy.return":   {},
	"audit.tenancy.reject":   {},
	"audit.tenancy.withdraw": {},
	"audit.tenancy.file":     {},
	"audit.tenancy.filing":   {},
	"audit.tenancy.expire":   {},
	"audit.tenancy.continue": {},
	"audit.tenancy.change":   {},
	"audit.tenancy.renew":    {},
	"audit.tenancy.end":      {},
	"audit.tenancy.close":    {},
	"audit.tenancy.reveal":   {},
	"audit.desk.offer":       {},
	"audit.desk.takeover":    {},
	"audit.tenant.invite":    {},
	"audit.tenant.revoke":    {},
	"audit.tenant.open":      {},
	"audit.tenant.confirm":   {},
	"audit.tenant.object":    {},

	// The register in and out.
	"audit.ledger.send":      {},
	"audit.ledger.import":    {},
	"audit.register.extract": {"For", "Count"},
	"audit.export":           {"Kind", "Count"},
	"audit.homes.add":        {},
	"audit.home.set":         {},
	"audit.stay.add":         {},
	"audit.stay.end":         {},

	// Notices, reminders, questions.
	"audit.duty.send":       {},
	"audit.duty.remind":     {},
	"audit.duty.read":       {},
	"audit.obligation.done": {},
	"audit.remind.done":     {"Kind"},
	"audit.reminder.set":    {},
	"audit.reminder.pause":  {},
	"audit.reminder.drop":   {},
	"audit.question.add":    {},
	"audit.question.retire": {},
	"audit.question.move":   {},

	// Compounds and those who work for them.
	"audit.compound.add":     {},
	"audit.compound.change":  {},
	"audit.compound.archive": {},
	"audit.compound.open":    {},
	"audit.staff.invite":     {},
	"audit.staff.join":       {},
	"audit.role.give":        {"Role", "Compound"},
	"audit.role.remove":      {"Role", "Compound"},
	"audit.role.change":      {"Role", "Before", "Compound"},

	// Administration.
	"audit.broadcast.send":   {"Count"},
	"audit.broadcast.pause":  {},
	"audit.broadcast.resume": {},
	"audit.broadcast.stop":   {},
	"audit.user.reset":       {},
	"audit.user.handover":    {"To"},
	"audit.user.block":       {},
	"audit.user.unblock":     {},
	"audit.notice.resend":    {},
	"audit.update.settle":    {},
	"audit.settings.change":  {"Setting"},
	"audit.holidays.load":    {"Year"},
	"audit.notice.change":    {"Version"},

	// Running it.
	"audit.backup":   {},
	"audit.restore":  {},
	"audit.rekey":    {},
	"audit.resealed": {"Count"},
	"audit.repair":   {"Kind"},
	"audit.head":     {"Count"},

	// Privacy.
	"audit.data.export":   {},
	"audit.data.correct":  {},
	"audit.data.delete":   {},
	"audit.data.withdraw": {},
	"audit.data.agree":    {},
	"audit.data.erase":    {"Request"},
	"audit.retention.run": {"Kind", "Count"},
}

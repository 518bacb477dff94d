package bot

import (
	"strconv"

	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// begins names the conversation that a button begins.
var begins = map[verb]string{
	doReturn: "returning", doReject: "rejecting", doReveal: "revealing",
	doCorrect: "correction", doFiling: "filing", doFiled: "filed",
	doNewDuty: "notice",
	doRenew:   "renewal", doChange: "change", doEnd: "ending",
	doObject: "objecting", doResume: "draft", doAddQuestion: "question",
	doStay: "stay", doAddHomes: "homes", doExtract: "extract", doOwnEdit: "own", doFulfil: "fulfil", doEditCompound: "compound",
}

// do carries out a button outside a form. What its argument names is looked up,
// and whether the person may do it is decided from the records.
func (c *conversation) do(v verb, arg string) (changed bool, err error) {
	if flow, ok := begins[v]; ok {
		if c.down != nil {
			return false, c.sorry()
		}
		return true, c.begin(pending{Flow: flow, Arg: arg})
	}
	switch v {
	case doCommand:
		return c.commanded(arg, "")
	case doPicked:
		return c.pickedDay(arg)
	case doDelete:
		return c.deleteAll(arg)
	}
	act, ok := actions()[v]
	if !ok {
		c.later(func() error { return c.toast(c.to.Plain(form.T("toast.unknown"))) })
		return false, nil
	}
	return false, act(c, arg)
}

// actions are the buttons that answer at once. It is a function because the
// answers refer to it.
func actions() map[verb]func(c *conversation, arg string) error {
	return map[verb]func(c *conversation, arg string) error{
		doAccept: (*conversation).accept,
		doNext:   (*conversation).queueFrom,
		doOpen:   (*conversation).openByID,
		doFold:   func(c *conversation, _ string) error { c.fold(); return nil },
		doOffer:  (*conversation).offer,
		doCard:   (*conversation).details,
		doContinue: func(c *conversation, id string) error {
			t, err := c.Registry.Continue(c.ctx, id, c.in.from.ID)
			return c.moved(t, err, "life.continued")
		},
		doClose: func(c *conversation, id string) error {
			t, err := c.Registry.Close(c.ctx, id, c.in.from.ID)
			return c.moved(t, err, "life.closed")
		},
		doWithdraw: (*conversation).withdraw,
		doWithdrawYes: func(c *conversation, id string) error {
			t, err := c.Registry.Withdraw(c.ctx, id, c.in.from.ID)
			return c.moved(t, err, "life.withdrawn")
		},
		doHistory:      (*conversation).history,
		doTenants:      (*conversation).tenants,
		doInviteTenant: (*conversation).inviteTenant,
		doRevoke:       (*conversation).revokeTenant,
		doRented:       (*conversation).rented,
		doConfirm:      (*conversation).confirm,
		doPaper:        (*conversation).paper,
		doItem:         (*conversation).openItem,
		doDone:         (*conversation).itemDone,
		doNoMore:       (*conversation).itemNoMore,
		doLater:        (*conversation).putOff,
		doSnooze:       (*conversation).snooze,
		doPick:         (*conversation).pickDay,
		doSetting:      (*conversation).set,
		doHomes:        (*conversation).buildings,
		doBuilding:     (*conversation).building,
		doHome:         (*conversation).home,
		doStayEnd:      (*conversation).endStay,
		doHomeOwner:    func(c *conversation, arg string) error { return c.setHome(arg, tenancy.HomeOwner) },
		doHomeEmpty:    func(c *conversation, arg string) error { return c.setHome(arg, tenancy.HomeEmpty) },
		doHomeUnknown:  func(c *conversation, arg string) error { return c.setHome(arg, tenancy.HomeUnknown) },
		doLedgerFor:    (*conversation).ledgerFor,
		doImport:       (*conversation).importLedger,
		doOwnPause:     func(c *conversation, id string) error { return c.pauseOwn(id, true) },
		doOwnGoOn:      func(c *conversation, id string) error { return c.pauseOwn(id, false) },
		doOwnDrop:      (*conversation).dropOwn,
		doAudit:        (*conversation).auditBefore,
		doAuditHead:    (*conversation).auditHead,
		doStats:        (*conversation).statsOf,
		doChart:        (*conversation).chart,
		doEvidence:     (*conversation).evidence,
		doAgenda:       (*conversation).agenda,
		doMine: func(c *conversation, from string) error {
			n, _ := strconv.Atoi(from) // a forged position shows the first page
			return c.minePage(n)
		},
		doDrop:   (*conversation).drop,
		doSpeak:  func(c *conversation, l string) error { return c.speak(locales.Language(l)) },
		doInvite: (*conversation).invite,

		doStaff:   (*conversation).staffIn,
		doMember:  (*conversation).member,
		doManager: giveRole(tenancy.Manager),
		doReader:  giveRole(tenancy.Reader),
		doDismiss: giveRole(""),

		doUser:         (*conversation).userCard,
		doUserReset:    (*conversation).resetUser,
		doUserHandOver: (*conversation).handOverUser,
		doUserBlock:    blockUser(true),
		doUserUnblock:  blockUser(false),
		doRetry:        (*conversation).retry,
		doGiveUp:       (*conversation).giveUp,
		doResend:       (*conversation).resend,

		doCompound:  (*conversation).compoundCard,
		doCode:      (*conversation).code,
		doArchive:   (*conversation).askArchive,
		doArchived:  archive(true),
		doUnarchive: archive(false),

		doCast:      (*conversation).sendBroadcast,
		doCastPause: setBroadcast(tenancy.CastPaused),
		doCastGoOn:  setBroadcast(tenancy.CastSending),
		doCastStop:  setBroadcast(tenancy.CastStopped),
		doCastDrop:  setBroadcast(tenancy.CastDropped),

		doListQuestions:   question(doListQuestions),
		doMoveQuestion:    question(doMoveQuestion),
		doRetireQuestion:  question(doRetireQuestion),
		doRetiredQuestion: question(doRetiredQuestion),

		doNotice:    (*conversation).noticeOf,
		doAgree:     (*conversation).agree,
		doUnconsent: (*conversation).unconsent,
		doErase:     (*conversation).erase,
		doErased:    (*conversation).eraseYes,

		doDutyList:   (*conversation).listDuties,
		doDutyUnread: (*conversation).unreadDuty,
		doRemindDuty: (*conversation).remindDuty,
		doReadDuty:   (*conversation).readDuty,
	}
}

func question(v verb) func(*conversation, string) error {
	return func(c *conversation, arg string) error { return c.questionButton(v, arg) }
}

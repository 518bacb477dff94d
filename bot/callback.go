package bot

import (
	"strconv"
	"strings"

	"zuji/internal/form"
)

// Callback data is what a button carries: at most 64 bytes of ASCII. It comes
// back from the person's app, so it may be old, doubled, forwarded or forged;
// nothing in it is believed without looking at the session or the records.
//
//	f:<session>:<revision, base 36>:<act>:<field>:<value>   a form's button
//	a:<verb>:<argument>                                     any other
const maxCallback = 64

func formData(b form.Button) string {
	return strings.Join([]string{
		"f", b.Session, strconv.FormatInt(int64(b.Rev), 36), string(b.Act), b.Field, b.Value}, ":")
}

func parseForm(data string) (form.Button, bool) {
	parts := strings.SplitN(data, ":", 6)
	if len(parts) != 6 || parts[0] != "f" || len(data) > maxCallback {
		return form.Button{}, false
	}
	rev, err := strconv.ParseInt(parts[2], 36, 32)
	if err != nil || rev < 0 {
		return form.Button{}, false
	}
	return form.Button{Session: parts[1], Rev: int(rev), Act: form.Act(parts[3]), Field: parts[4], Value: parts[5]}, true
}

// A verb is what a button outside a form does.
type verb string

// The verbs, with their arguments.
const (
	doCommand      verb = "cmd"      // a command's name
	doAccept       verb = "accept"   // tenancy.round
	doReturn       verb = "return"   // tenancy.round
	doReject       verb = "reject"   // tenancy.round
	doNext         verb = "next"     // tenancy: the one in the queue after it
	doOpen         verb = "open"     // tenancy: its card, for whoever may see it
	doReveal       verb = "reveal"   // tenancy
	doFold         verb = "fold"     // tenancy
	doOffer        verb = "offer"    // tenancy
	doCorrect      verb = "correct"  // tenancy
	doFiling       verb = "filing"   // tenancy
	doFiled        verb = "filed"    // tenancy
	doCard         verb = "card"     // tenancy
	doRenew        verb = "renew"    // tenancy
	doChange       verb = "change"   // tenancy
	doEnd          verb = "end"      // tenancy
	doContinue     verb = "goon"     // tenancy
	doClose        verb = "close"    // tenancy
	doWithdraw     verb = "withdraw" // tenancy
	doWithdrawYes  verb = "withdrew" // tenancy
	doHistory      verb = "history"  // tenancy
	doTenants      verb = "tenants"  // tenancy
	doInviteTenant verb = "asktn"    // tenancy.person
	doRevoke       verb = "revoke"   // tenancy.person
	doRented       verb = "rented"   // tenancy
	doConfirm      verb = "confirm"  // tenancy
	doObject       verb = "object"   // tenancy
	doPaper        verb = "paper"    // kind.tenancy, or poster.compound
	doItem         verb = "item"     // kind.tenancy of a reminder, as those below
	doDone         verb = "done"
	doNoMore       verb = "nomore"
	doLater        verb = "later"
	doSnooze       verb = "snooze" // when.kind.tenancy
	doPick         verb = "cal"    // what for, and a month
	doPicked       verb = "day"    // what for, and a day
	doSetting      verb = "set"    // name.value
	doHomes        verb = "homes"  // compound
	doBuilding     verb = "build"  // compound.position.building
	doHome         verb = "home"   // compound.unit, as those below
	doHomeOwner    verb = "howner"
	doHomeEmpty    verb = "hempty"
	doHomeUnknown  verb = "hunkn"
	doStay         verb = "stay"
	doStayEnd      verb = "stayend" // stay.compound.unit
	doAddHomes     verb = "addhm"   // compound
	doLedgerFor    verb = "ledger"  // compound
	doImport       verb = "import"  // import
	doExtract      verb = "extract" // compound
	doOwnEdit      verb = "oedit"   // reminder, as those below
	doOwnPause     verb = "opause"
	doOwnGoOn      verb = "ogoon"
	doOwnDrop      verb = "odrop"
	doFulfil       verb = "fulfil" // obligation
	doAgenda       verb = "agenda" // obligation
	doEvidence     verb = "proof"  // obligation
	doAudit        verb = "audit"  // place in the log
	doAuditHead    verb = "ahead"
	doStats        verb = "stats"  // compound, or all
	doChart        verb = "chart"  // kind.compound
	doMine         verb = "mine"   // position
	doResume       verb = "resume" // session of a saved draft
	doDrop         verb = "drop"   // session of a saved draft
	doSpeak        verb = "speak"  // language
	doStaff        verb = "staff"  // compound, or admin
	doInvite       verb = "invite" // role.compound
	doMember       verb = "member" // person.compound, as those below
	doManager      verb = "mkmgr"
	doReader       verb = "mkread"
	doDismiss      verb = "dismiss"
	doUser         verb = "user" // person, as those below
	doUserReset    verb = "urst"
	doUserHandOver verb = "uhand" // person.compound
	doUserBlock    verb = "ublk"
	doUserUnblock  verb = "uunblk"
	doRetry        verb = "retry"  // update set aside
	doGiveUp       verb = "giveup" // update set aside
	doResend       verb = "resend" // outbox row, by its reference
	doCompound     verb = "comp"   // compound, as those below
	doEditCompound verb = "comped"
	doCode         verb = "compqr"
	doArchive      verb = "compar" // asks first
	doArchived     verb = "compars"
	doUnarchive    verb = "compun"
	doCast         verb = "cast" // broadcast, as those below
	doCastPause    verb = "castp"
	doCastGoOn     verb = "castg"
	doCastStop     verb = "casts"
	doCastDrop     verb = "castd"

	doAddQuestion     verb = "qadd"  // compound
	doListQuestions   verb = "qlist" // compound.question.place, as those below
	doMoveQuestion    verb = "qmove"
	doRetireQuestion  verb = "qend" // asks first
	doRetiredQuestion verb = "qends"

	doNotice    verb = "pnotice" // version of the privacy notice
	doAgree     verb = "pagree"  // version of the privacy notice
	doUnconsent verb = "punask"  // yes, or asks
	doDelete    verb = "delete"  // yes, or asks
	doErase     verb = "erase"   // tenancy: asks
	doErased    verb = "erased"  // how.tenancy

	doNewDuty    verb = "dnew"    // compound
	doDutyList   verb = "dlist"   // compound.position
	doDutyUnread verb = "dunread" // duty notice.position
	doRemindDuty verb = "dremind" // duty notice.round
	doReadDuty   verb = "dread"   // duty notice
)

func actionData(v verb, arg string) string { return "a:" + string(v) + ":" + arg }

func parseAction(data string) (verb, string, bool) {
	rest, ok := strings.CutPrefix(data, "a:")
	if !ok || len(data) > maxCallback {
		return "", "", false
	}
	v, arg, ok := strings.Cut(rest, ":")
	return verb(v), arg, ok
}

// roundArg joins a tenancy's id and the round of its review.
func roundArg(id string, round int) string { return id + "." + strconv.Itoa(round) }

func parseRound(arg string) (id string, round int) {
	id, number, _ := strings.Cut(arg, ".")
	round, err := strconv.Atoi(number)
	if err != nil {
		return id, -1
	}
	return id, round
}

package service_test

import "testing"

// Another form waits behind the question what to do with the one under way: who
// answers the old one's question goes on with it and the other waits no longer; who
// says that they leave is asked again, and the other follows.
func TestPending_WaitsUntilTheyGoOn(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	begun := func() {
		t.Helper()
		wang.opens("3栋1单元502室", "🔁 续租")
		wang.asked("起再租多久")
		wang.says("24 个月")
		wang.asked("每月租金多少")
		wang.says("/register")
		wang.asked("您还有一份没填完的表")
	}
	begun()
	wang.says("3500")
	wang.asked("请核对")
	wang.says("取消")
	wang.asked("要退出吗")
	wang.says("放弃")
	wang.asked("已放弃")

	begun()
	wang.says("取消")
	wang.asked("您还有一份没填完的表")
	wang.says("放弃")
	wang.asked("哪一栋")
}

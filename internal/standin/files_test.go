package standin

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

// upload sends a file by multipart; it must succeed.
func (w *world) upload(method, field, name string, data []byte, more map[string]string) wireMessage {
	w.t.Helper()
	r := w.tryUpload(method, field, name, data, more)
	if !r.OK {
		w.t.Fatalf("%s: %s", method, r.Description)
	}
	var m wireMessage
	if err := json.Unmarshal(r.Result, &m); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) tryUpload(method, field, name string, data []byte, more map[string]string) result {
	w.t.Helper()
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	if more["chat_id"] == "" {
		_ = parts.WriteField("chat_id", "1001")
	}
	for k, v := range more {
		_ = parts.WriteField(k, v)
	}
	f, err := parts.CreateFormFile(field, name)
	if err != nil {
		w.t.Fatal(err)
	}
	_, _ = f.Write(data)
	_ = parts.Close()
	return w.post(method, parts.FormDataContentType(), b.Bytes())
}

func picture(t *testing.T, width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSendDocument_ComesBackByGetFile(t *testing.T) {
	w := started(t)
	m := w.upload("sendDocument", "document", "租约.pdf", []byte("%PDF-1"), map[string]string{"caption": "<b>x</b>", "parse_mode": "HTML"})
	if m.Document.Name != "租约.pdf" || m.Document.MIME != "application/pdf" || m.Document.Size != 6 || m.Caption != "x" || m.Document.UniqueID == "" {
		t.Fatalf("%+v", m.Document)
	}
	again := w.call("sendDocument", args{"chat_id": ann, "document": m.Document.FileID})
	if !again.OK {
		t.Errorf("by file_id: %+v", again)
	}
	var f wireFile
	w.ok("getFile", args{"file_id": m.Document.FileID}, &f)
	get := func() (int, string) {
		resp, err := http.Get(w.url + "/file/bot" + testToken + "/" + f.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	if code, body := get(); code != 200 || body != "%PDF-1" {
		t.Errorf("%d %s", code, body)
	}
	w.clock.add(linkLife)
	if code, _ := get(); code != 404 {
		t.Errorf("after an hour: %d", code)
	}
	w.ok("getFile", args{"file_id": m.Document.FileID}, nil)
	if code, _ := get(); code != 200 {
		t.Errorf("after a new getFile: %d", code)
	}
	if name, data, err := w.ann.File(m.Document.FileID); err != nil || name != "租约.pdf" || string(data) != "%PDF-1" {
		t.Errorf("in the app: %s %s %v", name, data, err)
	}
}

func TestSendPhoto(t *testing.T) {
	w := started(t)
	m := w.upload("sendPhoto", "photo", "a.png", picture(t, 640, 480), nil)
	if len(m.Photo) != 2 || m.Photo[1].Width != 640 || m.Photo[0].Width != 320 || m.Photo[0].Height != 240 {
		t.Errorf("%+v", m.Photo)
	}
	for _, size := range m.Photo {
		w.ok("getFile", args{"file_id": size.FileID}, nil)
	}
	if m := w.upload("sendPhoto", "photo", "a.png", picture(t, 10, 10), nil); len(m.Photo) != 1 {
		t.Errorf("small: %+v", m.Photo)
	}
	w.refused("sendDocument", args{"chat_id": ann, "document": m.Photo[1].FileID}, 400, "can't use file of type Photo as Document")
}

func TestFiles_Refused(t *testing.T) {
	w := started(t)
	for _, c := range []struct {
		method, field string
		data          []byte
		more          map[string]string
		want          string
	}{
		{"sendPhoto", "photo", []byte("no picture"), nil, "Bad Request: IMAGE_PROCESS_FAILED"},
		{"sendPhoto", "photo", picture(t, 1000, 10), nil, "Bad Request: PHOTO_INVALID_DIMENSIONS"},
		{"sendPhoto", "photo", make([]byte, maxPhoto+1), nil, "Bad Request: file is too big"},
		{"sendPhoto", "photograph", []byte("x"), nil, "Bad Request: there is no photo in the request"},
		{"sendDocument", "document", nil, nil, "Bad Request: file must be non-empty"},
		{"sendDocument", "document", make([]byte, maxUpload+1), nil, "Request Entity Too Large"},
		{"sendDocument", "document", make([]byte, maxBody+1), nil, "Request Entity Too Large"},
		{"sendDocument", "document", []byte("x"), map[string]string{"caption": strings.Repeat("x", maxCaption+1)}, "Bad Request: message caption is too long"},
		{"sendDocument", "document", []byte("x"), map[string]string{"chat_id": "7"}, "Bad Request: chat not found"},
		{"sendDocument", "other", []byte("x"), map[string]string{"document": "http://a.b/c"}, "Bad Request: failed to get HTTP URL content"},
		{"sendDocument", "other", []byte("x"), map[string]string{"document": "nonsense"}, "Bad Request: wrong remote file identifier specified"},
	} {
		if r := w.tryUpload(c.method, c.field, "x.png", c.data, c.more); !strings.HasPrefix(r.Description, c.want) {
			t.Errorf("%s %s: %+v, want %s", c.method, c.field, r, c.want)
		}
	}
	if m := w.upload("sendDocument", "part", "x.bin", []byte("x"), map[string]string{"document": "attach://part"}); m.Document.MIME != "application/octet-stream" {
		t.Errorf("attach://: %+v", m.Document)
	}
	w.refused("getFile", args{}, 400, "file_id not specified")
	w.refused("getFile", args{"file_id": "x"}, 400, "wrong file_id or the file is temporarily unavailable")
	big, err := w.ann.SendFile("big.bin", "application/octet-stream", make([]byte, maxDownload+1), "")
	if err != nil {
		t.Fatal(err)
	}
	w.refused("getFile", args{"file_id": big.Document.FileID}, 400, "file is too big")
}

func TestClient_SendFileChoosesTheKind(t *testing.T) {
	w := started(t)
	photo, err := w.ann.SendFile("a.png", "image/png", picture(t, 5, 5), "")
	if err != nil || photo.Photo == nil {
		t.Errorf("%+v %v", photo, err)
	}
	doc, err := w.ann.SendFile("a.png", "image/png", []byte("no picture"), "")
	if err != nil || doc.Document == nil {
		t.Errorf("%+v %v", doc, err)
	}
	if name, _, err := w.ann.File(photo.Photo.FileID); name != "photo.png" || err != nil {
		t.Errorf("%s %v", name, err)
	}
	if _, err := w.ann.SendFile("a", "", nil, ""); err == nil {
		t.Error("empty file was sent")
	}
	w.clock.add(time.Second)
}

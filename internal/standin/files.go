package standin

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"image"
	_ "image/gif"  // photos may be GIF,
	_ "image/jpeg" // JPEG
	_ "image/png"  // or PNG
	"math/big"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	maxDownload = 20 << 20
	maxUpload   = 50 << 20
	maxPhoto    = 10 << 20
	linkLife    = time.Hour // "at least one hour"; here not longer
)

// stored is one file on Telegram's servers.
type stored struct {
	File
	UniqueID string
	Data     []byte
	Path     string // of the download; "": getFile was not called
}

// link is one download address.
type link struct {
	FileID  string
	Expires time.Time
}

func randomText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b)
}

func randomDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1e9))
	if err != nil {
		panic("standin: no randomness: " + err.Error())
	}
	return strconv.FormatInt(1e9+n.Int64(), 10)
}

// keep stores a file and returns it as a message shows it.
func (s *Server) keep(prefix string, f File, data []byte) *File {
	f.FileID = prefix + randomText(45)
	f.Size = int64(len(data))
	s.st.Files[f.FileID] = &stored{File: f, UniqueID: "AgAD" + randomText(9), Data: data}
	return &f
}

func (s *Server) wireFile(f File) wireFile {
	w := wireFile{FileID: f.FileID, Name: f.Name, MIME: f.MIME, Width: f.Width, Height: f.Height, Size: f.Size}
	if st := s.st.Files[f.FileID]; st != nil {
		w.UniqueID = st.UniqueID
	}
	return w
}

// wirePhoto lists the sizes of a photo, the largest last. The small one has an
// id of its own that leads to the same bytes: nothing is scaled.
func (s *Server) wirePhoto(f File) []wireFile {
	big := s.wireFile(f)
	big.Name, big.MIME = "", ""
	if f.Width <= 320 && f.Height <= 320 {
		return []wireFile{big}
	}
	small := big
	small.FileID, small.UniqueID = "s"+big.FileID, "s"+big.UniqueID
	scale := 320 / float64(max(f.Width, f.Height))
	small.Width, small.Height = max(1, int(float64(f.Width)*scale)), max(1, int(float64(f.Height)*scale))
	return []wireFile{small, big}
}

// file finds a stored file by any of its ids.
func (s *Server) file(id string) *stored {
	if f := s.st.Files[id]; f != nil {
		return f
	}
	if rest, ok := strings.CutPrefix(id, "s"); ok && s.st.Files[rest] != nil && s.st.Files[rest].Width > 0 {
		return s.st.Files[rest]
	}
	return nil
}

func checkCaption(f formatted) *apiError {
	if f.units > maxCaption {
		return badRequest("message caption is too long")
	}
	return nil
}

// given returns the file of a parameter: uploaded, or known by its file_id.
func (s *Server) given(p params, name string) (up *Upload, id string, e *apiError) {
	value := p.text[name]
	up = p.files[name]
	if part, ok := strings.CutPrefix(value, "attach://"); ok {
		up, value = p.files[part], ""
	}
	switch {
	case up != nil && len(up.data) == 0:
		return nil, "", badRequest("file must be non-empty")
	case up != nil && len(up.data) > maxUpload:
		return nil, "", &apiError{code: 413, text: "Request Entity Too Large"}
	case up == nil && value == "":
		return nil, "", badRequest("there is no %s in the request", name)
	case strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://"):
		return nil, "", badRequest("failed to get HTTP URL content") // the stand-in has no network
	}
	return up, value, nil
}

func (s *Server) sendDocument(c *call) (any, *apiError) {
	return s.sendFile(c, "document", func(up *Upload, m *Message) *apiError {
		kind := up.mime
		if kind == "" || kind == "application/octet-stream" {
			kind = cmp.Or(mime.TypeByExtension(filepath.Ext(up.Name)), "application/octet-stream")
		}
		kind, _, _ = strings.Cut(kind, ";")
		m.Document = s.keep("BQACAgUAAxkD", File{Name: filepath.Base(up.Name), MIME: kind}, up.data)
		return nil
	})
}

func (s *Server) sendPhoto(c *call) (any, *apiError) {
	return s.sendFile(c, "photo", func(up *Upload, m *Message) *apiError {
		f, e := photoFile(up.data)
		if e != nil {
			return e
		}
		m.Photo = s.keep("AgACAgUAAxkD", f, up.data)
		return nil
	})
}

// photoFile checks a picture by Telegram's rules for photos: 10 MB, width and
// height together at most 10,000, no side more than 20 times the other.
func photoFile(data []byte) (File, *apiError) {
	if len(data) > maxPhoto {
		return File{}, badRequest("file is too big for a photo")
	}
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return File{}, badRequest("IMAGE_PROCESS_FAILED")
	}
	w, h := cfg.Width, cfg.Height
	if w+h > 10000 || w > 20*h || h > 20*w {
		return File{}, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	return File{MIME: "image/" + kind, Width: w, Height: h}, nil
}

// sendFile sends an upload, or a file that Telegram has already.
func (s *Server) sendFile(c *call, name string, put func(*Upload, *Message) *apiError) (any, *apiError) {
	up, id, e := s.given(c.params, name)
	if e != nil {
		return nil, e
	}
	f, e := c.params.readText("caption", "caption_entities")
	if e != nil {
		return nil, e
	}
	m := &Message{Text: f.text, Entities: f.entities}
	return s.send(c, m, func() *apiError {
		if e := checkCaption(f); e != nil {
			return e
		}
		if up != nil {
			return put(up, m)
		}
		return s.reuse(id, name, m)
	})
}

func (s *Server) reuse(id, name string, m *Message) *apiError {
	f := s.file(id)
	if f == nil {
		return badRequest("wrong remote file identifier specified: Wrong string length")
	}
	isPhoto := f.Width > 0
	switch {
	case name == "photo" && isPhoto:
		m.Photo = &f.File
	case name == "document" && !isPhoto:
		m.Document = &f.File
	case isPhoto:
		return badRequest("can't use file of type Photo as Document")
	default:
		return badRequest("can't use file of type Document as Photo")
	}
	return nil
}

func (s *Server) getFile(c *call) (any, *apiError) {
	id := c.params.text["file_id"]
	if id == "" {
		return nil, badRequest("file_id not specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file(id)
	if f == nil {
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	}
	if f.Size > maxDownload {
		return nil, badRequest("file is too big")
	}
	if f.Path == "" {
		dir, ext := "documents", filepath.Ext(f.Name)
		if f.Width > 0 {
			dir, ext = "photos", ".jpg"
		}
		f.Path = dir + "/file_" + strconv.Itoa(len(s.st.Paths)) + ext
	}
	s.st.Paths[f.Path] = &link{f.FileID, s.now().Add(linkLife)}
	return wireFile{FileID: id, UniqueID: f.UniqueID, Size: f.Size, Path: f.Path}, nil
}

// serveFile answers /file/bot<token>/<path>.
func (s *Server) serveFile(w http.ResponseWriter, _ *http.Request, rest string) {
	token, path, _ := strings.Cut(rest, "/")
	if e := s.checkToken(token); e != nil {
		s.answer(w, nil, e)
		return
	}
	s.mu.Lock()
	var data []byte
	found := false
	if l := s.st.Paths[path]; l != nil && s.now().Before(l.Expires) {
		data, found = s.st.Files[l.FileID].Data, true
	}
	s.mu.Unlock()
	if !found {
		s.answer(w, nil, &apiError{code: 404, text: "Not Found"})
		return
	}
	s.date(w)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // a client that has gone needs no answer
}

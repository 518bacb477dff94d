package demo

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"zuji/internal/standin"
)

// maxBody bounds a JSON request, in bytes: 4096 characters escaped, and room.
const maxBody = 64 << 10

// maxFile is the largest file a bot can fetch from Telegram, in bytes
// (Bot API, getFile: 20 MB).
const maxFile = 20 << 20

// request is the body of every JSON call; each call reads its own fields.
type request struct {
	User    int64  `json:"user"`
	Message int    `json:"message"`
	Text    string `json:"text"`
	Data    string `json:"data"`
	Payload string `json:"payload"`
}

// post decodes a request, finds the person's app and writes what do returns.
func post(d *demo, do func(*standin.Client, request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		dec.DisallowUnknownFields()
		var req request
		if err := dec.Decode(&req); err != nil {
			refuse(w, bodyStatus(err), "the body is not a request in JSON")
			return
		}
		client, ok := d.client(req.User)
		if !ok {
			refuse(w, http.StatusNotFound, "nobody on this page has that id")
			return
		}
		v, err := do(client, req)
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		reply(w, v)
	}
}

func (d *demo) send(c *standin.Client, r request) (any, error) { return c.Send(r.Text) }

func (d *demo) start(c *standin.Client, r request) (any, error) { return c.Start(r.Payload) }

func (d *demo) press(c *standin.Client, r request) (any, error) {
	id, err := c.Press(r.User, r.Message, r.Data)
	return map[string]string{"queryId": id}, err
}

func (d *demo) contact(c *standin.Client, _ request) (any, error) { return c.ShareContact() }

func (d *demo) edit(c *standin.Client, r request) (any, error) {
	return struct{}{}, c.Edit(r.Message, r.Text)
}

func (d *demo) delete(c *standin.Client, r request) (any, error) {
	c.Delete(r.Message)
	return struct{}{}, nil
}

// upload takes multipart/form-data with the fields user, caption and file.
func (d *demo) upload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+maxBody)
	f, head, err := r.FormFile("file")
	if err != nil {
		refuse(w, bodyStatus(err), "the body holds no file")
		return
	}
	defer r.MultipartForm.RemoveAll()
	defer f.Close()
	user, _ := strconv.ParseInt(r.FormValue("user"), 10, 64)
	client, ok := d.client(user)
	if !ok {
		refuse(w, http.StatusNotFound, "nobody on this page has that id")
		return
	}
	data, err := io.ReadAll(f)
	if err != nil {
		refuse(w, http.StatusBadRequest, "the file was cut off")
		return
	}
	m, err := client.SendFile(head.Filename, head.Header.Get("Content-Type"), data, r.FormValue("caption"))
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	reply(w, m)
}

func bodyStatus(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": why})
}

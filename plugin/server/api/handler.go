package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// handle answers a request, or returns why not; a *contract.CodedError keeps its code, anything else is internal.
type handle func(w http.ResponseWriter, r *http.Request) error

type methods map[string]handle

// methods of one path; others are refused with those that it has.
func (a *API) methods(table methods) http.Handler {
	allowed := strings.Join(slices.Sorted(maps.Keys(table)), ", ")
	return a.handler(func(w http.ResponseWriter, r *http.Request) error {
		run, ok := table[r.Method]
		if !ok {
			w.Header().Set("Allow", allowed)
			return contract.Refuse(contract.CodeMethodNotAllowed, "This path accepts %s, not %s.", allowed, r.Method)
		}
		return run(w, r)
	})
}

// handler turns errors and panics into answers: a panic that gets out would kill the plugin's process.
func (a *API) handler(run handle) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				a.Log.Error("A request made the plugin panic", "path", r.URL.Path, "request_id", requestID(r),
					"panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
				a.writeError(w, r, contract.Refuse(contract.CodeInternal, ""))
			}
		}()
		if err := run(w, r); err != nil {
			a.writeError(w, r, err)
		}
	})
}

func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	return id
}

// retryAfterS goes with every 429.
const retryAfterS = "1"

// writeError answers with what went wrong, and logs what is our fault.
func (a *API) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var coded *contract.CodedError
	if !errors.As(err, &coded) {
		coded = contract.Refuse(contract.CodeInternal, "")
		coded.Cause = err
	}
	if coded.Status() >= http.StatusInternalServerError {
		a.Log.Error("A request failed", "path", r.URL.Path, "code", coded.Code, "request_id", requestID(r), "err", coded.Error())
	}
	WriteError(w, coded, requestID(r))
}

// WriteError answers with a refusal.
func WriteError(w http.ResponseWriter, refusal *contract.CodedError, requestID string) {
	status := refusal.Status()
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", retryAfterS)
	}
	writeJSON(w, status, contract.ErrorBody{Error: refusal.Message, Code: refusal.Code, RequestID: &requestID, Seq: refusal.Seq})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // every type of the contract can be written
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(data) // whoever does not listen any more is not told
}

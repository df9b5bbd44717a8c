// Package api is the plugin's REST interface (contract/openapi.yaml). Handlers decode, ask who calls and what he may, call
// delivery, and encode.
package api

import (
	"context"
	"net/http"

	"github.com/gorilla/mux"
	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Error(message string, keyValuePairs ...any)
}

// Deps is what the handlers work with.
type Deps struct {
	Auth     *auth.Auth
	View     *view.View
	Delivery *delivery.Delivery
	Log      Logger
	Version  string
	// WidgetDefault and TrustedBots are asked at every GET /config.
	WidgetDefault func() contract.WidgetMode
	TrustedBots   func() []string
}

// API is an http.Handler. Build it once.
type API struct {
	Deps
	router *mux.Router
}

// New makes the router.
func New(deps Deps) *API {
	a := &API{Deps: deps, router: mux.NewRouter()}
	a.router.NotFoundHandler = a.handler(func(http.ResponseWriter, *http.Request) error {
		return contract.Refuse(contract.CodeNotFound, "")
	})
	v1 := a.router.PathPrefix("/api/v1").Subrouter()
	v1.Handle("/health", a.methods(methods{http.MethodGet: a.health}))
	v1.Handle("/config", a.methods(methods{http.MethodGet: a.config}))
	v1.Handle("/sessions", a.methods(methods{http.MethodGet: a.list, http.MethodPost: a.create}))
	v1.Handle("/sessions/batch", a.methods(methods{http.MethodPost: a.batch}))
	v1.Handle("/sessions/{id}", a.methods(methods{http.MethodGet: a.get, http.MethodPut: a.update, http.MethodDelete: a.remove}))
	return a
}

type requestIDKey struct{}

// Serve answers one request. requestID also stands in Mattermost's log; empty makes a new one.
func (a *API) Serve(w http.ResponseWriter, r *http.Request, requestID string) {
	if requestID == "" {
		requestID = model.NewId()
	}
	a.router.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, requestID)))
}

package api

import (
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
)

func (a *API) create(w http.ResponseWriter, r *http.Request) error {
	client, input, err := a.single(w, r)
	if err != nil {
		return err
	}
	session, isNew, err := a.Delivery.Create(r.Context(), client, input)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if isNew {
		status = http.StatusCreated
	}
	writeJSON(w, status, session)
	return nil
}

func (a *API) update(w http.ResponseWriter, r *http.Request) error {
	client, input, err := a.single(w, r)
	if err != nil {
		return err
	}
	session, err := a.Delivery.Update(client, mux.Vars(r)["id"], input)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, session)
	return nil
}

// single reads the caller and the body of a request about one session.
func (a *API) single(w http.ResponseWriter, r *http.Request) (client delivery.Client, input contract.SessionInput, err error) {
	caller, err := a.writer(r)
	if err != nil {
		return client, input, err
	}
	err = decode(w, r, contract.LimitBodyMaxBytes, &input)
	return clientOf(caller), input, err
}

func clientOf(caller auth.Caller) delivery.Client {
	return delivery.Client{BotID: caller.ID, IsOwnBot: caller.Kind == auth.Secret}
}

func (a *API) remove(w http.ResponseWriter, r *http.Request) error {
	caller, err := a.writer(r)
	if err != nil {
		return err
	}
	withPost := false
	if value := r.URL.Query().Get("post"); value != "" {
		if withPost, err = strconv.ParseBool(value); err != nil {
			return contract.Refuse(contract.CodeInvalidQuery, "post accepts true or false.")
		}
	}
	if err := a.Delivery.Remove(r.Context(), clientOf(caller), mux.Vars(r)["id"], withPost); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

package api

import (
	"net/http"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
)

func (a *API) batch(w http.ResponseWriter, r *http.Request) error {
	caller, err := a.writer(r)
	if err != nil {
		return err
	}
	var batch delivery.Batch
	if err := decode(w, r, contract.LimitBatchBodyMaxBytes, &batch); err != nil {
		return err
	}
	answer, err := a.Delivery.Batch(r.Context(), caller.ID, batch)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// writer is the caller if it has the secret.
func (a *API) writer(r *http.Request) (auth.Caller, error) {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return caller, refusal
	}
	if !caller.IsWriter() {
		return caller, contract.Refuse(contract.CodeUnauthorized, "Only a daemon with the Shared Secret may write.")
	}
	return caller, nil
}

package boxes

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

const (
	claimPrefix = "ls_post_"
	// claimLife is longer than any turn that still gets news.
	claimLife = 7 * 24 * time.Hour
	// claimPatience is how long the one who claimed a box has to create it, before another one looks what became of it.
	claimPatience = 15 * time.Second
)

// claim is the right to create a session's box, and afterwards the memory of it, shared by all nodes.
type claim struct {
	// AtMs is when it was made, on the clock of the server who made it.
	AtMs int64 `json:"at_ms"`
	// PostID of the box once it stands.
	PostID string `json:"post_id,omitempty"`
	// Code says why the box was given up (P4).
	Code string `json:"code,omitempty"`
}

// storedClaim is a claim with the bytes that are stored: changing it is an atomic comparison of bytes.
type storedClaim struct {
	claim
	raw []byte
}

// errNoAnswer is Mattermost not answering as it should: a failure that passes.
var errNoAnswer = errors.New("mattermost gave no answer")

func failure(what string, appErr *model.AppError) error {
	if appErr == nil {
		return fmt.Errorf("%s: %w", what, errNoAnswer)
	}
	return fmt.Errorf("%s: %w", what, appErr)
}

// loadClaim gives nil if nobody has claimed the box. A broken connection looks the same, and then the claim cannot be taken.
func loadClaim(kv KV, sessionID string) (*storedClaim, error) {
	raw, appErr := kv.KVGet(claimPrefix + sessionID)
	if appErr != nil {
		return nil, failure("load claim", appErr)
	}
	if len(raw) == 0 {
		return nil, nil
	}
	stored := &storedClaim{raw: raw}
	if err := json.Unmarshal(raw, &stored.claim); err != nil {
		return nil, fmt.Errorf("decode claim: %w", err)
	}
	return stored, nil
}

// storeClaim replaces the old claim, nil = nothing, and gives what is stored now; nil if another one was faster.
func storeClaim(kv KV, sessionID string, old *storedClaim, now claim) (*storedClaim, error) {
	raw, err := json.Marshal(now)
	if err != nil {
		return nil, fmt.Errorf("encode claim: %w", err)
	}
	options := model.PluginKVSetOptions{Atomic: true, ExpireInSeconds: int64(claimLife / time.Second)}
	if old != nil {
		options.OldValue = old.raw
	}
	won, appErr := kv.KVSetWithOptions(claimPrefix+sessionID, raw, options)
	switch {
	case appErr != nil:
		return nil, failure("store claim", appErr)
	case !won:
		return nil, nil
	}
	return &storedClaim{claim: now, raw: raw}, nil
}

// patienceLeft is how long the one who made the claim still has.
func (c claim) patienceLeft(now time.Time) time.Duration {
	age := now.Sub(time.UnixMilli(c.AtMs))
	return min(claimPatience, claimPatience-age)
}

// Package auth finds out who calls. What a caller may do is decided in package access.
package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// SecretHeader carries the shared secret. Mattermost does not log it, unlike a Bearer that is no token of its own.
	SecretHeader = "X-Live-Status-Secret"
	// userHeader is set by Mattermost for a session that it has verified; what a client sends under this name is dropped.
	userHeader = "Mattermost-User-Id"
)

// Kind of caller.
type Kind int

// Kinds of caller.
const (
	// User is logged in to Mattermost: a person, or a bot with its token alone. It may read.
	User Kind = iota + 1
	// Daemon has the secret and a bot token: it acts as that bot.
	Daemon
	// Secret has the secret alone: it acts as the plugin's own bot (D8).
	Secret
)

// Caller is who sent a request.
type Caller struct {
	Kind Kind
	// ID is the user id of the person or bot that the caller acts as.
	ID string
}

// IsWriter tells whether the caller has the secret.
func (c Caller) IsWriter() bool { return c.Kind == Daemon || c.Kind == Secret }

// Deps is what the identification needs.
type Deps struct {
	// Secret is the shared secret; empty refuses every writer.
	Secret func() string
	// OwnBotID is the plugin's own bot.
	OwnBotID string
	// IsBot tells whether a user is a bot.
	IsBot func(userID string) (bool, error)
	// OnWriter is told of every bot when it first comes with the secret.
	OnWriter func(botID string)
}

// Auth identifies callers. It may be used by several goroutines at once.
type Auth struct {
	deps Deps
	// bots that were seen to be bots; a bot never becomes a person.
	bots sync.Map
}

// New makes an Auth.
func New(deps Deps) *Auth {
	return &Auth{deps: deps}
}

// Identify tells who calls. A secret that is presented and wrong is refused, whatever else comes with it: nobody should
// believe for long that it works.
func (a *Auth) Identify(r *http.Request) (Caller, *contract.CodedError) {
	userID := r.Header.Get(userHeader)
	sent, hasHeader := header(r, SecretHeader)
	bearer, hasBearer := bearer(r)
	switch {
	case hasHeader:
		return a.withSecret(sent, userID, r.Header.Get("Authorization") != "")
	case hasBearer && userID == "":
		// Mattermost takes out the tokens that it knows, so this is none.
		return a.withSecret(bearer, "", false)
	case hasBearer && a.isSecret(bearer):
		return a.withSecret(bearer, "", false)
	case userID != "":
		return Caller{Kind: User, ID: userID}, nil
	default:
		return Caller{}, contract.Refuse(contract.CodeUnauthorized, "")
	}
}

func (a *Auth) withSecret(sent, userID string, hasUnknownToken bool) (Caller, *contract.CodedError) {
	switch {
	case a.deps.Secret() == "":
		return Caller{}, contract.Refuse(contract.CodeSecretNotConfigured, "")
	case !a.isSecret(sent):
		return Caller{}, contract.Refuse(contract.CodeUnauthorized, "")
	case userID != "":
		return a.asBot(userID)
	case hasUnknownToken:
		return Caller{}, contract.Refuse(contract.CodeInvalidBotToken, "")
	default:
		return Caller{Kind: Secret, ID: a.deps.OwnBotID}, nil
	}
}

func (a *Auth) asBot(userID string) (Caller, *contract.CodedError) {
	if _, isKnown := a.bots.Load(userID); !isKnown {
		isBot, err := a.deps.IsBot(userID)
		if err != nil {
			return Caller{}, &contract.CodedError{Code: contract.CodeInternal, Message: "Mattermost did not say whether the token is a bot's.", Cause: err}
		}
		if !isBot {
			return Caller{}, contract.Refuse(contract.CodeInvalidBotToken, "The token beside the secret is a person's; it must be a bot's.")
		}
		a.deps.OnWriter(userID)
		a.bots.Store(userID, true)
	}
	return Caller{Kind: Daemon, ID: userID}, nil
}

// isSecret compares digests, so that the time tells nothing of the secret, not even its length. Empty is never right.
func (a *Auth) isSecret(sent string) bool {
	configured := a.deps.Secret()
	if configured == "" || sent == "" {
		return false
	}
	want, got := sha256.Sum256([]byte(configured)), sha256.Sum256([]byte(sent))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// header tells an empty header from an absent one.
func header(r *http.Request, name string) (string, bool) {
	values, ok := r.Header[name]
	if !ok || len(values) == 0 {
		return "", false
	}
	return values[0], true
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

package delivery

import (
	"strings"

	"github.com/oapi-codegen/nullable"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// defaultAgent of a client that names none: OpenClaw's session keys do (agent:<id>:...).
func defaultAgent(input contract.SessionInput) contract.Agent {
	id := "agent"
	if input.SessionKey != nil {
		if parts := strings.SplitN(*input.SessionKey, ":", 3); len(parts) == 3 && parts[0] == "agent" && parts[1] != "" {
			id = parts[1]
		}
	}
	return contract.Agent{ID: id, Name: id, Runtime: "openclaw"}
}

func valueOf[T any](value nullable.Nullable[T]) (T, bool) {
	if !value.IsSpecified() || value.IsNull() {
		var none T
		return none, false
	}
	return value[true], true
}

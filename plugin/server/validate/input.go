package validate

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// Input checks a partial body by itself; the session that it gives is checked by Session.
func Input(input contract.SessionInput) *contract.CodedError {
	c := &checks{}
	if input.ID != nil {
		c.id("id", *input.ID)
	}
	if input.DaemonID != nil {
		c.daemonID("daemon_id", *input.DaemonID)
	}
	if input.Seq != nil {
		c.positive("seq", *input.Seq)
	}
	c.optionalName("agent_id", input.AgentID, contract.LimitAgentIDMaxCodePoints)
	c.optionalName("bot_user_id", input.BotUserID, contract.LimitPlatformIDMaxChars)
	c.optionalName("session_key", input.SessionKey, contract.LimitSessionKeyMaxCodePoints)
	return c.err
}

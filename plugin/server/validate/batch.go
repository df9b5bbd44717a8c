package validate

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// Batch checks what surrounds the changes of a batch.
func Batch(daemonID string, asOfMs int64, changes int, held []contract.Held) *contract.CodedError {
	c := &checks{}
	c.daemonID("daemon_id", daemonID)
	c.positive("as_of_ms", asOfMs)
	c.items("changes", changes, contract.LimitBatchMaxItems)
	c.items("held", len(held), contract.LimitBatchMaxItems)
	for _, entry := range held {
		if c.err != nil {
			break
		}
		c.id("held[][0]", entry.ID)
	}
	return c.err
}

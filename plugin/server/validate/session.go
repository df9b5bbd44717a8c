package validate

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// Change checks a change of a batch: a whole snapshot or a delta. Nil if it is as the contract says.
func Change(change contract.SnapshotOrDelta) *contract.CodedError {
	switch {
	case change.Snapshot != nil:
		return Session(*change.Snapshot)
	case change.Delta != nil:
		return Delta(*change.Delta)
	default:
		return contract.Refuse(contract.CodeInvalidField, "A change must be a session or a delta, but is null.")
	}
}

// Session checks a snapshot.
func Session(session contract.Session) *contract.CodedError {
	c := &checks{}
	c.id("id", session.ID)
	c.daemonID("daemon_id", session.DaemonID)
	c.name("session_key", session.SessionKey, contract.LimitSessionKeyMaxCodePoints)
	agent(c, session.Agent)
	c.oneOf("post", string(session.Post), session.Post.Valid())
	c.oneOf("status", string(session.Status), session.Status.Valid())
	platformIDs(c, map[string]*string{
		"channel_id": session.ChannelID, "root_id": session.RootID, "user_id": session.UserID,
		"post_id": session.PostID, "requested_by": session.RequestedBy, "request_post_id": session.RequestPostID,
	})
	if session.Activity != nil {
		c.oneOf("activity", string(*session.Activity), session.Activity.Valid())
	}
	c.optionalText("title", session.Title, contract.LimitTitleMaxCodePoints)
	if session.Error != nil {
		sessionError(c, *session.Error)
	}
	c.notNegative("started_ms", session.StartedMs)
	c.notNegative("last_event_ms", session.LastEventMs)
	c.notNegative("as_of_ms", session.AsOfMs)
	c.positive("seq", session.Seq)
	ending(c, session)
	plan(c, session.Plan)
	if session.Waiting != nil {
		waiting(c, *session.Waiting)
	}
	steps(c, session.Steps)
	c.notNegative("steps_dropped", int64(session.StepsDropped))
	c.notNegative("tool_calls", int64(session.ToolCalls))
	return c.err
}

// ending: ended_ms is there if and only if the session has ended.
func ending(c *checks, session contract.Session) {
	hasEnded := session.Status != contract.SessionStatusActive
	c.required("ended_ms", session.EndedMs != nil || !hasEnded)
	if session.EndedMs != nil && !hasEnded {
		c.refuse(contract.CodeInvalidField, "ended_ms is set although status is active.")
	}
}

// Delta checks a delta by itself; what it makes of a session is checked by Result.
func Delta(delta contract.Delta) *contract.CodedError {
	c := &checks{}
	c.id("id", delta.ID)
	c.notNegative("base_seq", delta.BaseSeq)
	c.positive("seq", delta.Seq)
	c.notNegative("as_of_ms", delta.AsOfMs)
	if delta.Seq <= delta.BaseSeq {
		c.refuse(contract.CodeInvalidField, "seq must be greater than base_seq (%d), but is %d.", delta.BaseSeq, delta.Seq)
	}
	set(c, delta.Set)
	steps(c, delta.Steps)
	c.items("removed_steps", len(delta.RemovedSteps), contract.LimitStepsPerSession)
	c.notNegative("steps_dropped", int64(delta.StepsDropped))
	return c.err
}

// Result checks what a delta or a partial body has made of a session.
func Result(session contract.Session) *contract.CodedError {
	c := &checks{}
	c.items("steps", len(session.Steps), contract.LimitStepsPerSession)
	ending(c, session)
	return c.err
}

func set(c *checks, set contract.DeltaSet) {
	if set.DaemonID != nil {
		c.daemonID("daemon_id", *set.DaemonID)
	}
	c.optionalName("session_key", set.SessionKey, contract.LimitSessionKeyMaxCodePoints)
	if set.Agent != nil {
		agent(c, *set.Agent)
	}
	if set.Post != nil {
		c.oneOf("post", string(*set.Post), set.Post.Valid())
	}
	if set.Status != nil {
		c.oneOf("status", string(*set.Status), set.Status.Valid())
	}
	c.nullableName("channel_id", set.ChannelID, contract.LimitPlatformIDMaxChars)
	c.nullableName("root_id", set.RootID, contract.LimitPlatformIDMaxChars)
	c.nullableName("user_id", set.UserID, contract.LimitPlatformIDMaxChars)
	c.nullableName("post_id", set.PostID, contract.LimitPlatformIDMaxChars)
	c.nullableName("requested_by", set.RequestedBy, contract.LimitPlatformIDMaxChars)
	c.nullableName("request_post_id", set.RequestPostID, contract.LimitPlatformIDMaxChars)
	if activity, ok := valueOf(set.Activity); ok {
		c.oneOf("activity", string(activity), activity.Valid())
	}
	if title, ok := valueOf(set.Title); ok {
		c.text("title", title, contract.LimitTitleMaxCodePoints)
	}
	if failure, ok := valueOf(set.Error); ok {
		sessionError(c, failure)
	}
	if items, ok := valueOf(set.Plan); ok {
		plan(c, items)
	}
	if reason, ok := valueOf(set.Waiting); ok {
		waiting(c, reason)
	}
	if set.ToolCalls != nil {
		c.notNegative("tool_calls", int64(*set.ToolCalls))
	}
}

func agent(c *checks, agent contract.Agent) {
	c.name("agent.id", agent.ID, contract.LimitAgentIDMaxCodePoints)
	c.text("agent.name", agent.Name, contract.LimitAgentNameMaxCodePoints)
	c.name("agent.runtime", agent.Runtime, contract.LimitRuntimeMaxCodePoints)
}

func platformIDs(c *checks, ids map[string]*string) {
	for name, id := range ids {
		c.optionalName(name, id, contract.LimitPlatformIDMaxChars)
	}
}

func sessionError(c *checks, failure contract.SessionError) {
	c.name("error.code", failure.Code, contract.LimitErrorCodeMaxCodePoints)
	c.text("error.message", failure.Message, contract.LimitErrorMessageMaxCodePoints)
}

func plan(c *checks, items []contract.PlanItem) {
	c.items("plan", len(items), contract.LimitPlanMaxItems)
	for _, item := range items {
		c.text("plan[].text", item.Text, contract.LimitPlanTextMaxCodePoints)
		c.oneOf("plan[].status", string(item.Status), item.Status.Valid())
	}
}

func waiting(c *checks, reason contract.Waiting) {
	c.oneOf("waiting.for", string(reason.For), reason.For.Valid())
	c.optionalName("waiting.step_id", reason.StepID, contract.LimitStepIDMaxCodePoints)
	c.optionalName("waiting.approval_id", reason.ApprovalID, contract.LimitStepIDMaxCodePoints)
	c.items("waiting.choices", len(reason.Choices), contract.LimitChoicesMaxItems)
	for _, choice := range reason.Choices {
		c.text("waiting.choices[]", choice, contract.LimitChoiceMaxCodePoints)
	}
}

func steps(c *checks, steps []contract.Step) {
	c.items("steps", len(steps), contract.LimitStepsPerSession)
	if c.err != nil {
		return
	}
	seen := make(map[string]bool, len(steps))
	for _, s := range steps {
		if c.err != nil {
			return
		}
		if seen[s.ID] {
			c.refuse(contract.CodeInvalidField, "steps has the id %q twice.", short(s.ID))
		}
		seen[s.ID] = true
		step(c, s)
	}
}

func step(c *checks, step contract.Step) {
	c.name("steps[].id", step.ID, contract.LimitStepIDMaxCodePoints)
	c.optionalName("steps[].parent_id", step.ParentID, contract.LimitStepIDMaxCodePoints)
	c.oneOf("steps[].kind", string(step.Kind), step.Kind.Valid())
	c.optionalText("steps[].name", step.Name, contract.LimitStepNameMaxCodePoints)
	c.text("steps[].label", step.Label, contract.LimitLabelMaxCodePoints)
	c.optionalText("steps[].detail", step.Detail, contract.LimitDetailMaxCodePoints)
	c.oneOf("steps[].status", string(step.Status), step.Status.Valid())
}

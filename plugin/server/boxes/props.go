package boxes

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// PostType of every box; the webapp draws posts of it.
	PostType = "custom_livestatus"
	// PropsKey is where a post has its contract.BoxProps, as one JSON string: the host's RPC encodes strings for certain.
	PropsKey = "livestatus"
	// PropsVersion is BoxProps.V.
	PropsVersion = 1
)

// IsBox tells whether a post says that it is a box. Anyone can write such a post: whoever trusts what it says must know the
// author.
func IsBox(post *model.Post) bool {
	_, ok := decodeProps(post)
	return ok
}

// decodeProps reads what a post says of itself.
func decodeProps(post *model.Post) (contract.BoxProps, bool) {
	var props contract.BoxProps
	if post == nil || post.Type != PostType {
		return props, false
	}
	text, isText := post.GetProp(PropsKey).(string)
	if !isText || json.Unmarshal([]byte(text), &props) != nil {
		return contract.BoxProps{}, false
	}
	return props, props.V >= 1 && props.ID != ""
}

// propsOf is what a box's post says of itself: who it is, and the whole final state once the turn has ended, so that the
// webapp needs nobody else to show it.
func propsOf(session contract.Session, withdrawn bool) contract.BoxProps {
	props := contract.BoxProps{
		V: PropsVersion, ID: session.ID, Seq: session.Seq, Status: session.Status, Agent: session.Agent,
	}
	switch {
	case withdrawn:
		props.Withdrawn = &withdrawn
	case session.Status == contract.SessionStatusActive:
		if isSet(session.Offline) {
			props.Offline = session.Offline
		}
		props.WaitingSinceMs = personWaitsSince(session)
	default:
		props.Session = &session
	}
	return props
}

// encodeProps gives the JSON string. A final state is made smaller until all of it fits into 8 KiB.
func encodeProps(props contract.BoxProps) (string, error) {
	if props.Session == nil {
		return encodeJSON(props)
	}
	whole := *props.Session
	for _, size := range finalSizes {
		smaller := size.of(whole)
		props.Session = &smaller
		text, err := encodeJSON(props)
		if err != nil || len(text) <= contract.LimitPostPropsMaxBytes {
			return text, err
		}
	}
	props.Session = nil // texts of nothing but escapes: the message has to do
	return encodeJSON(props)
}

// encodeJSON leaves <, > and & as they are: nobody puts it into HTML, and each would be six bytes. A Session's own encoder would
// not; what that is for, empty lists, is done already.
func encodeJSON(props contract.BoxProps) (string, error) {
	type plain contract.Session
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(struct {
		contract.BoxProps
		Session *plain `json:"session,omitempty"`
	}{props, (*plain)(props.Session)}); err != nil {
		return "", fmt.Errorf("props: %w", err)
	}
	return string(bytes.TrimRight(text.Bytes(), "\n")), nil
}

// finalSize is a way to say less of a final state.
type finalSize struct {
	steps   int
	details int // code points of each detail
	plan    bool
	texts   int // code points of title and error message
}

// finalSizes are tried in this order.
var finalSizes = []finalSize{
	{steps: contract.LimitPostPropsMaxSteps, details: contract.LimitDetailMaxCodePoints, plan: true, texts: contract.LimitErrorMessageMaxCodePoints},
	{steps: contract.LimitPostPropsMaxSteps, details: 120, plan: true, texts: contract.LimitErrorMessageMaxCodePoints},
	{steps: contract.LimitPostPropsMaxSteps, plan: true, texts: contract.LimitErrorMessageMaxCodePoints},
	{steps: 10, texts: contract.LimitErrorMessageMaxCodePoints},
	{steps: 0, texts: 100},
}

// of gives the session as a reader of a post needs it: without what only a live one has, and made smaller.
func (size finalSize) of(session contract.Session) contract.Session {
	session.PostID, session.Offline, session.Stalled, session.Activity, session.Waiting = nil, nil, nil, nil, nil
	steps := lastSteps(session.Steps, size.steps)
	session.StepsDropped += len(session.Steps) - len(steps)
	session.Steps = steps
	for i := range session.Steps {
		session.Steps[i].Detail = cutOptional(session.Steps[i].Detail, size.details)
	}
	if !size.plan {
		session.Plan = nil
	}
	session.Title = cutOptional(session.Title, size.texts)
	if session.Error != nil {
		shorter := *session.Error
		shorter.Message = cut(shorter.Message, size.texts)
		session.Error = &shorter
	}
	return session
}

// lastSteps copies at most limit steps, the last ones, in their order. A step comes with the sub-agents above it or not at
// all: a parent is always in the list too.
func lastSteps(steps []contract.Step, limit int) []contract.Step {
	at := make(map[string]int, len(steps))
	for i, step := range steps {
		at[step.ID] = i
	}
	kept := make([]bool, len(steps))
	room := limit
	for i := len(steps) - 1; i >= 0 && room > 0; i-- {
		line := lineage(steps, at, kept, i)
		if len(line) > room {
			continue
		}
		for _, one := range line {
			kept[one] = true
		}
		room -= len(line)
	}
	last := make([]contract.Step, 0, limit-room)
	for i, step := range steps {
		if kept[i] {
			last = append(last, step)
		}
	}
	return last
}

// lineage lists a step and those above it that are not kept yet. A parent stands earlier in the list, so it ends.
func lineage(steps []contract.Step, at map[string]int, kept []bool, i int) []int {
	var line []int
	for !kept[i] {
		line = append(line, i)
		parentID := steps[i].ParentID
		if parentID == nil {
			break
		}
		parent, known := at[*parentID]
		if !known || parent >= i {
			break
		}
		i = parent
	}
	return line
}

// cutOptional gives nil where nothing may be left.
func cutOptional(text *string, limit int) *string {
	if text == nil || limit == 0 {
		return nil
	}
	shorter := cut(*text, limit)
	return &shorter
}

package boxes

import (
	"encoding/json"

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

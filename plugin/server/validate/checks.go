// Package validate checks what came from outside against the contract's shapes and limits, before anything else looks at it.
package validate

import (
	"regexp"
	"unicode/utf8"

	"github.com/oapi-codegen/nullable"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

var (
	idPattern       = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	daemonIDPattern = regexp.MustCompile(`^[A-Za-z0-9_:-]{1,64}$`)
)

// checks collects the first thing that is wrong; later ones are not looked at.
type checks struct {
	err *contract.CodedError
}

func (c *checks) refuse(code, format string, args ...any) {
	if c.err == nil {
		c.err = contract.Refuse(code, format, args...)
	}
}

func (c *checks) required(name string, isThere bool) {
	if !isThere {
		c.refuse(contract.CodeMissingField, "%s is missing.", name)
	}
}

func (c *checks) id(name, value string) {
	c.required(name, value != "")
	if !idPattern.MatchString(value) {
		c.refuse(contract.CodeInvalidField, "%s must be 1 to 64 letters, digits, _ or -, but is %q.", name, short(value))
	}
}

func (c *checks) daemonID(name, value string) {
	c.required(name, value != "")
	if !daemonIDPattern.MatchString(value) {
		c.refuse(contract.CodeInvalidField, "%s must be 1 to 64 letters, digits, _, - or :, but is %q.", name, short(value))
	}
}

// text may be empty.
func (c *checks) text(name, value string, maxCodePoints int) {
	if len(value) > maxCodePoints && utf8.RuneCountInString(value) > maxCodePoints {
		c.refuse(contract.CodeTooLong, "%s has %d code points; at most %d are allowed.", name, utf8.RuneCountInString(value), maxCodePoints)
	}
}

// name is a text that is never empty.
func (c *checks) name(name, value string, maxCodePoints int) {
	c.required(name, value != "")
	c.text(name, value, maxCodePoints)
}

func (c *checks) optionalText(name string, value *string, maxCodePoints int) {
	if value != nil {
		c.text(name, *value, maxCodePoints)
	}
}

func (c *checks) optionalName(name string, value *string, maxCodePoints int) {
	if value == nil {
		return
	}
	if *value == "" {
		c.refuse(contract.CodeInvalidField, "%s is empty; leave it out instead.", name)
	}
	c.text(name, *value, maxCodePoints)
}

func (c *checks) nullableName(name string, value nullable.Nullable[string], maxCodePoints int) {
	if text, isValue := valueOf(value); isValue {
		c.optionalName(name, &text, maxCodePoints)
	}
}

func (c *checks) oneOf(name, value string, isValid bool) {
	c.required(name, value != "")
	if !isValid {
		c.refuse(contract.CodeInvalidField, "%s has the value %q, which is not allowed.", name, short(value))
	}
}

func (c *checks) items(name string, count, limit int) {
	if count > limit {
		c.refuse(contract.CodeTooManyItems, "%s has %d items; at most %d are allowed.", name, count, limit)
	}
}

func (c *checks) positive(name string, value int64) {
	c.required(name, value != 0)
	if value < 0 {
		c.refuse(contract.CodeInvalidField, "%s must be greater than 0, but is %d.", name, value)
	}
}

func (c *checks) notNegative(name string, value int64) {
	if value < 0 {
		c.refuse(contract.CodeInvalidField, "%s must not be negative, but is %d.", name, value)
	}
}

// short keeps what is quoted in a message small.
func short(value string) string {
	const most = 80
	if len(value) <= most {
		return value
	}
	return value[:most] + "..."
}

func valueOf[T any](value nullable.Nullable[T]) (T, bool) {
	if !value.IsSpecified() || value.IsNull() {
		var none T
		return none, false
	}
	return value[true], true
}

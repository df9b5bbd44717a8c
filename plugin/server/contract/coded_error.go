package contract

import (
	"fmt"
	"net/http"
)

// CodedError is a refusal with a code of the contract's table.
type CodedError struct {
	Code string
	// Message is for people: it names the thing, what came and what was expected. It has no secrets and no texts of runs.
	Message string
	// Seq is what is stored, where the code is stale_seq or not_owner.
	Seq *int64
	// Cause is for the log only.
	Cause error
}

// Refuse makes a CodedError; an empty format means the table's own message.
func Refuse(code, format string, args ...any) *CodedError {
	if format == "" {
		row, _ := LookupError(code)
		return &CodedError{Code: code, Message: row.Message}
	}
	return &CodedError{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *CodedError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Cause)
	}
	return e.Code + ": " + e.Message
}

// Unwrap is the cause.
func (e *CodedError) Unwrap() error { return e.Cause }

// Status is the HTTP status that goes with the code.
func (e *CodedError) Status() int {
	if row, ok := LookupError(e.Code); ok {
		return row.Status
	}
	return http.StatusInternalServerError
}

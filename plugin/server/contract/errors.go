package contract

import "slices"

// ErrorInfo is a row of x-error-codes.
type ErrorInfo struct {
	Code string
	// Status is the HTTP status that goes with the code.
	Status int
	// Message says what happened, Action what the person should do.
	Message string
	Action  string
}

// SessionErrorInfo is a row of x-session-error-codes: why a session ended.
type SessionErrorInfo struct {
	Code    string
	Status  SessionStatus
	Message string
	Action  string
}

// Errors returns every error code of the contract.
func Errors() []ErrorInfo { return slices.Clone(errorTable) }

// SessionErrors returns the known codes of Session.Error.
func SessionErrors() []SessionErrorInfo { return slices.Clone(sessionErrorTable) }

// LookupError finds a code; false if the contract does not have it.
func LookupError(code string) (ErrorInfo, bool) {
	at := slices.IndexFunc(errorTable, func(row ErrorInfo) bool { return row.Code == code })
	if at < 0 {
		return ErrorInfo{}, false
	}
	return errorTable[at], true
}

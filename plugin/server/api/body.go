package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// decode reads one JSON value of at most maxBytes into target.
func decode(w http.ResponseWriter, r *http.Request, maxBytes int64, target any) error {
	if kind := r.Header.Get("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != "application/json" {
			return contract.Refuse(contract.CodeUnsupportedMediaType, "")
		}
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return contract.Refuse(contract.CodeBodyTooLarge, "The body is larger than %d bytes.", maxBytes)
	case err != nil:
		return contract.Refuse(contract.CodeInvalidJSON, "The body could not be read to its end.")
	}
	return decodeJSON(data, target)
}

func decodeJSON(data []byte, target any) error {
	err := json.Unmarshal(data, target)
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return contract.Refuse(contract.CodeInvalidField, "%q must be %s, but is %s.", wrongType.Field, jsonType(wrongType), wrongType.Value)
	case json.Valid(data):
		return contract.Refuse(contract.CodeInvalidField, "The body does not have the shape that this path needs.")
	default:
		return contract.Refuse(contract.CodeInvalidJSON, "")
	}
}

// jsonType says in JSON's words what was expected.
func jsonType(err *json.UnmarshalTypeError) string {
	switch kind := err.Type.Kind().String(); kind {
	case "struct", "map":
		return "an object"
	case "slice", "array":
		return "a list"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	default:
		return "a number"
	}
}

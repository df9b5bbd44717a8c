package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestErrorTablesAgreeWithTheDocs(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range Errors() {
		if !strings.Contains(string(page), fmt.Sprintf("\n| `%s` | %d | ", row.Code, row.Status)) ||
			!strings.Contains(string(page), fmt.Sprintf(" | %s | %s |\n", row.Message, row.Action)) {
			t.Errorf("docs/errors.md does not have %+v", row)
		}
		if found, ok := LookupError(row.Code); !ok || found != row {
			t.Errorf("LookupError(%q) = %+v, %v", row.Code, found, ok)
		}
	}
	for _, row := range SessionErrors() {
		want := fmt.Sprintf("\n| `%s` | %s | %s | %s |\n", row.Code, row.Status, row.Message, row.Action)
		if !strings.Contains(string(page), want) {
			t.Errorf("docs/errors.md does not have %q", want)
		}
	}
}

func TestLookupErrorOfAnUnknownCode(t *testing.T) {
	if row, ok := LookupError("no_such_code"); ok {
		t.Errorf("found %+v", row)
	}
}

package boxes

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	// maxSpan is the longest text in a code span, in code points.
	maxSpan = 200
	// maxInput bounds the work on a huge text, in code points.
	maxInput = 4_096
)

// codeMarks are the backticks with which a label marks code: a closed pair with something to see between.
var codeMarks = regexp.MustCompile("`([^`]*[^` ][^`]*)`")

// Span is how text of an agent stands in any message of ours: see span.
func Span(text string) string { return span(text) }

// span puts text of an agent into one inline code span: Mattermost scans text, not code, for mentions, links, hashtags and
// markdown, so nobody is notified, no address is fetched and nothing is formatted. Empty if there is nothing to see.
func span(text string) string {
	line := cut(oneLine(text), maxSpan)
	if line == "" {
		return ""
	}
	return "`" + line + "`"
}

// oneLine makes text fit for a span: one line, nothing invisible, no backtick.
func oneLine(text string) string {
	line := collapse(firstRunes(text, maxInput))
	if !strings.Contains(line, "`") {
		return line
	}
	line = codeMarks.ReplaceAllString(line, "$1")
	return collapse(strings.ReplaceAll(line, "`", "'"))
}

// collapse drops what nobody sees and makes one blank of every run of blanks, none at the ends. What is not valid UTF-8
// becomes U+FFFD.
func collapse(text string) string {
	var line strings.Builder
	line.Grow(len(text))
	pending := false
	for _, char := range text {
		switch {
		case isBlank(char):
			pending = line.Len() > 0
		case isUnseen(char):
		default:
			if pending {
				line.WriteByte(' ')
				pending = false
			}
			line.WriteRune(char)
		}
	}
	return line.String()
}

func isBlank(char rune) bool {
	switch {
	case char >= '\t' && char <= '\r', char == ' ', char == 0x85, char == 0xa0, char == 0x1680:
		return true
	case char >= 0x2000 && char <= 0x200a, char == 0x2028, char == 0x2029, char == 0x202f, char == 0x205f, char == 0x3000:
		return true
	default:
		return false
	}
}

// isUnseen names control characters and what takes no room or changes the direction of what follows. The joiners
// (U+200C, U+200D) and the emoji selector (U+FE0F) stay: scripts and emoji need them.
func isUnseen(char rune) bool {
	switch {
	case char < ' ', char >= 0x7f && char <= 0x9f:
		return true
	case char < 0xad:
		return false
	case char == 0xad, char == 0x34f, char == 0x61c, char == 0x115f, char == 0x1160, char == 0x17b4, char == 0x17b5:
		return true
	case char >= 0x180b && char <= 0x180f, char == 0x200b, char == 0x200e, char == 0x200f:
		return true
	case char >= 0x202a && char <= 0x202e, char >= 0x2060 && char <= 0x206f, char == 0x3164:
		return true
	case char >= 0xfe00 && char <= 0xfe0e, char == 0xfeff, char == 0xffa0, char >= 0xfff0 && char <= 0xfffb:
		return true
	default:
		return char >= 0xe0000 && char <= 0xe0fff
	}
}

// cut gives at most limit code points; what is longer ends in an ellipsis.
func cut(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimRight(firstRunes(text, limit-1), " ") + "…"
}

func firstRunes(text string, limit int) string {
	count := 0
	for at := range text {
		if count == limit {
			return text[:at]
		}
		count++
	}
	return text
}

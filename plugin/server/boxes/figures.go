package boxes

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// Figures as people read them; the same as in ui/src/format/format.ts in English.

// duration of so many milliseconds: 0.1 s, 48 s, 2 m 10 s, 1 h 02 m. Below zero counts as 0.
func duration(ms int64) string {
	ms = max(0, ms)
	tenths := (ms + 50) / 100
	if tenths < 100 {
		return fmt.Sprintf("%d.%d s", tenths/10, tenths%10)
	}
	seconds := (ms + 500) / 1000
	if seconds < 60 {
		return fmt.Sprintf("%d s", seconds)
	}
	if seconds < 3600 {
		return fmt.Sprintf("%d m %02d s", seconds/60, seconds%60)
	}
	minutes := (seconds + 30) / 60
	return fmt.Sprintf("%s h %02d m", grouped(minutes/60), minutes%60)
}

// tokens, short: 940, 23.4k, 123k, 1.2M.
func tokens(count int64) string {
	switch {
	case count < 1000:
		return strconv.FormatInt(count, 10)
	case count < 99_950:
		return oneDecimal((count+50)/100) + "k"
	case count < 999_500:
		return strconv.FormatInt((count+500)/1000, 10) + "k"
	default:
		return oneDecimal((count+50_000)/100_000) + "M"
	}
}

func oneDecimal(tenths int64) string {
	return grouped(tenths/10) + "." + strconv.FormatInt(tenths%10, 10)
}

// cost in US dollars: $0.08, <$0.01.
func cost(usd float64) string {
	if usd < 0.01 {
		return "<$0.01"
	}
	cents := int64(math.Round(usd * 100))
	return fmt.Sprintf("$%s.%02d", grouped(cents/100), cents%100)
}

// grouped writes 1234567 as 1,234,567.
func grouped(number int64) string {
	digits := strconv.FormatInt(number, 10)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// counted writes "1 tool", "12 tools".
func counted(count int, noun string) string {
	return plural(int64(count), grouped(int64(count)), noun)
}

func plural(count int64, shown, noun string) string {
	if count == 1 {
		return shown + " " + noun
	}
	return shown + " " + noun + "s"
}

// maxShown bounds figures: what is greater is nonsense, and left out.
const maxShown = 1e15

// usageFigures are tokens and cost, as far as they are known and not nothing.
func usageFigures(usage *contract.Usage) []string {
	var figures []string
	if usage == nil {
		return nil
	}
	if usage.Total > 0 && usage.Total < maxShown {
		figures = append(figures, plural(usage.Total, tokens(usage.Total), "token"))
	}
	if usage.CostUsd != nil && *usage.CostUsd > 0 && *usage.CostUsd < maxShown/100 {
		figures = append(figures, cost(*usage.CostUsd))
	}
	return figures
}

// headLine joins a box's first line.
func headLine(parts ...string) string {
	return strings.Join(parts, " · ")
}

package mmtest

import (
	"fmt"
	"strings"
	"sync"
)

// Lines collects log lines.
type Lines struct {
	mu    sync.Mutex
	lines []string
}

func (l *Lines) add(level, message string, pairs []any) {
	throughRPC(pairs)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintln(append([]any{level, message}, pairs...)...))
}

// Text of all lines.
func (l *Lines) Text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "")
}

// LogDebug keeps a line.
func (n *Node) LogDebug(message string, pairs ...any) { n.Logs.add("debug", message, pairs) }

// LogInfo keeps a line.
func (n *Node) LogInfo(message string, pairs ...any) { n.Logs.add("info", message, pairs) }

// LogWarn keeps a line.
func (n *Node) LogWarn(message string, pairs ...any) { n.Logs.add("warn", message, pairs) }

// LogError keeps a line.
func (n *Node) LogError(message string, pairs ...any) { n.Logs.add("error", message, pairs) }

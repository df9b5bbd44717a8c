package boxes

import (
	"fmt"
	"testing"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// A change of a session whose box stands and is not due: what every accepted change costs its request, and the worker behind it.
func BenchmarkChangedOfAThousandSessions(b *testing.B) {
	server := newMattermost()
	r := newRig(b, server)
	r.deps.Log = quietLog{}
	ids := make([]string, 1_000)
	for i := range ids {
		ids[i] = fmt.Sprintf("s%d", i)
	}
	of := func(i int, seq int64) contract.Session {
		return sessionAt(seq, func(s *contract.Session) { s.ID = ids[i%len(ids)] })
	}
	for i := range ids {
		r.Changed(of(i, 1), theBot)
	}
	for server.count("CreatePost") < len(ids) {
		time.Sleep(time.Millisecond)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		r.Changed(of(i, int64(i/len(ids)+2)), theBot)
	}
	if err := r.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkMessageOf50Steps(b *testing.B) {
	session := sessionAt(1)
	session.Steps = stepsOf(50, "exit code 2")
	b.ReportAllocs()
	for b.Loop() {
		Message(session, DefaultMaxLines)
	}
}

func BenchmarkFinalPropsOf50Steps(b *testing.B) {
	session := sessionAt(1, ended("done"))
	session.Steps = stepsOf(50, "exit code 2")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encodeProps(propsOf(session, false)); err != nil {
			b.Fatal(err)
		}
	}
}

package contract

import (
	"encoding/json"
	"testing"
)

type acceptanceCase struct {
	Name     string
	Stored   *object
	Snapshot *object
	Delta    json.RawMessage
	Writer   *struct {
		DaemonID   string `json:"daemon_id"`
		OwnerAlive bool   `json:"owner_alive"`
	}
	Expect struct {
		Status  ChangeStatus
		Changed bool
		Seq     int64
		Session *object
	}
}

func (c acceptanceCase) change(t *testing.T, base object) SnapshotOrDelta {
	t.Helper()
	if c.Snapshot != nil {
		snapshot := overlaid(t, base, *c.Snapshot)
		return SnapshotOrDelta{Snapshot: &snapshot}
	}
	delta := Delta{ID: "s1", BaseSeq: 10, Seq: 20, AsOfMs: 19}
	if err := json.Unmarshal(c.Delta, &delta); err != nil {
		t.Fatal(err)
	}
	return SnapshotOrDelta{Delta: &delta}
}

func TestAccept(t *testing.T) {
	fixture := readFixture[struct {
		Base  object
		Cases []acceptanceCase
	}](t, "acceptance")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			var stored *Session
			if row.Stored != nil {
				session := overlaid(t, fixture.Base, *row.Stored)
				stored = &session
			}
			var writer *Writer
			if row.Writer != nil {
				writer = &Writer{DaemonID: row.Writer.DaemonID, OwnerAlive: row.Writer.OwnerAlive}
			}
			got := Accept(stored, row.change(t, fixture.Base), writer)
			if got.Status != row.Expect.Status || got.Changed != row.Expect.Changed || got.Seq != row.Expect.Seq {
				t.Errorf("got %+v, want %+v", got, row.Expect)
			}
			switch {
			case row.Expect.Session != nil:
				sameJSON(t, got.Session, overlaid(t, fixture.Base, *row.Expect.Session))
			case got.Status == ChangeStatusOk && got.Session != stored:
				t.Error("nothing changed, but another session than the stored one came back")
			case got.Status != ChangeStatusOk && got.Session != nil:
				t.Error("a refused change has a session to store")
			}
		})
	}
}

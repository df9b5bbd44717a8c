package contract

import (
	"encoding/json"
	"testing"
)

func TestChangeIsADeltaIfItHasABaseSeq(t *testing.T) {
	delta := decode[SnapshotOrDelta](t, []byte(`{"id":"a","base_seq":0,"seq":1}`))
	if delta.Delta == nil || delta.Snapshot != nil || delta.ID() != "a" {
		t.Errorf("got %+v, want a delta", delta)
	}
	snapshot := decode[SnapshotOrDelta](t, []byte(`{"id":"b","seq":1}`))
	if snapshot.Snapshot == nil || snapshot.Delta != nil || snapshot.ID() != "b" {
		t.Errorf("got %+v, want a snapshot", snapshot)
	}
}

func TestMalformedChangesAndHeldEntriesAreErrors(t *testing.T) {
	for _, body := range []string{
		`{"changes":[3]}`,
		`{"changes":["s"]}`,
		`{"changes":[{"base_seq":1,"steps":{}}]}`,
		`{"held":[["s"]]}`,
		`{"held":[["s",1,2]]}`,
		`{"held":[[1,"s"]]}`,
		`{"held":[["s",1.5]]}`,
		`{"held":["s"]}`,
		`{"held":{"s":1}}`,
	} {
		var batch BatchRequest
		if err := json.Unmarshal([]byte(body), &batch); err == nil {
			t.Errorf("%s was read as %+v", body, batch)
		}
	}
}

func TestAChangeThatIsNeitherIsNotWritten(t *testing.T) {
	if data, err := json.Marshal(SnapshotOrDelta{}); err == nil {
		t.Errorf("wrote %s", data)
	}
}

func FuzzBatchRequest(f *testing.F) {
	f.Add([]byte(`{"daemon_id":"d","changes":[{"id":"a","base_seq":1,"set":{"title":null}},null],"held":[["a",1],null]}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var batch BatchRequest
		if json.Unmarshal(data, &batch) != nil {
			return
		}
		stored := &Session{ID: "a", Seq: 1}
		for _, change := range batch.Changes {
			Accept(stored, change, nil)
			Accept(nil, change, &Writer{DaemonID: batch.DaemonID})
		}
	})
}

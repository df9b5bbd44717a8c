package live_test

import (
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
)

// meddler writes a key of its own just before each write, some times.
type meddler struct {
	*mmtest.Node
	before func()
	times  int
}

func (m *meddler) KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError) {
	if m.times > 0 {
		m.times--
		m.before()
	}
	return m.Node.KVSetWithOptions(key, value, options)
}

func entry(seq int64, status contract.SessionStatus, postID string) *live.Entry {
	session := contract.Session{ID: "t1", DaemonID: "d", Status: status, Seq: seq}
	if postID != "" {
		session.PostID = &postID
	}
	return &live.Entry{Session: session, BotID: "b", Received: time.Now()}
}

func TestARecordIsWrittenAgainstWhatOtherNodesWroteMeanwhile(t *testing.T) {
	server := mmtest.NewServer()
	other := live.NewRecords(server.NewNode())
	for name, row := range map[string]struct {
		theirs     *live.Entry
		seq        int64
		post       string
		isNewerOne bool
	}{
		"they are older":                      {entry(10, "active", ""), 20, "", false},
		"they know the box":                   {entry(10, "active", "p"), 20, "p", false},
		"they are newer":                      {entry(30, "done", ""), 30, "mine", true},
		"they are newer and know another box": {entry(30, "done", "p"), 30, "p", true},
	} {
		t.Run(name, func(t *testing.T) {
			server.SetKey("ls_session_t1", nil)
			kv := &meddler{Node: server.NewNode(), times: 1}
			kv.before = func() { _, err := other.Save(row.theirs, time.Now()); require.NoError(t, err) }
			mine := entry(20, "active", "")
			if row.post == "mine" {
				mine = entry(20, "active", "mine")
			}
			newer, err := live.NewRecords(kv).Save(mine, time.Now())
			require.NoError(t, err)
			require.Equal(t, row.isNewerOne, newer != nil)
			stored, err := other.Load("t1", time.Now())
			require.NoError(t, err)
			require.Equal(t, row.seq, stored.Session.Seq)
			got := ""
			if stored.Session.PostID != nil {
				got = *stored.Session.PostID
			}
			require.Equal(t, row.post, got)
		})
	}
}

func TestANewRecordTakesOneCallAndIsSavedIfItIsNotNew(t *testing.T) {
	server := mmtest.NewServer()
	kv := &meddler{Node: server.NewNode()}
	records := live.NewRecords(kv)
	newer, err := records.Create(entry(20, "active", ""), time.Now())
	require.NoError(t, err)
	require.Nil(t, newer)
	newer, err = records.Create(entry(10, "active", "p"), time.Now())
	require.NoError(t, err)
	require.EqualValues(t, 20, newer.Session.Seq)
	stored, err := records.Load("t1", time.Now())
	require.NoError(t, err)
	require.EqualValues(t, 20, stored.Session.Seq)
	require.Equal(t, "p", *stored.Session.PostID)
	server.SetDown(true)
	_, err = records.Create(entry(30, "active", ""), time.Now())
	require.ErrorIs(t, err, live.ErrStore)
}

func TestARecordThatOthersWriteAgainAndAgainIsGivenUp(t *testing.T) {
	server := mmtest.NewServer()
	kv := &meddler{Node: server.NewNode(), times: 100}
	written := 0
	kv.before = func() { written++; server.SetKey("ls_session_t1", []byte{byte(written)}) }
	_, err := live.NewRecords(kv).Save(entry(20, "active", ""), time.Now())
	require.ErrorIs(t, err, live.ErrStore)
	require.Less(t, written, 10)
}

func TestABrokenConnectionToTheHostIsAFailure(t *testing.T) {
	_, err := live.NewRecords(silent{}).Save(entry(20, "active", ""), time.Now())
	require.ErrorIs(t, err, live.ErrStore)
}

// silent answers nothing at all, as a broken RPC connection does.
type silent struct{}

func (silent) KVGet(string) ([]byte, *model.AppError) { return nil, nil }
func (silent) KVSetWithOptions(string, []byte, model.PluginKVSetOptions) (bool, *model.AppError) {
	return false, nil
}
func (silent) KVDelete(string) *model.AppError             { return nil }
func (silent) KVList(int, int) ([]string, *model.AppError) { return nil, nil }

func TestWhatIsNotARecordIsNotRead(t *testing.T) {
	server := mmtest.NewServer()
	records := live.NewRecords(server.NewNode())
	for _, text := range []string{`x`, `null`, `[]`, `{}`, `{"session":{"id":"t1"}}`, `{"session":{"id":"t1","daemon_id":"d","status":"odd","seq":1}}`, `{"SessionKey":"x","status":"active"}`} {
		server.SetKey("ls_session_t1", []byte(text))
		found, err := records.Load("t1", time.Now())
		require.NoError(t, err)
		require.Nil(t, found, text)
	}
}

func TestLeases(t *testing.T) {
	now := time.Now()
	owner, sibling := live.Owner{DaemonID: "d", BotID: "1"}, live.Owner{DaemonID: "d", BotID: "2"}
	leases := live.NewLeases()
	require.False(t, leases.IsAlive(owner, now), "never heard")
	require.False(t, leases.Touch(owner, now, true))
	require.True(t, leases.IsAlive(owner, now.Add(time.Minute)))
	require.False(t, leases.IsAlive(owner, now.Add(time.Minute+1)))
	require.Empty(t, leases.OfflineDaemons(now.Add(2*time.Minute)), "not before people were told")
	require.Equal(t, []live.Owner{owner}, leases.Expire(now.Add(61*time.Second)))
	require.Empty(t, leases.Expire(now.Add(62*time.Second)), "once")
	require.Equal(t, map[string]time.Duration{"d": 70 * time.Second}, leases.OfflineDaemons(now.Add(70*time.Second)))
	leases.Touch(sibling, now.Add(70*time.Second), true)
	require.Empty(t, leases.OfflineDaemons(now.Add(70*time.Second)), "another bot of it is heard")
	require.True(t, leases.Touch(owner, now.Add(80*time.Second), true), "it is back")
	leases.Expire(now.Add(3 * time.Minute))
	require.True(t, leases.IsKnown(owner))
	leases.Expire(now.Add(2 * time.Hour))
	require.False(t, leases.IsKnown(owner), "nobody misses it any more")
	leases.Known(live.LegacyOwner("1"), now)
	require.False(t, leases.IsKnown(live.LegacyOwner("1")))
	require.False(t, leases.Reported(owner, now))
	leases.Touch(owner, now, true)
	require.False(t, leases.Reported(owner, now.Add(10*time.Second)), "this node hears it")
	require.True(t, leases.Reported(owner, now.Add(61*time.Second)))
	require.Empty(t, leases.Expire(now.Add(62*time.Second)), "a peer has told people")
}

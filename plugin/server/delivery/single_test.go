package delivery_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
)

var (
	clawClient = delivery.Client{BotID: claw}
	curl       = delivery.Client{BotID: ownBot, IsOwnBot: true}
)

func input(t *testing.T, text string) contract.SessionInput {
	t.Helper()
	var value contract.SessionInput
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

func (n *node) create(t *testing.T, client delivery.Client, text string) (contract.Session, bool) {
	t.Helper()
	session, isNew, err := n.delivery.Create(context.Background(), client, input(t, text))
	require.NoError(t, err)
	return session, isNew
}

// withBoxes lets the keeper make a box for every session that wants one.
func (n *node) withBoxes() *node {
	n.boxes.onChanged = func(session contract.Session) {
		if session.Post == contract.PostStateWanted && session.PostID == nil {
			n.delivery.PostKnown(session.ID, "post-of-"+session.ID)
		}
	}
	return n
}

const firstRelease = `{"session_key":"agent:coder:mattermost:channel:x","channel_id":"lobby-channel","root_id":"r1","agent_id":"coder"}`

func TestD8ABodyOfTheFirstReleaseMakesASessionAndABox(t *testing.T) {
	n := newWorld().start(t).withBoxes()
	session, isNew := n.create(t, curl, firstRelease)
	require.True(t, isNew)
	require.Equal(t, "legacy:"+ownBot, session.DaemonID)
	require.Equal(t, contract.Agent{ID: "coder", Name: "coder", Runtime: "openclaw"}, session.Agent)
	require.Equal(t, contract.PostStateWanted, session.Post)
	require.Equal(t, contract.SessionStatusActive, session.Status)
	require.Equal(t, "post-of-"+session.ID, *session.PostID)
	require.Equal(t, "r1", *session.RootID)
	require.Positive(t, session.Seq)
	require.Equal(t, ownBot, n.boxes.authors[0])
}

func TestD8WithoutAnIDTheActiveSessionOfTheSameConversationIsMeant(t *testing.T) {
	n := newWorld().start(t).withBoxes()
	n.world.server.SetSlow(10 * time.Millisecond)
	var wait sync.WaitGroup
	var made atomic.Int32
	for range 8 {
		wait.Go(func() {
			_, isNew, err := n.delivery.Create(context.Background(), curl, input(t, firstRelease))
			if err != nil {
				t.Error(err)
			}
			if isNew {
				made.Add(1)
			}
		})
	}
	wait.Wait()
	n.world.server.SetSlow(0)
	require.EqualValues(t, 1, made.Load())
	first, isNew := n.create(t, curl, firstRelease)
	require.False(t, isNew)
	elsewhere, isNew := n.create(t, clawClient, `{"session_key":"agent:coder:mattermost:channel:x","channel_id":"room-channel"}`)
	require.True(t, isNew)
	require.NotEqual(t, first.ID, elsewhere.ID)
	_, err := n.delivery.Update(curl, first.ID, input(t, `{"status":"done"}`))
	require.NoError(t, err)
	next, isNew := n.create(t, curl, firstRelease)
	require.True(t, isNew, "an ended session is not continued")
	require.NotEqual(t, first.ID, next.ID)
}

func TestCreatingIsIdempotentOnTheID(t *testing.T) {
	n := newWorld().start(t).withBoxes()
	body := `{"id":"t1","daemon_id":"daemon-a","session_key":"k","channel_id":"room-channel","seq":10,"title":"first"}`
	first, isNew := n.create(t, clawClient, body)
	require.True(t, isNew)
	again, isNew := n.create(t, clawClient, `{"id":"t1","daemon_id":"daemon-a","session_key":"k","channel_id":"room-channel","seq":20,"title":"second"}`)
	require.False(t, isNew)
	require.Equal(t, *first.PostID, *again.PostID)
	require.Equal(t, "first", *again.Title)
	require.EqualValues(t, 10, again.Seq)
}

// startCreating sends the same creation several times at once and gives the answers as they come.
func (n *node) startCreating(t *testing.T, times int, text string) <-chan contract.Session {
	answers := make(chan contract.Session, times)
	body := input(t, text)
	for range times {
		go func() {
			session, _, err := n.delivery.Create(context.Background(), clawClient, body)
			if err != nil {
				t.Error(err)
			}
			answers <- session
		}()
	}
	return answers
}

func TestP2ACreationOfAKnownIDWaitsForItsBoxAsTheFirstOneDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newWorld().start(t)
		answers := n.startCreating(t, 3, `{"id":"t1","session_key":"k","channel_id":"room-channel"}`)
		synctest.Wait()
		require.Empty(t, answers, "all wait")
		n.delivery.PostKnown("t1", "p1")
		synctest.Wait()
		require.Len(t, answers, 3)
		for range 3 {
			require.Equal(t, "p1", *(<-answers).PostID)
		}
	})
}

func TestP2WhoWaitsForABoxNoLongerLeavesTheOthersWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newWorld().start(t)
		body := `{"id":"t1","session_key":"k","channel_id":"room-channel"}`
		first := n.startCreating(t, 1, body)
		time.Sleep(2 * time.Second)
		second := n.startCreating(t, 1, body)
		require.Nil(t, (<-first).PostID, "after 3 s")
		synctest.Wait()
		require.Empty(t, second)
		n.delivery.PostKnown("t1", "p1")
		require.Equal(t, "p1", *(<-second).PostID)
	})
}

func TestP2ACreationWaitsForABoxThatAnotherNodeMakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		one, two := w.start(t), w.start(t)
		body := `{"id":"t1","session_key":"k","channel_id":"room-channel"}`
		first := one.startCreating(t, 1, body)
		synctest.Wait()
		second := two.startCreating(t, 1, body)
		synctest.Wait()
		one.delivery.PostKnown("t1", "p1")
		synctest.Wait()
		require.Len(t, second, 1)
		require.Equal(t, "p1", *(<-first).PostID)
		require.Equal(t, "p1", *(<-second).PostID)
	})
}

func TestACreationDoesNotWaitForABoxThatWillNotCome(t *testing.T) {
	for name, row := range map[string]struct {
		body string
		then func(n *node)
	}{
		"none wanted": {`{"id":"t1","session_key":"k","channel_id":"room-channel","post":"none"}`, func(*node) {}},
		"over":        {`{"id":"t1","session_key":"k","channel_id":"room-channel","status":"done"}`, func(*node) {}},
		"given up": {`{"id":"t1","session_key":"k","channel_id":"room-channel"}`, func(n *node) {
			n.delivery.PostFailed("t1", contract.CodePostDeleted)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newWorld().start(t)
				first := n.startCreating(t, 1, row.body)
				synctest.Wait()
				row.then(n)
				<-first
				began := time.Now()
				require.Nil(t, (<-n.startCreating(t, 1, row.body)).PostID)
				require.Zero(t, time.Since(began))
			})
		})
	}
}

func TestACreationThatGetsNoBoxAnswersAllTheSame(t *testing.T) {
	n := newWorld().start(t)
	n.boxes.onChanged = func(session contract.Session) { n.delivery.PostFailed(session.ID, contract.CodePostForbidden) }
	session, isNew := n.create(t, curl, firstRelease)
	require.True(t, isNew)
	require.Nil(t, session.PostID)
}

func TestD8TheServerCountsWhereNoSeqIsSent(t *testing.T) {
	n := newWorld().start(t)
	n.create(t, clawClient, `{"id":"t1","session_key":"k","channel_id":"room-channel","post":"none","title":"x","usage":{"input":1,"output":2,"cache_read":0,"cache_write":0,"total":3}}`)
	before := n.stored("t1")
	session, err := n.delivery.Update(clawClient, "t1", input(t, `{"tool_calls":3,"title":null,"steps":[{"id":"1","kind":"tool","label":"x","status":"running","started_ms":1}]}`))
	require.NoError(t, err)
	require.Greater(t, session.Seq, before.Seq)
	require.Equal(t, 3, session.ToolCalls)
	require.Nil(t, session.Title)
	require.NotNil(t, session.Usage)
	require.Len(t, session.Steps, 1)

	session, err = n.delivery.Update(clawClient, "t1", input(t, `{"status":"error","error":{"code":"agent_error","message":"x"}}`))
	require.NoError(t, err)
	require.NotNil(t, session.EndedMs)
	require.Contains(t, string(n.world.server.Key("ls_session_t1")), `"error"`)
	session, err = n.delivery.Update(clawClient, "t1", input(t, `{"status":"active","seq":99999999999999}`))
	require.NoError(t, err)
	require.Nil(t, session.EndedMs)
	require.EqualValues(t, 99999999999999, session.Seq)
	_, err = n.delivery.Update(clawClient, "t1", input(t, `{"seq":99999999999999}`))
	require.EqualValues(t, 99999999999999, *requireCode(t, err, contract.CodeStaleSeq).Seq)
}

func TestD8LegacySessionsHaveNoLease(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	session, _ := n.create(t, clawClient, `{"session_key":"k","channel_id":"room-channel","post":"none"}`)
	n.audience.take()
	w.pass(10 * time.Minute)
	n.delivery.ReportSilent()
	require.Empty(t, n.audience.take())
	w.pass(21 * time.Minute)
	n.delivery.Sweep()
	require.Equal(t, contract.SessionCodeSilent, n.stored(session.ID).Error.Code)
}

func TestD8AnAuthorIsHonouredOnlyIfItIsABotAndAMemberOfTheChannel(t *testing.T) {
	n := newWorld().start(t)
	for author, want := range map[string]string{claw: claw, ann: ownBot, "nobody": ownBot} {
		session, _ := n.create(t, curl, `{"session_key":"by-`+author+`","channel_id":"lobby-channel","post":"none","bot_user_id":"`+author+`"}`)
		require.Equal(t, want, n.store.Get(session.ID).BotID)
	}
	for _, author := range []string{claw, other} { // the one is a member, the other is not
		_, _, err := n.delivery.Create(context.Background(), curl, input(t, `{"session_key":"k","channel_id":"room-channel","bot_user_id":"`+author+`"}`))
		requireCode(t, err, contract.CodeChannelForbidden)
	}
	session, _ := n.create(t, clawClient, `{"session_key":"k2","channel_id":"lobby-channel","post":"none","bot_user_id":"other-bot"}`)
	require.Equal(t, claw, n.store.Get(session.ID).BotID, "who has a bot token speaks as that bot")
}

func TestCreationsThatMakeNoSenseAreRefused(t *testing.T) {
	n := newWorld().start(t)
	for body, code := range map[string]string{
		`{}`:                            contract.CodeMissingField,
		`{"session_key":"k"}`:           contract.CodeMissingField,
		`{"channel_id":"room-channel"}`: contract.CodeMissingField,
		`{"session_key":"k","channel_id":"nowhere"}`:                                    contract.CodeChannelForbidden,
		`{"session_key":"k","channel_id":"room-channel","id":"a/b"}`:                    contract.CodeInvalidField,
		`{"session_key":"k","channel_id":"room-channel","status":"odd"}`:                contract.CodeInvalidField,
		`{"session_key":"k","channel_id":"room-channel","daemon_id":"legacy:somebody"}`: contract.CodeInvalidField,
		`{"session_key":"k","channel_id":"room-channel","seq":-4}`:                      contract.CodeInvalidField,
		`{"session_key":"k","channel_id":"room-channel","tool_calls":-1}`:               contract.CodeInvalidField,
		`{"session_key":"k","channel_id":"room-channel","agent_id":""}`:                 contract.CodeInvalidField,
	} {
		_, _, err := n.delivery.Create(context.Background(), clawClient, input(t, body))
		require.Equal(t, code, requireCode(t, err, code).Code, body)
	}
	require.Zero(t, n.store.Len())
}

func TestOneSessionIsChangedOnlyByWhoMay(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	stranger := delivery.Client{BotID: other}
	_, err := n.delivery.Update(stranger, "t1", input(t, `{"status":"done"}`))
	requireCode(t, err, contract.CodeSessionNotFound)
	requireCode(t, n.delivery.Remove(context.Background(), stranger, "t1", true), contract.CodeSessionNotFound)
	_, err = n.delivery.Update(clawClient, "nothing", input(t, `{}`))
	requireCode(t, err, contract.CodeSessionNotFound)

	w.server.Join(room, ownBot)
	_, err = n.delivery.Update(curl, "t1", input(t, `{"status":"done"}`))
	require.EqualValues(t, 10, *requireCode(t, err, contract.CodeNotOwner).Seq)
	requireCode(t, n.delivery.Remove(context.Background(), curl, "t1", false), contract.CodeNotOwner)
	_, err = n.delivery.Update(clawClient, "t1", input(t, `{"daemon_id":"daemon-b","status":"done"}`))
	requireCode(t, err, contract.CodeNotOwner)
	w.pass(2 * time.Minute)
	session, err := n.delivery.Update(curl, "t1", input(t, `{"tool_calls":1}`))
	require.NoError(t, err, "the owner is silent")
	require.Equal(t, daemonA, session.DaemonID)
	require.Equal(t, claw, n.store.Get("t1").BotID)
	session, err = n.delivery.Update(clawClient, "t1", input(t, `{"daemon_id":"daemon-b"}`))
	require.NoError(t, err)
	require.Equal(t, daemonB, session.DaemonID)
	w.server.Leave(room, ownBot)
	lobbied := turn("t2", 10)
	lobbied.ChannelID = ptr(lobby)
	n.ok(lobbied)
	w.pass(2 * time.Minute)
	_, err = n.delivery.Update(curl, "t2", input(t, `{"channel_id":"room-channel"}`))
	requireCode(t, err, contract.CodeChannelForbidden)
	_, err = n.delivery.Update(clawClient, "t1", input(t, `{"channel_id":"nowhere"}`))
	requireCode(t, err, contract.CodeChannelForbidden)
	_, err = n.delivery.Update(clawClient, "t1", input(t, `{"session_key":""}`))
	requireCode(t, err, contract.CodeInvalidField)
	require.Equal(t, "agent:main:x", n.stored("t1").SessionKey)
}

func TestRemovingForgetsTheEntryAndItsBoxFoldsGoesOrStays(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	for _, row := range []struct {
		id       string
		withPost bool
		make     func(id string)
	}{
		{"withdrawn", false, func(id string) { n.ok(turn(id, 10)) }},
		{"withdrawn-late", false, func(id string) { n.ok(ended(turn(id, 10))) }},
		{"with-post", true, func(id string) { n.ok(turn(id, 10)) }},
		{"legacy-active", false, func(id string) {
			n.create(t, clawClient, `{"id":"`+id+`","session_key":"k","channel_id":"room-channel","post":"none"}`)
		}},
		{"legacy-over", false, func(id string) {
			n.create(t, clawClient, `{"id":"`+id+`","session_key":"k","channel_id":"room-channel","post":"none","status":"done"}`)
		}},
	} {
		row.make(row.id)
		n.audience.take()
		require.NoError(t, n.delivery.Remove(context.Background(), clawClient, row.id, row.withPost))
		require.Nil(t, n.store.Get(row.id))
		require.Nil(t, w.server.Key("ls_session_"+row.id))
		require.Equal(t, []string{"room-channel: removed " + row.id}, n.audience.take())
	}
	require.Equal(t, []string{"withdrawn", "withdrawn-late", "legacy-active"}, n.boxes.withdrawn)
	require.Equal(t, []string{"with-post"}, n.boxes.deleted)
	requireCode(t, n.delivery.Remove(context.Background(), clawClient, "withdrawn", false), contract.CodeSessionNotFound)

	n.ok(turn("t2", 10))
	w.server.SetDown(true)
	requireCode(t, n.delivery.Remove(context.Background(), clawClient, "t2", true), contract.CodeStoreFailed)
	require.NotNil(t, n.store.Get("t2"))
}

func TestADeletionThatFailedCanBeTriedAgain(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	n.audience.take()
	n.boxes.fail = errors.New("no")
	requireCode(t, n.delivery.Remove(context.Background(), clawClient, "t1", true), contract.CodeInternal)
	require.Equal(t, "t1", n.stored("t1").ID)
	require.NotNil(t, w.server.Key("ls_session_t1"))
	require.Empty(t, n.audience.take(), "nobody was told that it is gone")

	n.boxes.fail = nil
	require.NoError(t, n.delivery.Remove(context.Background(), clawClient, "t1", true))
	require.Nil(t, n.store.Get("t1"))
	require.Nil(t, w.server.Key("ls_session_t1"))
	require.Equal(t, []string{"room-channel: removed t1"}, n.audience.take())
	require.Equal(t, []string{"t1", "t1"}, n.boxes.deleted)
	require.Empty(t, n.boxes.withdrawn)
	requireCode(t, n.delivery.Remove(context.Background(), clawClient, "t1", true), contract.CodeSessionNotFound)
}

func TestAChangedSessionKeepsItsBox(t *testing.T) {
	n := newWorld().start(t).withBoxes()
	session, _ := n.create(t, clawClient, `{"id":"t1","session_key":"k","channel_id":"room-channel"}`)
	require.NotNil(t, session.PostID)
	session, err := n.delivery.Update(clawClient, "t1", input(t, `{"tool_calls":1,"post_id":"somebody-elses"}`))
	require.NoError(t, err)
	require.Equal(t, "post-of-t1", *session.PostID)
	session, err = n.delivery.Update(clawClient, "t1", input(t, `{"post_id":null,"status":"done"}`))
	require.NoError(t, err)
	require.Equal(t, "post-of-t1", *session.PostID)
}

func TestAClientMaySendBackWhatItGot(t *testing.T) {
	n := newWorld().start(t)
	n.create(t, curl, `{"id":"t1","session_key":"k","channel_id":"lobby-channel","post":"none","bot_user_id":"claw-bot"}`)
	session, err := n.delivery.Update(curl, "t1", input(t, `{"daemon_id":"legacy:claw-bot","id":"t1","status":"done"}`))
	require.NoError(t, err)
	require.Equal(t, contract.SessionStatusDone, session.Status)
	require.Equal(t, claw, n.store.Get("t1").BotID)
	_, err = n.delivery.Update(curl, "t1", input(t, `{"daemon_id":"legacy:another"}`))
	requireCode(t, err, contract.CodeInvalidField)
}

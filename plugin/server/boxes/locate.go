package boxes

import (
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// lookAgain is the pause after another node was faster with the claim.
const lookAgain = time.Second

// locate finds the session's box, or creates it if it may (P2). Nothing was found and nothing is to be done: the box stays
// unknown.
func (t *task) locate() (time.Duration, error) {
	known := t.knowledge()
	if t.want.session.Post != contract.PostStateWanted && known.postID == "" {
		return 0, nil
	}
	if wait, again := t.box.nextLook(known, time.Now()); !again {
		return wait, nil
	}
	claimed, err := loadClaim(t.API, t.want.session.ID)
	if err != nil {
		return 0, err
	}
	if claimed == nil {
		return t.begin()
	}
	return t.follow(claimed)
}

func (t *task) knowledge() knowledge {
	known := knowledge{mayCreate: t.want.mayCreate()}
	if t.want.session.PostID != nil {
		known.postID = *t.want.session.PostID
	}
	return known
}

// begin: nobody has claimed the box.
func (t *task) begin() (time.Duration, error) {
	known := t.knowledge()
	sentIn, err := t.sentIn(known.postID)
	switch {
	case err != nil:
		return 0, err
	case sentIn:
		return t.claimFor(claim{PostID: known.postID})
	case !known.mayCreate:
		return t.box.foundNothing(known, time.Now()), nil
	}
	if err := t.mayWrite(); err != nil {
		return 0, err
	}
	return t.claimFor(claim{})
}

// sentIn tells whether the post that the daemon named is the box.
func (t *task) sentIn(postID string) (bool, error) {
	if postID == "" {
		return false, nil
	}
	post, appErr := t.API.GetPost(postID)
	if appErr != nil && appErr.StatusCode < 500 {
		return false, nil
	}
	if appErr != nil || post == nil {
		return false, failure("get sent in post", appErr)
	}
	return post.DeleteAt == 0 && t.isOurs(post), nil
}

// claimFor takes the claim if nobody was faster.
func (t *task) claimFor(now claim) (time.Duration, error) {
	now.AtMs = time.Now().UnixMilli()
	claimed, err := storeClaim(t.API, t.want.session.ID, nil, now)
	switch {
	case err != nil:
		return 0, err
	case claimed == nil:
		return lookAgain, nil
	case now.PostID != "":
		t.stand(now.PostID)
		return 0, nil
	}
	return t.create(claimed)
}

// follow: somebody has claimed the box, perhaps this plugin before it was restarted.
func (t *task) follow(claimed *storedClaim) (time.Duration, error) {
	switch {
	case claimed.Code != "":
		return 0, refusal{claimed.Code}
	case claimed.PostID != "":
		t.stand(claimed.PostID)
		return 0, nil
	}
	if left := claimed.patienceLeft(time.Now()); left > 0 {
		return left, nil
	}
	found, err := t.search()
	switch {
	case err != nil:
		return 0, err
	case found != nil:
		return t.adopt(claimed, found)
	case t.want.withdrawn || t.want.session.Post != contract.PostStateWanted:
		return 0, nil
	}
	if err := t.mayWrite(); err != nil {
		return 0, err
	}
	claimed, err = storeClaim(t.API, t.want.session.ID, claimed, claim{AtMs: time.Now().UnixMilli()})
	switch {
	case err != nil:
		return 0, err
	case claimed == nil:
		return lookAgain, nil
	}
	return t.create(claimed)
}

// adopt takes a post that was found for the box.
func (t *task) adopt(claimed *storedClaim, post *model.Post) (time.Duration, error) {
	if post.DeleteAt > 0 {
		return 0, refusal{contract.CodePostDeleted}
	}
	return t.settle(claimed, post.Id)
}

// settle completes the claim with the post that is the box. Should storing fail, a search finds the post again.
//
// When an answer took longer than claimPatience somebody else may have taken the claim over: whoever completes it first has
// the box, and the other one takes its own post away, which nobody would ever write again.
func (t *task) settle(claimed *storedClaim, postID string) (time.Duration, error) {
	for range 3 {
		stored, err := t.complete(claimed, postID)
		if err != nil {
			t.Log.Warn("the post of a status box is not remembered", "session_id", t.want.session.ID, "post_id", postID, "error", err.Error())
			break
		}
		if stored != nil {
			break
		}
		if claimed, err = loadClaim(t.API, t.want.session.ID); err != nil {
			return 0, err
		}
		if claimed != nil && (claimed.Code != "" || claimed.PostID != "" && claimed.PostID != postID) {
			return lookAgain, t.takeAway(postID)
		}
	}
	t.stand(postID)
	return 0, nil
}

func (t *task) complete(claimed *storedClaim, postID string) (*storedClaim, error) {
	now := claim{AtMs: time.Now().UnixMilli(), PostID: postID}
	if claimed != nil {
		now.AtMs = claimed.AtMs
	}
	return storeClaim(t.API, t.want.session.ID, claimed, now)
}

// takeAway deletes a second post of the same session.
func (t *task) takeAway(postID string) error {
	t.Log.Warn("a second status box is taken away", "session_id", t.want.session.ID, "post_id", postID)
	if appErr := t.API.DeletePost(postID); appErr != nil && !isMissing(appErr) {
		return failure("delete second post", appErr)
	}
	return nil
}

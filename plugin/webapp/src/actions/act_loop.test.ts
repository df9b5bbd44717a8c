import type { Session } from '@livestatus/contract';
import type { Intent } from '@livestatus/ui';
import { answerSession, approvalSession, stoppedSession } from '@livestatus/ui/samples';
import { beforeEach, describe, expect, it } from 'vitest';
import type { HostState } from '../host/host_state.ts';
import { liveAction } from '../live/live_action.ts';
import { selectLive } from '../live/selectors.ts';
import { createHostStore, list } from '../testing/fake_host.tsx';
import { FakeWorld, settle, update } from '../testing/fake_world.ts';
import { type ActLoop, startActLoop } from './act_loop.ts';
import { type ChatClient, ChatError, type NewPost } from './chat_client.ts';

/** A chat server that answers when the test says so. */
class FakeChat implements ChatClient {
  readonly posts: NewPost[] = [];
  readonly asked: string[] = [];
  private readonly waiting: { answer: () => void; refuse: (error: Error) => void }[] = [];

  createPost(post: NewPost): Promise<void> {
    this.posts.push(post);
    return new Promise((resolve, reject) => this.waiting.push({ answer: resolve, refuse: reject }));
  }

  authorOf(postId: string): Promise<string> {
    this.asked.push(postId);
    return Promise.resolve(postId === 'box' ? 'bot' : 'mallory');
  }

  usernameOf(userId: string): Promise<string> {
    this.asked.push(userId);
    return Promise.resolve('sol');
  }

  async answer(): Promise<void> {
    this.waiting.shift()?.answer();
    await settle();
  }

  async refuse(error: Error): Promise<void> {
    this.waiting.shift()?.refuse(error);
    await settle();
  }
}

const here = { channel_id: 'town', root_id: 'root', post_id: 'box' };
const approval: Session = { ...approvalSession(), ...here };
const allow: Intent = { kind: 'allow', approvalId: '7f3a' };

let world: FakeWorld;
let chat: FakeChat;
let store: ReturnType<typeof createHostStore>;
let loop: ActLoop;

function start(entities: Partial<NonNullable<HostState['entities']>> = {}): void {
  world = new FakeWorld();
  chat = new FakeChat();
  store = createHostStore(entities);
  loop = startActLoop({
    chat,
    getState: store.getState,
    dispatch: (event) => void store.dispatch(liveAction(event)),
    now: world.now,
    after: world.after,
  });
}

beforeEach(() => {
  start();
  list(store, approval);
});

const phase = (id = approval.id): string | undefined => selectLive(store.getState()).acts[id]?.phase;
const click = async (intent: Intent, id = approval.id): Promise<void> => {
  loop.act(id, intent);
  await settle();
};
const tellSession = (session: Session): void =>
  void store.dispatch(
    liveAction({ type: 'updated', received: [{ update: update({ sessions: [session] }), atMs: world.now() }] }),
  );

describe('a click', () => {
  it.each<[Intent, string]>([
    [allow, '@sol /approve 7f3a allow-once'],
    [{ ...allow, kind: 'deny' }, '@sol /approve 7f3a deny'],
    [{ kind: 'stop' }, '@sol stop'],
  ])('%j posts, in the thread of the box, %j', async (intent, message) => {
    await click(intent);
    expect(chat.posts).toMatchObject([{ channelId: 'town', rootId: 'root', message }]);
  });

  it('answers a question with what was typed, and nothing with nothing', async () => {
    const question = { ...answerSession(), ...here };
    list(store, question);
    const { step_id: stepId, since_ms: sinceMs = 0 } = question.waiting ?? {};
    await click({ kind: 'answer', stepId, sinceMs, text: ' main **now** ' }, question.id);
    expect(chat.posts.map(({ message }) => message)).toEqual(['@sol main **now**']);
  });

  it('posts at top level where the box stands there', async () => {
    const { root_id: _, ...top } = approval;
    start();
    list(store, top);
    await click(allow);
    expect(chat.posts).toMatchObject([{ rootId: '' }]);
  });

  it('ends when the runtime says so, and nothing is left over', async () => {
    await click(allow);
    expect(phase()).toBe('sending');
    await chat.answer();
    expect(phase()).toBe('sent');
    tellSession({ ...stoppedSession(), ...here, id: approval.id, seq: 9 });
    expect(phase()).toBeUndefined();
    await world.advance(60_000);
    expect(phase()).toBeUndefined();
  });

  it('is not confirmed after ten seconds of silence', async () => {
    await click(allow);
    await chat.answer();
    await world.advance(9_999);
    expect(phase()).toBe('sent');
    await world.advance(1);
    expect(phase()).toBe('unconfirmed');
    expect(world.timerCount()).toBe(0);
  });

  it('twice posts once', async () => {
    await click(allow);
    await click(allow);
    await chat.answer();
    await click({ ...allow, kind: 'deny' });
    expect(chat.posts).toHaveLength(1);
  });

  it('on what another has settled meanwhile is not posted, and says so for a while', async () => {
    tellSession({ ...approval, seq: 9, waiting: { for: 'approval', since_ms: 1, approval_id: 'next' } });
    await click(allow);
    expect(chat.posts).toEqual([]);
    expect(phase()).toBe('late');
    await world.advance(8_000);
    expect(phase()).toBeUndefined();
  });

  it('that the server does not take says why; the next try is the same message to the server', async () => {
    await click(allow);
    await chat.refuse(new ChatError('unreachable'));
    expect(selectLive(store.getState()).acts[approval.id]).toMatchObject({ phase: 'failed', code: 'unreachable' });
    await click(allow);
    await chat.answer();
    expect(phase()).toBe('sent');
    expect(chat.posts[1]?.pendingPostId).toBe(chat.posts[0]?.pendingPostId);
  });

  it('is the same message from two tabs of one person, and another one from another person', async () => {
    const idsOf = async (user: string): Promise<string | undefined> => {
      start({ users: { currentUserId: user, profiles: { bot: { username: 'sol' } } } });
      list(store, approval);
      await click(allow);
      return chat.posts[0]?.pendingPostId;
    };
    const [first, second, other] = [await idsOf('me'), await idsOf('me'), await idsOf('you')];
    expect(first).toBe(second);
    expect(first).not.toBe(other);
  });

  it('after the plugin has left does nothing more', async () => {
    await click(allow);
    loop.stop();
    await chat.answer();
    await world.advance(20_000);
    expect(phase()).toBe('sending');
  });
});

describe('whose box it is', () => {
  it('is asked of the server where the page has not loaded the post', async () => {
    start({ users: { currentUserId: 'me', profiles: {} } });
    list(store, approval);
    await click(allow);
    expect(chat.asked).toEqual(['box', 'bot']);
    expect(chat.posts).toMatchObject([{ message: '@sol /approve 7f3a allow-once' }]);
  });

  it('must be one of our bots: nobody else is ever addressed', async () => {
    list(store, { ...approval, post_id: 'forged' });
    await click(allow);
    expect(chat.posts).toEqual([]);
    expect(selectLive(store.getState()).acts[approval.id]).toMatchObject({ phase: 'failed', code: 'no_bot' });
  });
});
